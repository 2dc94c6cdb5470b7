/** Ways to grow graphs in which the inexact rules of fast numerics fire. */
import { allRules } from '../../compiler/rewrite/stages.ts';
import type { HoleKind, Rule } from '../../compiler/rewrite/rule.ts';
import type { Float, Growth, Row } from '../../compiler/verify/arb/growth.ts';
import { rows } from '../../compiler/verify/arb/rows/all.ts';
import { pick } from '../../compiler/verify/draw.ts';
import type { Expr } from '../../src/expr.ts';
import { mul, neg } from '../../src/ops/arithmetic.ts';
import { broadcastTo, sum } from '../../src/ops/broadcast.ts';
import { matmul } from '../../src/ops/contract.ts';
import { constant } from '../../src/ops/leaves.ts';

/** The rules of fast numerics. */
export const inexactRules: readonly Rule[] = allRules.filter(({ exact }) => !exact);

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
