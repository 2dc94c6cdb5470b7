/** Functions that losses share, exact in both tails and, with all their derivatives, at 0. */
import { add, mul, neg, sqrt, sub } from '../ops/arithmetic.ts';
import { eq, lt, where } from '../ops/compare.ts';
import { stopGradient } from '../ops/control.ts';
import { exp, log1p } from '../ops/exponential.ts';
import type { Expr } from '../expr.ts';
import type { Float } from './reduction.ts';

/** max(x, 0), where a tie passes the gradient on as torch's clamp_min has it; relu's is 0 there. NaN stays. */
export function clampBelow(x: Expr): Float {
  return where(lt(x, 0), 0, x) as Float;
}

/**
 * log(1 + e^x) and log(1 + e^-x). Written without |x| and max, whose slopes at 0 are conventions, so that every
 * derivative is that of the function: 1/2, 1/4, ... at 0.
 */
export function softplusBoth(x: Float): readonly [ofX: Float, ofMinusX: Float] {
  const below = lt(x, 0);
  const tail = log1p(exp(where(below, x, neg(x)) as Float));
  return [add(where(below, 0, x) as Float, tail), add(where(below, neg(x), 0) as Float, tail)];
}

/** log(1 + e^x). */
export const softplus = (x: Float): Float => softplusBoth(x)[0];

/** `value`, with the derivatives of `slope`. The value is exact where `slope` is finite. */
export function valueWithSlopeOf(value: Float, slope: Float): Float {
  return add(stopGradient(value), sub(slope, stopGradient(slope)));
}

/** The square root; its derivative at 0 is 0, as a norm has it. */
export function rootOf(x: Float): Float {
  const zero = eq(x, 0);
  return where(zero, 0, sqrt(where(zero, 1, x) as Float)) as Float;
}

/** x log(x), 0 at 0. */
export function timesLog(x: Float, logarithm: (x: Float) => Float): Float {
  const zero = eq(x, 0);
  return where(zero, 0, mul(x, logarithm(where(zero, 1, x) as Float))) as Float;
}
