/** Norms, variances, and what is built on them. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { ReduceOptions } from '../methods-types.ts';
import type { Reduce, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import { abs, add, div, mul, sqrt, square, sub } from './arithmetic.ts';
import { sum } from './broadcast.ts';
import { cast, pair } from './cast.ts';
import { clamp } from './combine.ts';
import { eq, maximum, ne, where } from './compare.ts';
import { stopGradient } from './control.ts';
import { requireFloat } from './elementwise.ts';
import { normalAxes } from './index-math.ts';
import { constant, sizeOf } from './leaves.ts';
import { pow } from './power.ts';
import { max, mean, min } from './reduce.ts';
import { unsqueeze } from './reshape.ts';

type Float = Expr<Shape, FloatDType>;
type Axes = number | readonly number[] | undefined;
type Over = { readonly axis?: Axes; readonly keepdims?: boolean };

/** A reduction of floats with options `O`, by type. */
export interface FloatReduction<O> {
  <
    S extends Shape,
    D extends FloatDType,
    const A extends number | readonly number[] | undefined = undefined,
    K extends boolean = false,
  >(
    x: Expr<S, D>,
    options?: ReduceOptions<A, K> & O,
  ): Expr<Reduce<S, A, K>, D>;
}

export function floatReduction<O>(name: string, f: (x: Float, options: Over & O) => Expr): FloatReduction<O> {
  const build = (x: Float, options?: Over & O): Expr => {
    requireFloat(name, x);
    return f(x, options ?? ({} as Over & O));
  };
  return build as unknown as FloatReduction<O>;
}

const over = ({ axis, keepdims = false }: Over): Over =>
  axis === undefined ? { keepdims } : { axis, keepdims };
const total = (x: Float, options: Over): Float => sum(x, over(options)) as Float;

/** sqrt(x), with a derivative of 0 at 0. */
function rootOrZero(x: Float): Float {
  const zero = eq(x, 0);
  return where(zero, 0, sqrt(where(zero, 1, x)));
}

interface CorrectionOptions {
  /** What is taken from the number of elements in the divisor; default 1, for an unbiased estimate. */
  readonly correction?: number;
}

/** The mean square distance from the mean over `axis`, or over everything; divides by the count less `correction`. */
export const variance: FloatReduction<CorrectionOptions> = floatReduction('variance', (x, options) => {
  const { axis, correction = 1 } = options;
  const axes = normalAxes('variance', x, axis);
  const centered = sub(x, mean(x, { axis: axes, keepdims: true }) as Float);
  const size = product(axes.map((each) => must(x.shape[each], 'size')));
  const freedom =
    typeof size === 'number'
      ? constant(Math.max(0, size - correction), x.dtype)
      : maximum(sub(cast(sizeOf([size]), x.dtype), correction), 0);
  return div(total(square(centered), options), freedom);
});

/** The square root of the variance; its derivative is 0 where all elements are equal. */
export const std: FloatReduction<CorrectionOptions> = floatReduction('std', (x, options) =>
  rootOrZero(variance(x, options) as Float),
);

/** (sum |x|^p)^(1/p), where zero elements, and a sum of zero, pass no derivative. */
function generalNorm(x: Float, p: number, options: Over): Float {
  const zero = eq(x, 0);
  const powers = where(zero, p > 0 ? 0 : Number.POSITIVE_INFINITY, pow(where(zero, 1, abs(x)), p)) as Float;
  const powerSum = total(powers, options);
  if (p < 0) return pow(powerSum, 1 / p);
  const none = eq(powerSum, 0);
  return where(none, 0, pow(where(none, 1, powerSum), 1 / p));
}

interface NormOptions {
  /** Any number, or Infinity or -Infinity for the largest or smallest magnitude; default 2. */
  readonly p?: number;
}

/** The p-norm of the elements over `axis`, or over everything; its derivative at 0 is 0. */
export const norm: FloatReduction<NormOptions> = floatReduction('norm', (x, options) => {
  const { p = 2 } = options;
  if (p === Number.POSITIVE_INFINITY) return max(abs(x), over(options));
  if (p === Number.NEGATIVE_INFINITY) return min(abs(x), over(options));
  if (p === 0) return total(cast(ne(x, 0), x.dtype), options);
  if (p === 1) return total(abs(x), options);
  return p === 2 ? rootOrZero(total(square(x), options)) : generalNorm(x, p, options);
});

export interface NormalizeOptions extends NormOptions {
  /** Default 1. */
  readonly axis?: number;
  /** The least norm to divide by; default 1e-12. */
  readonly eps?: number;
}

/** x divided by its norm along an axis. */
export function normalize<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: NormalizeOptions = {},
): Expr<S, D> {
  const { p = 2, axis = 1, eps = 1e-12 } = options;
  const length = clamp(norm(x, { p, axis, keepdims: true }) as Float, { min: eps });
  return div(x as Float, length) as unknown as Expr<S, D>;
}

/** The norm, and where it is less, eps; its derivative is the norm's also there, as PyTorch's cosine has it. */
function heldNorm(x: Float, axis: number, eps: number): Float {
  const length = norm(x, { axis, keepdims: true }) as Float;
  return add(length, stopGradient(sub(clamp(length, { min: eps }), length)));
}

/** The cosine of the angle between two tensors along an axis (default 1); norms are at least `eps` (1e-8). */
export function cosineSimilarity<D extends FloatDType>(
  x: Expr<Shape, D>,
  y: Expr<Shape, D>,
  options: { readonly axis?: number; readonly eps?: number } = {},
): Expr<Shape, D> {
  const { axis = 1, eps = 1e-8 } = options;
  const unit = (z: Float): Float => div(z, heldNorm(z, axis, eps)) as Float;
  const [a, b] = pair('cosineSimilarity', x, y) as [Float, Float];
  return sum(mul(unit(a), unit(b)) as Float, { axis }) as unknown as Expr<Shape, D>;
}

/** The norm of x - y + eps along the last axis. */
export function pairwiseDistance<D extends FloatDType>(
  x: Expr<Shape, D>,
  y: Expr<Shape, D>,
  options: NormOptions & { readonly eps?: number; readonly keepdims?: boolean } = {},
): Expr<Shape, D> {
  const { p = 2, eps = 1e-6, keepdims = false } = options;
  const difference = add(sub(x as Float, y as Float), eps) as Float;
  return norm(difference, { p, axis: -1, keepdims }) as unknown as Expr<Shape, D>;
}

/** The distances in the p-norm between all rows of x [..., P, M] and of y [..., R, M]: [..., P, R]. */
export function cdist<D extends FloatDType>(
  x: Expr<Shape, D>,
  y: Expr<Shape, D>,
  options: NormOptions = {},
): Expr<Shape, D> {
  if (x.shape.length < 2 || y.shape.length < 2) {
    throw new AdjointError('E-SHAPE-RANK', 'cdist: needs matrices', [describe(x), describe(y)]);
  }
  const rows = unsqueeze(x, -2) as Float;
  const columns = unsqueeze(y, -3) as Float;
  return norm(sub(rows, columns) as Float, { p: options.p ?? 2, axis: -1 }) as unknown as Expr<Shape, D>;
}
