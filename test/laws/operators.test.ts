import { describe, expect, it } from 'vitest';
import { isFloat } from '../../src/dtype.ts';
import type { Op } from '../../src/ops/define.ts';
import { operators } from '../../src/ops/registry.ts';
import { Draw, applyExample, drawOperands, lawCases, lawSeed } from './draw.ts';
import type { LawCase } from './draw.ts';
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

const cases = lawCases(operators);

function pointOf({ op, example, label }: LawCase): Point {
  const draw = Draw.of(label);
  const operands = drawOperands(op, example, draw);
  return pointAt(applyExample(op, example, operands), operands, draw);
}

/** Operators that laws of their own try, next to what is built on them. */
const triedElsewhere: readonly string[] = [
  'convolution',
  'windows',
  'overlapAdd',
  'maxFirst',
  'standardized',
];

/** Whether the laws here must try it: not a leaf that reads from outside, not gone before the interpreter, no loop. */
const isTried = ({ name, lowering }: Op): boolean =>
  !['leaf', 'expanded', 'scan'].includes(lowering.kind) &&
  !name.startsWith('scan') &&
  !triedElsewhere.includes(name);

/** Cases through which a derivative flows. */
const smooth = cases.filter(({ op, example }) => {
  const floats = example.operands.some(({ dtype = 'float64' }) => isFloat(dtype));
  return floats && op.vjp !== null && isFloat(pointOf({ op, example, label: 'dtype' }).value.dtype);
});

describe(`operators, with operands drawn from seed ${lawSeed}`, () => {
  it('all have examples, but for leaves, loops and what is gone before the interpreter', () => {
    const missing = operators.filter((op) => isTried(op) && !op.examples);
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('have names of their own', () => {
    const names = operators.map(({ name }) => name);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  for (const test of cases) {
    it(`${test.label}: the meaning fills the shape that the shape rule gives`, () => {
      const { value, operands } = pointOf(test);
      const [data = []] = evaluate([value], operands);
      expect(data).toHaveLength(countOf(value));
      expect(data.every((x) => typeof x === 'number')).toBe(true);
    });
  }

  for (const test of smooth) {
    it(`${test.label}: reverse, forward, dual numbers and differences agree`, () => {
      const point = pointOf(test);
      const expected = dualSlope(point);
      expect(relative(reverseSlope(point), expected), 'reverse against dual').toBeLessThan(1e-12);
      expect(relative(forwardSlope(point), expected), 'forward against dual').toBeLessThan(1e-12);
      const measured = test.op.name === 'stopGradient' ? 0 : differenceSlope(point);
      expect(relative(measured, expected), 'differences against dual').toBeLessThan(1e-6);
    });

    it(`${test.label}: the derivative of the derivative agrees with dual numbers of dual numbers`, () => {
      const point = pointOf(test);
      const second = directionsFor(point.operands, (n) => Draw.of(`${test.label} second`).directions(n));
      expect(relative(reverseCurvature(point, second), dualCurvature(point, second))).toBeLessThan(1e-11);
    });
  }
});
