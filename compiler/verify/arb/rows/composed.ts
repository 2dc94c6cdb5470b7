/** Growth by compositions, loops and derivatives: what users write, and what compilers see of it. */
import type { Expr } from '../../../../src/expr.ts';
import * as ops from '../../../../src/ops/index.ts';
import { postorder } from '../../../../src/walk.ts';
import { chance, pick } from '../../draw.ts';
import type { Float, Growth, Row, Shape } from '../growth.ts';

type Function = (x: Float) => Expr;

const activations: readonly Function[] = [
  ops.silu,
  ops.mish,
  ops.softsign,
  ops.logSigmoid,
  ops.hardsigmoid,
  ops.hardswish,
  ops.tanhshrink,
  ops.selu,
  ops.leakyRelu,
  ops.elu,
  ops.celu,
  ops.gelu,
  ops.softplus,
  ops.hardtanh,
  ops.hardshrink,
  ops.softshrink,
  ops.relu6,
  (x) => ops.gelu(x, { approximate: 'tanh' }),
  (x) => ops.clamp(x, { min: -1, max: 0.5 }),
  (x) => ops.pow(x, 2),
  (x) => ops.pow(x, 3),
  (x) => ops.rsqrt(ops.square(x)),
];

const pairs: readonly ((x: Float, y: Float) => Expr)[] = [
  ops.hypot,
  ops.logAddExp,
  ops.xlogy,
  ops.remainder,
  (x, y) => ops.lerp(x, y, 0.3),
];

/** A float leaf that `y` depends on through operators with derivatives. */
function variableOf(g: Growth, y: Expr): Expr | null {
  const below = new Set(postorder([y]));
  return g.find((x) => x !== y && x.dtype === y.dtype && below.has(x));
}

/** The sum of a float, weighted so that places differ. */
function scalarOf(g: Growth, y: Float): Expr<[], 'float32'> {
  const weighted = chance(g.draw, 50) ? ops.mul(y, g.floatOf(y.shape)) : y;
  return ops.sum(weighted as Expr) as unknown as Expr<[], 'float32'>;
}

/** What is computed again for the derivative. */
const recomputed: readonly (readonly [name: string, f: Function])[] = [
  ['gate', (x) => ops.mul(ops.tanh(x), ops.sigmoid(ops.neg(x)))],
  ['chain', (x) => ops.exp(ops.neg(ops.square(ops.sin(x))))],
  ['softmax', (x) => (x.shape.length > 0 ? ops.softmax(x, { axis: -1 }) : ops.square(ops.cos(x)))],
];

export const composedRows: readonly Row[] = [
  { name: 'activation', grow: (g) => pick(g.draw, activations)(g.float()) },
  {
    name: 'pair',
    grow: (g) => {
      const x = g.float();
      return pick(g.draw, pairs)(x, g.floatOf(x.shape));
    },
  },
  {
    name: 'residual',
    grow: (g) => {
      const x = g.float();
      return ops.add(x, ops.mul(ops.tanh(x), ops.sigmoid(x)));
    },
  },
  {
    name: 'checkpoint',
    grow: (g) => ops.checkpoint((x) => ops.mul(ops.tanh(x), ops.exp(ops.neg(x))), g.float()),
  },
  ...recomputed.map(([name, f]): Row => ({
    name: `derivative through recomputation: ${name}`,
    grow: (g) => {
      const x = g.float();
      return ops.gradient(scalarOf(g, ops.checkpoint(f, x) as Float), x as Expr<Shape, 'float32'>);
    },
  })),
  {
    name: 'derivative by hand',
    grow: (g) => {
      const x = g.float();
      const bent = ops.withGradient(ops.round(x), [x], (cotangent) => [ops.mul(cotangent, ops.sigmoid(x))]);
      return chance(g.draw, 30) ? bent : ops.gradient(scalarOf(g, bent), x as Expr<Shape, 'float32'>);
    },
  },
  {
    name: 'uniform',
    grow: (g) => ops.add(g.float(), ops.uniform([], g.dtype) as Expr as Expr<[], 'float32'>),
  },
  {
    name: 'random tensor',
    grow: (g) => ops.uniform(g.shape(), g.dtype),
  },
  {
    name: 'gradient',
    grow: (g) => {
      const y = g.float();
      const x = variableOf(g, y);
      return x && ops.gradient(scalarOf(g, y), x as Expr<Shape, 'float32'>);
    },
  },
  {
    name: 'vjp',
    grow: (g) => {
      const y = g.float();
      const x = variableOf(g, y);
      return x && ops.vjp(y, x as Float, g.floatOf(y.shape));
    },
  },
  {
    name: 'second gradient',
    grow: (g) => {
      const y = g.float();
      const x = variableOf(g, y) as Expr<Shape, 'float32'> | null;
      if (!x || postorder([y]).length > 12) return null;
      const first = ops.gradient(scalarOf(g, y), x);
      return ops.gradient(ops.sum(ops.square(first) as Expr) as unknown as Expr<[], 'float32'>, x);
    },
  },
];
