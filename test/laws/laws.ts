/** The laws, each a function that says what is wrong at a point, in words that a new test can be made of. */
import { isFloat } from '../../src/dtype.ts';
import type { Op } from '../../src/ops/define.ts';
import { Draw, applyExample, drawOperands, lawSeed } from './draw.ts';
import type { LawCase } from './draw.ts';
import { runLowering } from './lowering.ts';
import {
  countOf,
  differenceSlope,
  directionsFor,
  dualCurvature,
  dualSlope,
  evaluate,
  pointAt,
  relative,
} from './measure.ts';
import type { Point } from './measure.ts';
import { forwardSlope, reverseCurvature, reverseSlope } from './slopes.ts';

export interface Law {
  /** A sentence that holds. */
  readonly title: string;
  readonly appliesTo: (point: Point) => boolean;
  /** What is wrong at this point; null where the law holds. */
  readonly fault: (point: Point) => string | null;
}

/** Operands, directions and weights, as they can be pasted into a test. */
function describePoint({ value, operands, directions, weights }: Point): string {
  const lines = operands.map(
    ({ leaf, data }, i) =>
      `  x${i} [${leaf.shape.join(', ')}] ${leaf.dtype} = [${data.join(', ')}] along [${directions[i]?.join(', ')}]`,
  );
  const attrs = JSON.stringify(value.attrs);
  return [`${value.op.name} ${attrs}, seed ${lawSeed}`, ...lines, `  weights [${weights.join(', ')}]`].join(
    '\n',
  );
}

function agreement(
  what: string,
  actual: number,
  expected: number,
  tolerance: number,
  point: Point,
): string | null {
  const error = relative(actual, expected);
  if (error <= tolerance) return null;
  const ulps = (error / Number.EPSILON).toPrecision(3);
  return `${what}: ${actual} against ${expected}, ${ulps} ulps apart\n${describePoint(point)}`;
}

const moves = ({ value, operands }: Point): boolean =>
  isFloat(value.dtype) && value.op.vjp !== null && operands.some(({ leaf }) => isFloat(leaf.dtype));

/** A second family of directions, the same for a point in every run. */
const secondDirections = ({ value, operands }: Point): number[][] =>
  directionsFor(operands, (n) => Draw.of(`${value.op.name} second`).directions(n));

const fillsItsShape: Law = {
  title: 'the meaning fills the shape that the shape rule gives',
  appliesTo: () => true,
  fault: (point) => {
    const [data = []] = evaluate([point.value], point.operands);
    const count = countOf(point.value);
    if (data.length === count && data.every((x) => typeof x === 'number' && !Number.isNaN(x))) return null;
    return `${data.length} elements for ${count}: [${data.join(', ')}]\n${describePoint(point)}`;
  },
};

/** What holds of every function that has derivatives, operator or composition. */
export const derivativeLaws: readonly Law[] = [
  {
    title: 'reverse mode agrees with dual numbers',
    appliesTo: moves,
    fault: (point) => agreement('reverse against dual', reverseSlope(point), dualSlope(point), 1e-12, point),
  },
  {
    title: 'forward mode agrees with dual numbers',
    appliesTo: moves,
    fault: (point) => agreement('forward against dual', forwardSlope(point), dualSlope(point), 1e-12, point),
  },
  {
    title: 'dual numbers agree with extrapolated central differences',
    // Differences see through what stopGradient stops.
    appliesTo: (point) => moves(point) && point.value.op.name !== 'stopGradient',
    fault: (point) =>
      agreement('dual against differences', dualSlope(point), differenceSlope(point), 1e-6, point),
  },
  {
    title: 'the derivative of the derivative agrees with dual numbers of dual numbers',
    appliesTo: moves,
    fault: (point) => {
      const second = secondDirections(point);
      const [actual, expected] = [reverseCurvature(point, second), dualCurvature(point, second)];
      return agreement('reverse twice against dual twice', actual, expected, 1e-11, point);
    },
  },
];

/** Random bits are the same bits everywhere; math kernels may be some ulps from the engine's own functions. */
const loweringTolerance = (op: Op): number => (op.name === 'random' ? 0 : 1e-14);

const lowersToItsMeaning: Law = {
  title: 'the kernel computes what the meaning says',
  appliesTo: ({ value }) => !['leaf', 'scan', 'expanded'].includes(value.op.lowering.kind),
  fault: (point) => {
    const { value, operands } = point;
    const computed =
      runLowering(
        value,
        operands.map(({ data }) => data),
      ) ?? [];
    const [expected = []] = evaluate([value], operands);
    if (computed.length !== expected.length) return `${computed.length} elements\n${describePoint(point)}`;
    const faults = computed.flatMap((actual, i) => {
      const wanted = expected[i] ?? Number.NaN;
      return (
        agreement(
          `element ${i}: kernel against meaning`,
          actual,
          wanted,
          loweringTolerance(value.op),
          point,
        ) ?? []
      );
    });
    return faults[0] ?? null;
  },
};

export const compositionLaws: readonly Law[] = [fillsItsShape, ...derivativeLaws];
export const operatorLaws: readonly Law[] = [fillsItsShape, lowersToItsMeaning, ...derivativeLaws];

/** The point that an example is tried at. */
export function pointOf({ op, example, label }: LawCase): Point {
  const draw = Draw.of(label);
  const operands = drawOperands(op, example, draw);
  return pointAt(applyExample(op, example, operands), operands, draw);
}
