import { describe, expect, it } from 'vitest';
import {
  abs,
  atan2,
  broadcastTo,
  celu,
  clamp,
  constant,
  cumprod,
  elu,
  gather,
  gelu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  hypot,
  leakyRelu,
  logAddExp,
  logSigmoid,
  logSoftmax,
  logSumExp,
  logit,
  max,
  maxAlong,
  maximum,
  mish,
  norm,
  pow,
  prod,
  relu,
  relu6,
  selu,
  softplus,
  softshrink,
  sqrt,
  std,
  sum,
  tanh,
  threshold,
  vjp,
  where,
  xlogy,
} from 'adjoint';
import type { Expr, Shape } from 'adjoint';
import { operand } from './draw.ts';
import { evaluate, relative } from './measure.ts';

type Float = Expr<Shape, 'float64'>;
interface Built {
  build(...operands: readonly Expr[]): Expr;
}

/**
 * A function, a point, and what PyTorch 2.13 gives there: the values, and the gradients of their sum. Where all is
 * -Infinity it gives NaN gradients, and these rows something better.
 */
type Row = readonly [
  title: string,
  build: Built['build'],
  points: readonly (readonly number[])[],
  values: readonly number[],
  gradients: readonly (readonly number[])[],
];

const infinity = Number.POSITIVE_INFINITY;
const nan = Number.NaN;

const rows: readonly Row[] = [
  ['relu has slope 0 at 0', (x: Float) => relu(x), [[0, -1, 1]], [0, 0, 1], [[0, 0, 1]]],
  ['abs has slope 0 at 0', (x: Float) => abs(x), [[0, -2]], [0, 2], [[0, -1]]],
  ['maximum shares a tie', (x: Float, y: Float) => maximum(x, y), [[1], [1]], [1], [[0.5], [0.5]]],
  ['max shares ties', (x: Float) => max(x), [[2, 2, 1]], [2], [[0.5, 0.5, 0]]],
  [
    'maxAlong chooses the first of ties',
    (x: Float) => maxAlong(x, { axis: 0 }).values,
    [[1, 3, 3]],
    [3],
    [[0, 1, 0]],
  ],
  [
    'clamp has slope 1 at both bounds',
    (x: Float) => clamp(x, { min: -1, max: 1 }),
    [[-1, 1, 2]],
    [-1, 1, 1],
    [[1, 1, 0]],
  ],
  [
    'hardtanh has slope 0 at both bounds',
    (x: Float) => hardtanh(x),
    [[-1, 1, 0.5]],
    [-1, 1, 0.5],
    [[0, 0, 1]],
  ],
  ['relu6 has slope 0 at both bounds', (x: Float) => relu6(x), [[0, 6]], [0, 6], [[0, 0]]],
  ['hardsigmoid has slope 0 at both bounds', (x: Float) => hardsigmoid(x), [[-3, 3]], [0, 1], [[0, 0]]],
  ['hardswish has slope 0 at -3 and 1 at 3', (x: Float) => hardswish(x), [[-3, 3]], [0, 3], [[0, 1]]],
  ['leakyRelu has its slope at 0', (x: Float) => leakyRelu(x, { negativeSlope: 0.25 }), [[0]], [0], [[0.25]]],
  ['elu has slope alpha at 0', (x: Float) => elu(x, { alpha: 2 }), [[0, 1000]], [0, 1000], [[2, 1]]],
  ['celu has slope 1 at 0', (x: Float) => celu(x, { alpha: 2 }), [[0, 1000]], [0, 1000], [[1, 1]]],
  ['selu has its left slope at 0', (x: Float) => selu(x), [[0]], [0], [[1.7580993408473766]]],
  [
    'hardshrink has slope 0 at both bounds',
    (x: Float) => hardshrink(x),
    [[-0.5, 0.5, 1]],
    [0, 0, 1],
    [[0, 0, 1]],
  ],
  [
    'softshrink has slope 0 at both bounds',
    (x: Float) => softshrink(x),
    [[-0.5, 0.5, 1]],
    [0, 0, 0.5],
    [[0, 0, 1]],
  ],
  [
    'threshold has slope 0 there',
    (x: Float) => threshold(x, { threshold: 1, value: 7 }),
    [[1, 2]],
    [7, 2],
    [[0, 1]],
  ],
  ['softplus is linear above its threshold', (x: Float) => softplus(x), [[21, 1000]], [21, 1000], [[1, 1]]],
  ['logSigmoid is smooth at 0', (x: Float) => logSigmoid(x), [[0, -800]], [-Math.LN2, -800], [[0.5, 1]]],
  ['sqrt has an infinite slope at 0', (x: Float) => sqrt(x), [[0]], [0], [[infinity]]],
  ['norm has slope 0 at 0', (x: Float) => norm(x), [[0, 0]], [0], [[0, 0]]],
  ['the 1.5-norm has slope 0 for a zero entry', (x: Float) => norm(x, { p: 1.5 }), [[0, 3]], [3], [[0, 1]]],
  [
    'the largest magnitude of zeros has slope 0',
    (x: Float) => norm(x, { p: infinity }),
    [[0, 0]],
    [0],
    [[0, 0]],
  ],
  ['std has slope 0 where all are equal', (x: Float) => std(x), [[2, 2, 2]], [0], [[0, 0, 0]]],
  ['x^2 has slope 0 at 0', (x: Float) => pow(x, 2), [[0]], [0], [[0]]],
  ['x^0.5 has an infinite slope at 0', (x: Float) => pow(x, 0.5), [[0]], [0], [[infinity]]],
  ['x^0 has slope 0', (x: Float) => pow(x, 0), [[0, 3]], [1, 1], [[0, 0]]],
  [
    '0^y has slope 0 by y',
    (x: Float, y: Float) => pow(x, y),
    [
      [0, 0],
      [2, 0],
    ],
    [0, 1],
    [
      [0, 0],
      [0, 0],
    ],
  ],
  [
    'the slope by y of a negative base is NaN',
    (x: Float, y: Float) => pow(x, y),
    [[-2], [3]],
    [-8],
    [[12], [nan]],
  ],
  ['prod is exact with zeros', (x: Float) => prod(x), [[0, 3, 2]], [0], [[6, 0, 0]]],
  ['prod is exact with two zeros', (x: Float) => prod(x), [[0, 0, 2]], [0], [[0, 0, 0]]],
  [
    'cumprod is exact with zeros',
    (x: Float) => cumprod(x, { axis: 0 }),
    [[2, 0, 3, 0]],
    [2, 0, 0, 0],
    [[1, 8, 0, 0]],
  ],
  ['the origin has no angle, and slope 0', (y: Float, x: Float) => atan2(y, x), [[0], [0]], [0], [[0], [0]]],
  ['hypot has a NaN slope at 0', (x: Float, y: Float) => hypot(x, y), [[0], [0]], [0], [[nan], [nan]]],
  [
    'hypot does not overflow',
    (x: Float, y: Float) => hypot(x, y),
    [[3e200], [4e200]],
    [5e200],
    [[0.6], [0.8]],
  ],
  [
    '0 log 0 is 0',
    (x: Float, y: Float) => xlogy(x, y),
    [
      [0, 0],
      [-1, 3],
    ],
    [0, 0],
    [
      [0, Math.log(3)],
      [0, 0],
    ],
  ],
  [
    'logAddExp of two -Infinity is that',
    (x: Float, y: Float) => logAddExp(x, y),
    [[-infinity], [-infinity]],
    [-infinity],
    [],
  ],
  [
    'logAddExp shares evenly',
    (x: Float, y: Float) => logAddExp(x, y),
    [[2], [2]],
    [2 + Math.LN2],
    [[0.5], [0.5]],
  ],
  [
    'logSumExp of -Infinity alone passes nothing',
    (x: Float) => logSumExp(x),
    [[-infinity, -infinity]],
    [-infinity],
    [[0, 0]],
  ],
  [
    'logSumExp does not overflow',
    (x: Float) => logSumExp(x),
    [[1000, 1000]],
    [1000 + Math.LN2],
    [[0.5, 0.5]],
  ],
  [
    'logSoftmax keeps what is impossible',
    (x: Float) => logSoftmax(x),
    [[-infinity, 1]],
    [-infinity, 0],
    [[1, -1]],
  ],
  [
    'logit holds its operand with slope 0',
    (x: Float) => logit(x, { eps: 0.25 }),
    [[0, 1]],
    [-Math.log(3), Math.log(3)],
    [[0, 0]],
  ],
  ['mish and gelu vanish far below', (x: Float) => mish(gelu(x)), [[-50]], [-0], [[-0]]],
  ['tanh saturates', (x: Float) => tanh(x), [[40, -40]], [1, -1], [[0, 0]]],
  [
    'where hides what it does not choose from values alone',
    (x: Float) => where(x.gt(0), sqrt(x), 0),
    [[0, 4]],
    [0, 2],
    [[nan, 0.25]],
  ],
];

describe('kinks, ties and singular points are as PyTorch has them', () => {
  for (const [title, build, points, values, gradients] of rows) {
    it(title, () => {
      const operands = points.map((data, i) => operand(`x${i}`, { shape: [data.length] }, data));
      const leaves = operands.map(({ leaf }) => leaf as Float);
      const value = build(...leaves) as Float;
      const ones = broadcastTo(constant(1, 'float64'), value.shape) as Float;
      const [actual = [], ...slopes] = evaluate([value, ...vjp(value, leaves, ones)], operands);
      actual.forEach((x, i) => expect(relative(x, values[i] ?? nan), `value ${i}: ${x}`).toBeLessThan(1e-12));
      gradients.forEach((expected, i) => {
        expected.forEach((x, j) => {
          const slope = slopes[i]?.[j] ?? nan;
          expect(relative(slope, x), `slope ${i}, ${j}: ${slope}`).toBeLessThan(1e-12);
        });
      });
    });
  }

  it('an index outside gives NaN, and nothing flows back', () => {
    const x = operand('x', { shape: [3] }, [1, 2, 3]);
    const i = operand('i', { shape: [2], dtype: 'int32' }, [3, 0]);
    const leaf = x.leaf as Float;
    const taken = gather(leaf, i.leaf as Expr<Shape, 'int32'>, { axis: 0 });
    const [values, slopes] = evaluate(
      [taken, vjp(sum(taken) as Float, leaf, constant(1, 'float64'))],
      [x, i],
    );
    expect(values).toEqual([nan, 1]);
    expect(slopes).toEqual([1, 0, 0]);
  });
});
