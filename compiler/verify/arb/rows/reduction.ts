/** Growth by reductions, running sums, and products of tensors. */
import type { FloatDType } from '../../../../src/dtype.ts';
import type { Expr } from '../../../../src/expr.ts';
import * as ops from '../../../../src/ops/index.ts';
import { evaluateSize, product } from '../../../../src/size.ts';
import { chance, pick } from '../../draw.ts';
import type { Bool, Float, Growth, Row, Shape } from '../growth.ts';

type Reducer = (x: Expr, options: { axis?: number[]; keepdims: boolean }) => Expr;

const plain: Readonly<Record<string, Reducer>> = {
  sum: ops.sum as Reducer,
  mean: ops.mean as Reducer,
  max: ops.max as Reducer,
  min: ops.min as Reducer,
  prod: ops.prod as Reducer,
  logSumExp: ops.logSumExp as unknown as Reducer,
  variance: ops.variance as unknown as Reducer,
  norm: ops.norm as unknown as Reducer,
};

function someAxes(g: Growth, x: Expr): { axis?: number[] } {
  if (chance(g.draw, 25)) return {};
  const axes = x.shape.map((_, i) => i).filter(() => chance(g.draw, 50));
  return { axis: axes.length > 0 || x.shape.length === 0 ? axes : [g.axis(x)] };
}

/** A float of which no axis is empty: what has no extreme has no place of it either. */
function filled(g: Growth): Float {
  const found = g.find(
    ({ dtype, shape }) =>
      dtype === g.dtype && shape.length > 0 && shape.every((size) => evaluateSize(size, g.sizes) > 0),
  );
  return (found ?? g.leaf(g.knownShape(g.draw.int(1, 3), 1))) as Float;
}

const along = { softmax: ops.softmax, logSoftmax: ops.logSoftmax, softmin: ops.softmin } as const;

function square(g: Growth, rank: number): [Float, Float] {
  const lead = g.shape(rank - 2);
  const [m, k, n] = [g.size(), g.size(), g.size()];
  const tooLarge = g.count([...lead, m, k]) > 600 || g.count([...lead, k, n]) > 600;
  const [a, b, c] = tooLarge ? [2, 3, 2] : [m, k, n];
  return [g.floatOf([...lead, a, b]), g.floatOf([...lead, b, c])];
}

type Binary = (x: Float, y: Float) => Expr;
const product2 = ops.matmul as unknown as Binary;

export const reductionRows: readonly Row[] = [
  ...Object.entries(plain).map(([name, reduce]): Row => ({
    name,
    grow: (g) => {
      const x = g.float();
      return reduce(x, { ...someAxes(g, x), keepdims: chance(g.draw, 40) });
    },
  })),
  ...Object.entries(along).map(([name, f]): Row => ({
    name,
    grow: (g) => {
      const x = g.ranked(1);
      return f(x, { axis: g.axis(x) });
    },
  })),
  {
    name: 'sum of integers',
    grow: (g) => {
      const x = g.find(({ dtype }) => dtype === 'int32') ?? g.leaf(g.shape(), 'int32');
      const reduce = pick(g.draw, [ops.sum, ops.max, ops.min, ops.prod]) as unknown as Reducer;
      return reduce(x, { ...someAxes(g, x), keepdims: false });
    },
  },
  {
    name: 'any, all',
    grow: (g) => {
      const x = g.float();
      const holds = ops.lt(x, g.floatOf(x.shape)) as Bool;
      const reduce = pick(g.draw, [ops.any, ops.all]) as unknown as Reducer;
      return reduce(holds, { ...someAxes(g, x), keepdims: false });
    },
  },
  {
    name: 'cumsum',
    grow: (g) => {
      const x = g.ranked(1);
      return ops.cumsum(x, { axis: g.axis(x), reverse: chance(g.draw, 40) });
    },
  },
  {
    name: 'cumprod',
    grow: (g) => {
      const x = g.ranked(1);
      return ops.cumprod(x, { axis: g.axis(x), reverse: chance(g.draw, 40) });
    },
  },
  {
    name: 'logCumSumExp',
    grow: (g) => {
      const x = g.ranked(1);
      return ops.logCumSumExp(x, { axis: g.axis(x), reverse: chance(g.draw, 40) });
    },
  },
  {
    name: 'linearRecurrence',
    grow: (g) => {
      const x = g.ranked(1);
      return ops.linearRecurrence(x, g.floatOf(x.shape), { axis: g.axis(x), reverse: chance(g.draw, 40) });
    },
  },
  {
    name: 'matmul',
    grow: (g) => product2(...square(g, pick(g.draw, [2, 2, 2, 3]))),
  },
  {
    name: 'matmul of a stack and a matrix',
    grow: (g) => {
      const x = g.ranked(3);
      const inner = x.shape.at(-1) ?? 1;
      return product2(x, g.floatOf([inner, g.knownSize()]));
    },
  },
  {
    name: 'matrix and vector',
    grow: (g) => {
      const x = g.ranked(2);
      return product2(x, g.floatOf([x.shape.at(-1) ?? 1]));
    },
  },
  {
    name: 'einsum',
    grow: (g) => {
      const [b, i, j, k] = g.knownShape(4) as [number, number, number, number];
      const [x, y] = [g.floatOf([b, i, j]), g.floatOf([j, k])] as [Expr<Shape, FloatDType>, Float];
      return ops.einsum(pick(g.draw, ['bij,jk->bik', 'bij,jk->kb', 'bij,jk->ib', 'bij,jk->']), x, y);
    },
  },
  {
    name: 'argmax',
    grow: (g) => {
      const x = filled(g);
      const place = pick(g.draw, [ops.argmax, ops.argmin]);
      return place(x, { axis: g.axis(x), keepdims: chance(g.draw, 50) });
    },
  },
  {
    name: 'maxAlong',
    grow: (g) => {
      const x = filled(g);
      return pick(g.draw, [ops.maxAlong, ops.minAlong])(x, { axis: g.axis(x) }).values;
    },
  },
  {
    name: 'maxFirst',
    grow: (g) => {
      const x = filled(g);
      return ops.maxFirst(x, { axis: g.axis(x) });
    },
  },
  {
    name: 'outer',
    grow: (g) =>
      ops.outer(g.known(1) as Expr<[number], FloatDType>, g.known(1) as Expr<[number], FloatDType>),
  },
  {
    name: 'layerNorm',
    grow: (g) => {
      const x = g.ranked(1);
      const rank = g.draw.int(1, Math.min(2, x.shape.length));
      const shape = x.shape.slice(-rank);
      const weight = g.floatOf(shape);
      return ops.layerNorm(x, shape, chance(g.draw, 50) ? { weight, bias: g.floatOf(shape) } : {});
    },
  },
  {
    name: 'rmsNorm',
    grow: (g) => {
      const x = g.ranked(1);
      return ops.rmsNorm(x, x.shape.slice(-1));
    },
  },
  {
    name: 'batchNorm',
    grow: (g) => {
      const x = g.known(g.draw.int(2, 4), 1);
      // One value per channel is refused in training.
      const training = x.shape.some((size, axis) => axis !== 1 && size !== 1);
      return ops.batchNorm(x, { training, weight: g.floatOf([x.shape[1] ?? 1]) }).output;
    },
  },
  {
    name: 'groupNorm',
    grow: (g) => {
      const [n, , ...rest] = g.knownShape(3, 1);
      const x = g.floatOf([n ?? 1, 4, ...rest]);
      return ops.groupNorm(x, pick(g.draw, [1, 2, 4]));
    },
  },
  {
    name: 'joined axes',
    grow: (g) => {
      const x = g.float();
      return ops.sum(ops.reshape(x, [product(x.shape)]) as Float, { axis: 0 });
    },
  },
];
