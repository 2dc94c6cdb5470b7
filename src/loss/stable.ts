/** Functions that losses share, exact in both tails and, with all their derivatives, at 0. */
import { add, neg } from '../ops/arithmetic.ts';
import { lt, where } from '../ops/compare.ts';
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
