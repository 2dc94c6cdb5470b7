/**
 * Graphs under fast numerics: equations that hold for real numbers round differently, and no further than both sides
 * may. They say nothing of numbers that are not finite, so graphs that come upon one are left out, and counted.
 */
import type { TargetName } from '../../compiler/compile.ts';
import { compile } from '../../compiler/compile.ts';
import { allRules } from '../../compiler/rewrite/stages.ts';
import type { HoleKind } from '../../compiler/rewrite/rule.ts';
import type { Float, Growth, Row } from '../../compiler/verify/arb/growth.ts';
import { rows } from '../../compiler/verify/arb/rows/all.ts';
import { pick } from '../../compiler/verify/draw.ts';
import type { Expr } from '../../src/expr.ts';
import { mul, neg } from '../../src/ops/arithmetic.ts';
import { broadcastTo, sum } from '../../src/ops/broadcast.ts';
import { matmul } from '../../src/ops/contract.ts';
import { constant } from '../../src/ops/leaves.ts';
import { optimize } from '../../compiler/pipeline.ts';
import { interpretBounded } from '../../compiler/verify/bounded/interpret.ts';
import type { Bounded } from '../../compiler/verify/bounded/number.ts';
import type { Case } from '../../compiler/verify/case/case.ts';
import { programOf, runOf } from '../../compiler/verify/case/case.ts';
import { outOfBounds } from '../../compiler/verify/run/compare.ts';
import type { Expected } from '../../compiler/verify/run/expect.ts';
import { expectCall, prepare } from '../../compiler/verify/run/expect.ts';
import { observe } from '../../compiler/verify/run/observe.ts';
import { snapshot } from '../../compiler/verify/run/run.ts';
import type { Kept } from '../../compiler/verify/run/run.ts';
import { showDifference } from '../../compiler/verify/run/show.ts';
import { must } from '../../src/errors.ts';
import type { Graph, Program } from '../../src/program.ts';
import { graphRoots } from '../../src/program.ts';

const inexactRules = allRules.filter(({ exact }) => !exact);
const inexact: ReadonlySet<string> = new Set(inexactRules.map(({ name }) => name));

/** What a hole of an equation stands for. */
function hole(g: Growth, kind: HoleKind, like: Expr): Expr {
  if (kind !== 'constant') return g.floatOf(like.shape);
  return broadcastTo(constant(pick(g.draw, [2, -3, 0.5, 0.1, 1e-3]), like.dtype), like.shape);
}

/** The left side of each inexact equation, over whatever has grown. */
const leftSides: readonly Row[] = inexactRules.flatMap(({ name, law }) =>
  law
    ? [
        {
          name,
          grow: (g: Growth) => {
            const x = g.float();
            return law.sides(
              ...law.holes.map((kind, i) => (i === 0 && kind !== 'constant' ? x : hole(g, kind, x))),
            )[0];
          },
        },
      ]
    : [],
);

type Sum = (x: Expr, options: { axis: number }) => Expr;

/** A tensor times one number. */
const scaled = (g: Growth, x: Expr): Float => mul(x as Float, broadcastTo(g.floatOf([]), x.shape) as Float);

/** What the inexact rules that are no equations speak of. */
const leftSidesOfShapes: readonly Row[] = [
  { name: 'sum of scaled', grow: (g) => (sum as Sum)(scaled(g, g.ranked(1)), { axis: -1 }) },
  { name: 'sum of negative', grow: (g) => (sum as Sum)(neg(g.ranked(1)), { axis: 0 }) },
  { name: 'sum of sums', grow: (g) => (sum as Sum)((sum as Sum)(g.ranked(2), { axis: 0 }), { axis: -1 }) },
  {
    name: 'sum of products',
    grow: (g) => {
      const x = g.ranked(2);
      const y = broadcastTo(g.floatOf(x.shape.slice(-1)), x.shape) as Float;
      return (sum as Sum)(mul(x, y), { axis: -1 });
    },
  },
  {
    name: 'matrix product by last axes',
    grow: (g) => {
      const [m, n, k] = [g.draw.int(1, 5), g.draw.int(2, 5), g.draw.int(1, 5)];
      const left = broadcastTo(g.floatOf([m, 1, k]), [m, n, k]) as Float;
      const right = broadcastTo(g.floatOf([n, k]), [m, n, k]) as Float;
      return (sum as Sum)(mul(left, right), { axis: -1 });
    },
  },
  {
    name: 'scaled product',
    grow: (g) => {
      const x = g.known(2);
      return matmul(scaled(g, x), g.floatOf([Number(x.shape[1]), 2]) as never) as Expr;
    },
  },
];

const plain: ReadonlySet<string> = new Set([
  ...[
    'add',
    'sub',
    'mul',
    'div',
    'neg',
    'exp',
    'log',
    'sqrt',
    'sum',
    'matmul',
    'where',
    'reshape',
    'permute',
  ],
  ...['broadcasting', 'scalar operand', 'matrix and vector', 'mean', 'softmax', 'gradient', 'activation'],
]);

/** Ways to grow graphs in which inexact rules fire. */
export const fastRows: readonly Row[] = [
  ...leftSides,
  ...leftSidesOfShapes,
  ...rows.filter(({ name }) => plain.has(name)),
];

export interface FastOutcome {
  readonly lines: readonly string[];
  /** Inexact rules that fired, whether or not the graph could be compared. */
  readonly rules: readonly string[];
  readonly compared: number;
  readonly finite: boolean;
}

/** The program under fast numerics, and the inexact rules that fired. */
function optimizedFast(program: Program): { readonly fast: Program; readonly rules: string[] } {
  const rules = new Set<string>();
  const fast = optimize(
    program,
    (_pass, _program, firings) => firings.forEach(({ rule }) => rules.add(rule)),
    { numerics: 'fast' },
  );
  return { fast, rules: [...rules].filter((name) => inexact.has(name)) };
}

/** What rounding explains of both graphs together. */
function joined(meant: Expected, fast: Expected): Expected {
  const widened = (x: Bounded, y: Bounded | undefined): Bounded => ({
    ...x,
    error: x.error + must(y, 'element').error,
  });
  return new Map(
    [...meant].map(([name, row]) => [name, row.map((x, i) => widened(x, fast.get(name)?.[i]))] as const),
  );
}

function isFinite(graph: Graph, of: Case, kept: Kept): boolean {
  const slots = new Map([...of.data, ...kept]);
  const values = interpretBounded(graphRoots(graph), { slots, sizes: of.sizes });
  return [...values.values()].every(({ data }) => data.every(({ value }) => Number.isFinite(value)));
}

/** Compares a case without states on every target with its meaning. */
export function fastFault(of: Case, targets: readonly TargetName[]): FastOutcome {
  const program = programOf(of);
  const { fast, rules } = optimizedFast(program);
  const { meaning } = prepare(program);
  const run = runOf(of);
  const call = must(run.calls.at(-1), 'call');
  const steps = targets.map((target) => {
    const module = compile(program, { target, numerics: 'fast' });
    return { name: target, step: module.create({ capacity: run.capacity, seed: run.seed }) };
  });
  const kept = snapshot(program, must(steps[0], 'target').step, run.seed);
  const finite = [meaning, fast].every(({ predict }) => isFinite(must(predict, 'graph'), of, kept));
  if (!finite) return { lines: [], rules, compared: 0, finite };
  const expected = joined(expectCall(meaning, call, kept, 'fast'), expectCall(fast, call, kept, 'fast'));
  let compared = 0;
  for (const { name, step } of steps) {
    const { difference, tally } = outOfBounds(expected, { name, seen: observe(program, step, call) });
    compared += tally.compared;
    if (difference) return { lines: showDifference(difference), rules, compared, finite };
  }
  return { lines: [], rules, compared, finite };
}
