/** Exponentials, logarithms, hyperbolic tangent, sigmoid and relu. */
import type { Algebra } from '../algebra/algebra.ts';
import type { Expr } from '../expr.ts';
import type { FloatDType } from '../dtype.ts';
import { constant as scalarConstant, prim } from '../kernel/build.ts';
import type { Shape } from '../shape-types.ts';
import { add, div, mul, square, sub } from './arithmetic.ts';
import { gt, where } from './compare.ts';
import { unary } from './elementwise.ts';
import type { Unary } from './elementwise.ts';

type Float = Expr<Shape, FloatDType>;

/** e^x. */
export const exp: Unary = unary({
  name: 'exp',
  family: 'exponential',
  doc: 'e to the power x.',
  domain: [-3, 3],
  meaning: (k, x) => k.exp(x),
  vjp: (g, _x, y) => mul(g, y),
  lower: (x) => prim('exp', x),
});

/** e^x - 1, accurate near 0. */
export const expm1: Unary = unary({
  name: 'expm1',
  family: 'exponential',
  doc: 'e to the power x, minus 1, accurate near 0.',
  domain: [-3, 3],
  meaning: (k, x) => k.expm1(x),
  vjp: (g, _x, y) => mul(g, add(y, 1)),
  lower: (x) => prim('expm1', x),
});

/** Natural logarithm. */
export const log: Unary = unary({
  name: 'log',
  family: 'exponential',
  doc: 'The natural logarithm; -Infinity at 0, NaN below.',
  domain: [0.05, 6],
  meaning: (k, x) => k.log(x),
  vjp: (g, x) => div(g, x),
  lower: (x) => prim('log', x),
});

/** log(1 + x), accurate near 0. */
export const log1p: Unary = unary({
  name: 'log1p',
  family: 'exponential',
  doc: 'The natural logarithm of 1 + x, accurate near 0.',
  domain: [-0.9, 5],
  meaning: (k, x) => k.log1p(x),
  vjp: (g, x) => div(g, add(x, 1)),
  lower: (x) => prim('log1p', x),
});

/** 2^x. */
export const exp2: Unary = unary({
  name: 'exp2',
  family: 'exponential',
  doc: '2 to the power x; exact for whole x.',
  domain: [-4, 4],
  meaning: (k, x) => k.pow(k.constant(2), x),
  vjp: (g, _x, y) => mul(g, mul(y, Math.LN2)),
  lower: (x) => prim('exp2', x),
});

/** The logarithm to base 2. */
export const log2: Unary = unary({
  name: 'log2',
  family: 'exponential',
  doc: 'The logarithm to base 2; exact for powers of 2.',
  domain: [0.05, 6],
  meaning: (k, x) => k.div(k.log(x), k.log(k.constant(2))),
  vjp: (g, x) => div(g, mul(x, Math.LN2)),
  lower: (x) => prim('log2', x),
});

/** The logarithm to base 10. */
export const log10: Unary = unary({
  name: 'log10',
  family: 'exponential',
  doc: 'The logarithm to base 10.',
  domain: [0.05, 6],
  meaning: (k, x) => k.div(k.log(x), k.log(k.constant(10))),
  vjp: (g, x) => div(g, mul(x, Math.LN10)),
  lower: (x) => prim('log10', x),
});

/** Hyperbolic tangent. */
export const tanh: Unary = unary({
  name: 'tanh',
  family: 'exponential',
  doc: 'The hyperbolic tangent, in (-1, 1).',
  domain: [-4, 4],
  meaning: (k, x) => k.tanh(x),
  vjp: (g, _x, y) => mul(g, sub(1, square(y as Float))),
  lower: (x) => prim('tanh', x),
});

function stableSigmoid<T>(k: Algebra<T>, x: T): T {
  const one = k.constant(1);
  if (k.primal(x) >= 0) return k.div(one, k.add(one, k.exp(k.neg(x))));
  const e = k.exp(x);
  return k.div(e, k.add(one, e));
}

/** 1 / (1 + e^-x). */
export const sigmoid: Unary = unary({
  name: 'sigmoid',
  family: 'exponential',
  doc: '1 / (1 + exp(-x)), accurate in both tails.',
  domain: [-6, 6],
  meaning: stableSigmoid,
  vjp: (g, _x, y) => mul(g, mul(y, sub(1, y as Float))),
  lower: (x) => prim('sigmoid', x),
});

/** `x < 0 ? 0 : x`; the derivative at 0 is 0. */
export const relu: Unary = unary({
  name: 'relu',
  family: 'exponential',
  doc: '0 below 0, else x; NaN stays. The derivative at 0 is 0.',
  kinks: [0],
  meaning: (k, x) => (k.primal(x) < 0 ? k.constant(0) : k.primal(x) === 0 ? k.detach(x) : x),
  vjp: (g, _x, y) => where(gt(y, 0), g, 0),
  lower: (x) => {
    const zero = scalarConstant(x.dtype, 0);
    return prim('select', prim('lt', x, zero), zero, x);
  },
});
