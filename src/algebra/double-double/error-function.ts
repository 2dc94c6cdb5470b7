/** erf and erfc: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 7.1.6 and 7.1.14. */
import { add, div, divNumber, fromNumber, mul, neg, one, sub, sumSeries, zero } from './arithmetic.ts';
import type { DoubleDouble } from './arithmetic.ts';
import { exp } from './exponential.ts';

/** 2 / sqrt(pi). */
const twoOverRootPi: DoubleDouble = { high: 1.1283791670955126, low: 1.533545961316588e-17 };

/** From here on the continued fraction serves; below, 1 - erf(x) loses at most three digits. */
const tail = 2;

/** 2 / sqrt(pi) exp(-x^2). */
function bell(x: DoubleDouble): DoubleDouble {
  return mul(twoOverRootPi, exp(neg(mul(x, x))));
}

/** The series of positive terms 2^n x^(2n+1) / (1 3 5 ... (2n+1)), times the bell: nothing cancels. */
function erfSeries(x: DoubleDouble): DoubleDouble {
  const twiceSquare = mul(mul(x, x), fromNumber(2));
  return mul(
    bell(x),
    sumSeries(x, (term, n) => divNumber(mul(term, twiceSquare), 2 * n + 1)),
  );
}

/**
 * bell / 2 / (x + (1/2) / (x + 1 / (x + (3/2) / (x + ...)))) for x >= 2, from the innermost term out. The number of
 * terms is what a relative error of 1e-30 takes.
 */
function erfcTail(x: DoubleDouble): DoubleDouble {
  if (x.high > 28) return zero;
  let fraction = x;
  const terms = Math.ceil(16 + 700 / x.high ** 2);
  for (let n = terms; n > 0; n--) fraction = add(x, div(fromNumber(n / 2), fraction));
  return div(bell(x), mul(fromNumber(2), fraction));
}

/** Beyond 9, erf differs from 1 by less than 1e-36. */
export function erf(x: DoubleDouble): DoubleDouble {
  if (Math.abs(x.high) > 9) return fromNumber(Math.sign(x.high));
  if (x.high >= tail) return sub(one, erfcTail(x));
  return x.high <= -tail ? sub(erfcTail(neg(x)), one) : erfSeries(x);
}

export const erfc = (x: DoubleDouble): DoubleDouble => (x.high >= tail ? erfcTail(x) : sub(one, erf(x)));
