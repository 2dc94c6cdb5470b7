/** Functions of several tensors, composed of others. */
import type { DType, FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import type { BinaryBuilder } from './arithmetic.ts';
import { abs, add, div, mul, sqrt, square, sub } from './arithmetic.ts';
import { pair } from './cast.ts';
import type { Operand } from './cast.ts';
import { eq, ge, gt, le, logicalAnd, logicalOr, lt, maximum, where } from './compare.ts';
import { stopGradient } from './control.ts';
import { exp, log, log1p } from './exponential.ts';

type Float = Expr<Shape, FloatDType>;
type Bool = Expr<Shape, 'bool'>;

/** Types a composition of two operands that broadcast. */
function combined(name: string, f: (x: Float, y: Float) => Expr): BinaryBuilder {
  return ((x: Operand, y: Operand) => f(...(pair(name, x, y) as [Float, Float]))) as unknown as BinaryBuilder;
}

export interface ClampOptions<D extends DType> {
  readonly min?: number | Expr<Shape, D> | null;
  readonly max?: number | Expr<Shape, D> | null;
}

/** x, not below `min` and not above `max`; the slope is 1 at both. Where they cross, `max` holds. */
export function clamp<S extends Shape, D extends DType>(x: Expr<S, D>, options: ClampOptions<D>): Expr<S, D> {
  const { min = null, max = null } = options;
  let held: Expr = x;
  if (min !== null) held = where(lt(held, min as Expr) as Bool, min as Expr, held);
  if (max !== null) held = where(gt(held, max as Expr) as Bool, max as Expr, held);
  return held as unknown as Expr<S, D>;
}

/** `value` where `mask` holds, else x; the mask broadcasts to x. */
export function maskedFill<S extends Shape, D extends DType>(
  x: Expr<S, D>,
  mask: Bool,
  value: number,
): Expr<S, D> {
  return where(mask, value, x as Expr) as unknown as Expr<S, D>;
}

const isInfinite = (x: Float): Bool => eq(abs(x), Number.POSITIVE_INFINITY);

/**
 * sqrt(x^2 + y^2) without overflow. The scale is a constant to the derivative, which is right because the result
 * does not depend on it.
 */
export const hypot: BinaryBuilder = combined('hypot', (x, y) => {
  const larger = maximum(abs(x), abs(y));
  const plain = logicalOr(eq(larger, 0), isInfinite(larger));
  const scale = stopGradient(where(plain, 1, larger));
  return mul(scale, sqrt(add(square(div(x, scale)), square(div(y, scale)))));
});

/** log(e^x + e^y) without overflow; -Infinity where both are. */
export const logAddExp: BinaryBuilder = combined('logAddExp', (x, y) => {
  const first = ge(x, y);
  const [larger, smaller] = [where(first, x, y), where(first, y, x)];
  const distance = where(isInfinite(larger), 0, sub(smaller, larger));
  const far = logicalAnd(isInfinite(larger), lt(smaller, larger));
  return add(larger, log1p(exp(where(far, Number.NEGATIVE_INFINITY, distance))));
});

/** x log(y), and 0 where x is 0 unless y is NaN. */
export const xlogy: BinaryBuilder = combined('xlogy', (x, y) => {
  const vanishes = logicalAnd(eq(x, 0), logicalOr(le(y, 0), isInfinite(y)));
  return mul(x, log(where(vanishes, 1, y)));
});

/** x + weight (end - x): x for weight 0, `end` for weight 1, exactly. */
export function lerp<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  end: Expr<Shape, D>,
  weight: number | Expr<Shape, D>,
): Expr<S, D> {
  const [from, to]: [Float, Float] = [x, end];
  const distance = sub(to, from) as Float;
  if (typeof weight !== 'number') return add(from, mul(weight as Float, distance)) as unknown as Expr<S, D>;
  const result = weight < 0.5 ? add(from, mul(distance, weight)) : sub(to, mul(distance, 1 - weight));
  return result as unknown as Expr<S, D>;
}

interface ScaledOptions {
  /** The factor of the added term, default 1. */
  readonly value?: number;
}

/** x + value a b. */
export function addcmul<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  a: Expr<Shape, D>,
  b: Expr<Shape, D>,
  options: ScaledOptions = {},
): Expr<S, D> {
  const product = mul(a as Float, b as Float) as Float;
  return add(x as Float, mul(product, options.value ?? 1)) as unknown as Expr<S, D>;
}

/** x + value a / b. */
export function addcdiv<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  a: Expr<Shape, D>,
  b: Expr<Shape, D>,
  options: ScaledOptions = {},
): Expr<S, D> {
  const ratio = div(a as Float, b as Float) as Float;
  return add(x as Float, mul(ratio, options.value ?? 1)) as unknown as Expr<S, D>;
}
