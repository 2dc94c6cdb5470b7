/** Activation functions, composed of others. Slopes at kinks are PyTorch's. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { abs, add, div, mul, neg, sub } from './arithmetic.ts';
import { ge, gt, le, logicalAnd, where } from './compare.ts';
import { clamp } from './combine.ts';
import { stopGradient } from './control.ts';
import { composed, composedWith } from './elementwise.ts';
import type { FloatFunction, FloatFunctionWith } from './elementwise.ts';
import { erfc } from './error-function.ts';
import { exp, expm1, log, log1p, sigmoid, tanh } from './exponential.ts';
import { normalAxis } from './index-math.ts';
import { split } from './parts.ts';
import { reshape } from './reshape.ts';

type Float = Expr<Shape, FloatDType>;

/** x where it is negative, else 0: a branch that is not taken must not overflow, because its slope would be NaN. */
const negativePart = (x: Float): Float => where(gt(x, 0), 0, x);

/** log(1 + e^x), accurate in both tails. */
const log1pExp = (x: Float): Float =>
  add(where(gt(x, 0), x, 0), log1p(exp(where(gt(x, 0), neg(x), x) as Float)));

/** The value of `x` with the slope of `by`. */
const withSlope = (x: Float, by: Float): Float => add(by, stopGradient(sub(x, by)));

/** min(max(x, 0), 6); the slope is 0 at both bounds. */
export const relu6: FloatFunction = composed((x) => hardtanh(x, { min: 0, max: 6 }));

/** x sigmoid(x). */
export const silu: FloatFunction = composed((x) => mul(x, sigmoid(x)));

/** x tanh(softplus(x)). */
export const mish: FloatFunction = composed((x) => mul(x, tanh(softplus(x))));

/** x / (1 + |x|). */
export const softsign: FloatFunction = composed((x) => div(x, add(abs(x), 1)));

/** log(sigmoid(x)), accurate in both tails. */
export const logSigmoid: FloatFunction = composed((x) => neg(log1pExp(neg(x))));

/**
 * 0 below -3, 1 above 3, (x + 3) / 6 between; the slope is 0 at both. In every dtype the slope between is the float32
 * nearest to 1/6, because PyTorch's is.
 */
export const hardsigmoid: FloatFunction = composed((x) => {
  const line = withSlope(div(add(x, 3), 6), mul(x, Math.fround(1 / 6)));
  return where(le(x, -3), 0, where(ge(x, 3), 1, line));
});

/** x hardsigmoid(x); the slope is 0 at -3 and 1 at 3. */
export const hardswish: FloatFunction = composed((x) =>
  where(le(x, -3), 0, where(ge(x, 3), x, div(mul(x, add(x, 3)), 6))),
);

/** x - tanh(x). */
export const tanhshrink: FloatFunction = composed((x) => sub(x, tanh(x)));

const seluScale = 1.0507009873554805;
const seluAlpha = 1.6732632423543772;

/** elu with the scale and alpha that keep mean 0 and variance 1 (Klambauer et al., 2017). */
export const selu: FloatFunction = composed((x) => mul(elu(x, { alpha: seluAlpha }), seluScale));

/** x above 0, `negativeSlope` (default 0.01) times x elsewhere. */
export const leakyRelu: FloatFunctionWith<{ readonly negativeSlope?: number }> = composedWith(
  (x, { negativeSlope = 0.01 }) => where(gt(x, 0), x, mul(x, negativeSlope)),
);

/** x above 0, alpha (e^x - 1) elsewhere; the slope at 0 is alpha (default 1). */
export const elu: FloatFunctionWith<{ readonly alpha?: number }> = composedWith((x, { alpha = 1 }) =>
  where(gt(x, 0), x, mul(expm1(negativePart(x)), alpha)),
);

/**
 * x above 0, alpha (e^(x / alpha) - 1) elsewhere; the slope at 0 is 1. In every dtype the slope takes the float32
 * nearest to alpha for the alpha that divides, because PyTorch's does.
 */
export const celu: FloatFunctionWith<{ readonly alpha?: number }> = composedWith((x, { alpha = 1 }) => {
  const below = (divisor: number): Float => mul(expm1(div(negativePart(x), divisor)), alpha);
  const near = Math.fround(alpha);
  return where(gt(x, 0), x, near === alpha ? below(alpha) : withSlope(below(alpha), below(near)));
});

export interface GeluOptions {
  /** 'none' (default): x times the normal distribution function of x. 'tanh': its approximation by tanh. */
  readonly approximate?: 'none' | 'tanh';
}

/** x times the normal distribution function of x. */
export const gelu: FloatFunctionWith<GeluOptions> = composedWith((x, { approximate = 'none' }) => {
  if (approximate === 'none') return mul(mul(x, 0.5), erfc(mul(x, -Math.SQRT1_2)));
  const cube = mul(mul(x, x), x);
  const inner = mul(add(x, mul(cube, 0.044715)), Math.sqrt(2 / Math.PI));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
});

export interface SoftplusOptions {
  /** Default 1. */
  readonly beta?: number;
  /** Above this value of beta x (default 20) the result is x itself. */
  readonly threshold?: number;
}

/** log(1 + e^(beta x)) / beta. */
export const softplus: FloatFunctionWith<SoftplusOptions> = composedWith(
  (x, { beta = 1, threshold = 20 }) => {
    const scaled = mul(x, beta);
    return where(gt(scaled, threshold), x, div(log1pExp(scaled), beta));
  },
);

/** x held between `min` (default -1) and `max` (default 1); the slope is 0 at both. */
export const hardtanh: FloatFunctionWith<{ readonly min?: number; readonly max?: number }> = composedWith(
  (x, { min = -1, max = 1 }) => where(le(x, min), min, where(ge(x, max), max, x)),
);

/** x, and 0 from -lambda to lambda (default 0.5). */
export const hardshrink: FloatFunctionWith<{ readonly lambda?: number }> = composedWith(
  (x, { lambda = 0.5 }) => where(logicalAnd(ge(x, -lambda), le(x, lambda)), 0, x),
);

/** x moved towards 0 by lambda (default 0.5), and 0 from -lambda to lambda. */
export const softshrink: FloatFunctionWith<{ readonly lambda?: number }> = composedWith(
  (x, { lambda = 0.5 }) =>
    where(gt(x, lambda), sub(x, lambda), where(ge(x, -lambda), mul(x, 0), add(x, lambda))),
);

/** x above `threshold`, else `value`. */
export function threshold<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: { readonly threshold: number; readonly value: number },
): Expr<S, D> {
  return where(le(x, options.threshold), options.value, x as Float) as unknown as Expr<S, D>;
}

/** log(x / (1 - x)); with `eps`, x is first held between eps and 1 - eps. */
export const logit: FloatFunctionWith<{ readonly eps?: number }> = composedWith((x, { eps }) => {
  const held = eps === undefined ? x : clamp(x, { min: eps, max: 1 - eps });
  return sub(log(held), log1p(neg(held)));
});

/** x above 0, else `weight` times x, with one weight, or one for each entry of axis 1. */
export function prelu<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  weight: Expr<Shape, D>,
): Expr<S, D> {
  const shape = x.shape.map((size, axis) => (axis === 1 && size === weight.shape[0] ? size : 1));
  const slope =
    weight.shape.length === 1 && weight.shape[0] !== 1 ? reshape(weight, shape) : reshape(weight, []);
  return where(gt(x, 0), x as Float, mul(x as Float, slope as Float)) as unknown as Expr<S, D>;
}

/** The first half of `axis` (default -1) times the sigmoid of the second. */
export function glu<D extends FloatDType>(
  x: Expr<Shape, D>,
  options: { readonly axis?: number } = {},
): Expr<Shape, D> {
  const axis = normalAxis('glu', x, options.axis ?? -1);
  const [value, gate] = split(x, { axis, into: 2 });
  if (!value || !gate) throw new AdjointError('E-ATTRIBUTE', 'glu: there are no halves', [describe(x)]);
  return mul(value, sigmoid(gate));
}
