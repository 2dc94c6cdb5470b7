/**
 * erf, erfc. Near 0, erf x = x + x p(x^2). Beyond 0.75, erf x = 1 - e^l(x) where l is a fit of log erfc weighted by
 * erfc. Beyond 0.6, erfc x = e^(-x^2) g(t) / (1 + 2x) with t = (x - 3.75)/(x + 3.75) (the form of Shepherd and
 * Laframboise), taken in pairs so that the tail keeps its relative accuracy. All fits are minimax: the errors are
 * below 2^-57, or 2^-26 in float32.
 */
import type { Scalar } from '../language.ts';
import { exponential } from './exponential.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import type { Pair } from './pair.ts';
import { exactSquare, fastTwoSum, product, quotient } from './pair.ts';
import { precisionOf } from './precision.ts';
import { abs, add, copysign, div, lt, mul, neg, polynomial, pow2, scale, select, sub } from './terms.ts';

/** erf(x) - x, for |x| <= 0.75. */
function beyondLine(bind: Let, x: Scalar): Scalar {
  return mul(x, polynomial(bind, bind('z', mul(x, x)), precisionOf(x).fits.erf));
}

/** log erfc(a) for a in [0.75, 6], from the value at 7/8. */
function logTail(bind: Let, a: Scalar): Pair {
  const u = bind('u', sub(a, 0.875));
  const { logErfc, logErfcStart } = precisionOf(a).fits;
  const p = polynomial(bind, u, logErfc);
  return fastTwoSum(bind, logErfcStart.high, add(mul(u, p), logErfcStart.low));
}

export const erf: MathKernel = defineMath('erf', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const near = add(a, beyondLine(bind, a));
  const l = logTail(bind, a);
  const e = exponential(bind, l.high, l.low);
  const power = bind('power', pow2(e.n.int, x));
  const far = fastTwoSum(bind, 1, neg(mul(e.high, power)));
  const value = add(far.high, sub(far.low, mul(e.low, power)));
  return copysign(select(lt(a, 0.75), near, select(lt(precisionOf(x).ends.erf, a), 1, value)), x);
});

/** e^(a^2) erfc(a) (1 + 2a), for a >= 0.6. */
function scaledTail(bind: Let, a: Scalar): Pair {
  const t = bind('t', div(sub(a, 3.75), add(a, 3.75)));
  const { scaledErfc, scaledErfcStart } = precisionOf(a).fits;
  const p = polynomial(bind, t, scaledErfc);
  return fastTwoSum(bind, scaledErfcStart.high, add(mul(t, p), scaledErfcStart.low));
}

export const erfc: MathKernel = defineMath('erfc', ['x'], (bind, x) => {
  const less = fastTwoSum(bind, 1, neg(x));
  const near = add(less.high, sub(less.low, beyondLine(bind, x)));
  const a = bind('a', abs(x));
  const square = exactSquare(bind, a);
  const e = exponential(bind, bind('minus', neg(square.high)), neg(square.low));
  const top = product(bind, fastTwoSum(bind, e.high, e.low), scaledTail(bind, a));
  const { high, low } = quotient(bind, top, fastTwoSum(bind, mul(a, 2), 1));
  const tail = bind('tail', select(lt(precisionOf(x).ends.erfc, a), 0, scale(bind, add(high, low), e.n)));
  return select(lt(a, 0.6), near, select(lt(x, 0), sub(2, tail), tail));
});
