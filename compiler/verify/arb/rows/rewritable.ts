/** Growth by what rewrite rules speak of: the left sides of all equations, and shapes that the other rules look for. */
import { AdjointError } from '../../../../src/errors.ts';
import type { Expr } from '../../../../src/expr.ts';
import { apply } from '../../../../src/ops/define.ts';
import * as ops from '../../../../src/ops/index.ts';
import { constant } from '../../../../src/ops/leaves.ts';
import { commutative } from '../../../rewrite/match.ts';
import type { HoleKind, Law } from '../../../rewrite/rule.ts';
import { allRules } from '../../../rewrite/stages.ts';
import { chance, pick, shuffled } from '../../draw.ts';
import type { Float, Growth, Row } from '../growth.ts';

/** What a hole of an equation stands for, beside `like`. */
function hole(g: Growth, kind: HoleKind, like: Expr): Expr {
  if (kind === 'bool') return g.ofShape(like.shape, 'bool');
  if (kind !== 'constant') return g.ofShape(like.shape, like.dtype);
  const value = pick(g.draw, [2, -3, 0.5, 0.1, 0, -0, 1, -1]);
  return ops.broadcastTo(
    constant(like.dtype === 'int32' ? Math.trunc(value) : value, like.dtype),
    like.shape,
  );
}

/** The left side of an equation; null where its operators do not take what was drawn. */
function leftSide(g: Growth, { holes, sides }: Law): Expr | null {
  const whole = !holes.includes('float') && chance(g.draw, 20);
  const like = whole ? g.leaf(g.shape(), 'int32') : g.float();
  try {
    return sides(...holes.map((kind) => hole(g, kind, like)))[0];
  } catch (error) {
    if (error instanceof AdjointError && error.code.startsWith('E-DTYPE')) return null;
    throw error;
  }
}

const equations: readonly Row[] = allRules.flatMap(({ name, law }) =>
  law ? [{ name: `left side of ${name}`, grow: (g: Growth) => leftSide(g, law) }] : [],
);

type Move = (g: Growth, x: Float) => Float;
type Reduce = (x: Expr, options: { axis: number }) => Float;

const flip: Move = (g, x) => ops.flip(x, { axis: g.axis(x) }) as unknown as Float;
const permute: Move = (g, x) =>
  ops.permute(
    x,
    shuffled(
      g.draw,
      x.shape.map((_, i) => i),
    ),
  ) as Float;

const slice: Move = (g, x) => {
  const axis = g.axis(x);
  const size = Number(x.shape[axis]);
  const start = g.draw.int(0, size);
  return ops.slice(x, { axis, start, stop: g.draw.int(start, size), step: g.draw.int(1, 2) }) as Float;
};

const pad: Move = (g, x) =>
  ops.pad(
    x,
    x.shape.map(() => [g.draw.int(0, 2), g.draw.int(0, 2)] as const),
  ) as Float;

const stretch: Move = (g, x) => ops.broadcastTo(x, [g.draw.int(1, 3), ...x.shape]) as Float;
const lengthen: Move = (g, x) => ops.concat([x, x], { axis: g.axis(x) }) as unknown as Float;
const oneNumber: Move = (g, x) => ops.broadcastTo(g.floatOf([]), x.shape) as Float;

const flat: Move = (_g, x) => ops.reshape(x, [x.shape.reduce<number>((a, b) => a * Number(b), 1)]) as Float;
const reduced =
  (reduce: unknown): Move =>
  (g, x) =>
    (reduce as Reduce)(x, { axis: g.axis(x) });

/** The two halves of an axis, put together again. */
const rejoined: Move = (g, x) => {
  const axis = g.axis(x);
  const middle = g.draw.int(0, Number(x.shape[axis]));
  const parts = [ops.slice(x, { axis, stop: middle }), ops.slice(x, { axis, start: middle })];
  return ops.concat(parts as Float[], { axis }) as unknown as Float;
};

/** One movement or reduction after another, of a tensor of two or three known sizes. */
const chains: readonly (readonly [name: string, ...moves: Move[]])[] = [
  ['flip of flip', flip, flip],
  ['permute of permute', permute, permute],
  ['slice of slice', slice, slice],
  ['slice of pad', pad, slice],
  ['slice of broadcast', stretch, slice],
  ['slice of concat', lengthen, slice],
  ['concat of slices', rejoined],
  ['flip of one number', oneNumber, flip],
  ['permute of one number', oneNumber, permute],
  ['slice of one number', oneNumber, slice],
  ['max of max', reduced(ops.max), reduced(ops.max)],
  ['min of min', reduced(ops.min), reduced(ops.min)],
  ['sum of reshape', flat, reduced(ops.sum)],
  ['max of reshape', flat, reduced(ops.max)],
  ['min of reshape', flat, reduced(ops.min)],
  ['prod of reshape', flat, reduced(ops.prod)],
];

const chained = ([name, ...moves]: (typeof chains)[number]): Row => ({
  name,
  grow: (g) => moves.reduce<Float>((x, move) => move(g, x), g.known(g.draw.int(2, 3), 1)),
});

const products: readonly Row[] = [
  {
    name: 'swapped operands',
    grow: (g) => {
      const node = g.find(({ op, args }) => commutative.has(op.name) && args[0] !== args[1]);
      return node && apply(node.op, node.args.toReversed(), {});
    },
  },
  {
    name: 'sum of products',
    grow: (g) => {
      const [m, k, n] = [g.draw.int(1, 5), g.draw.int(1, 5), g.draw.int(1, 5)];
      const left = ops.broadcastTo(g.floatOf([m, k, 1]), [m, k, n]) as Float;
      const right = ops.broadcastTo(g.floatOf([k, n]), [m, k, n]) as Float;
      return (ops.sum as unknown as Reduce)(ops.mul(left, right), { axis: 1 });
    },
  },
  {
    name: 'transpose of matmul',
    grow: (g) => {
      const x = g.known(2);
      const product = ops.matmul(x, g.floatOf([Number(x.shape[1]), g.draw.int(1, 5)]) as never);
      return ops.permute(product as Float, [1, 0]);
    },
  },
  {
    name: 'prod of one',
    grow: (g) => (ops.prod as unknown as Reduce)(ops.unsqueeze(g.float(), 0), { axis: 0 }),
  },
  {
    name: 'cast of cast',
    grow: (g) => {
      const through = pick(g.draw, ['float64', 'float32', 'int32', 'bool'] as const);
      return ops.cast(ops.cast(g.float(), through), g.dtype);
    },
  },
];

export const rewritableRows: readonly Row[] = [...equations, ...chains.map(chained), ...products];
