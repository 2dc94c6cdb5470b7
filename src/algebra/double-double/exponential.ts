/** exp and log, and their forms that keep small arguments. */
import { add, div, divNumber, fromNumber, mul, one, scale, sub, sumSeries } from './arithmetic.ts';
import type { DoubleDouble } from './arithmetic.ts';

/** log(2); the low part, here and in every constant of this folder, by mpmath 1.3. */
const ln2: DoubleDouble = { high: Math.LN2, low: 2.3190468138462996e-17 };

/** Below, expm1(x) = log1p(x) = x: zeros keep their sign, and subnormal numbers their bits. */
const tiny = 2 ** -200;

/** exp(x) - 1 for |x| < 0.4: a Taylor series at x / 32, then exp(2t) - 1 = (exp(t) - 1)(exp(t) + 1) five times. */
function expm1Small(x: DoubleDouble): DoubleDouble {
  const t = scale(x, -5);
  let y = sumSeries(t, (term, n) => divNumber(mul(term, t), n + 1));
  for (let doubling = 0; doubling < 5; doubling++) y = add(scale(y, 1), mul(y, y));
  return y;
}

/** The integer nearest to x / log(2). */
const binaryExponent = (x: DoubleDouble): number => Math.round(x.high / ln2.high);

/** exp(x) = 2^k exp(x - k log(2)). */
export function exp(x: DoubleDouble): DoubleDouble {
  if (!(x.high > -746 && x.high < 710)) return fromNumber(Math.exp(x.high));
  const k = binaryExponent(x);
  const rest = sub(x, mul(ln2, fromNumber(k)));
  return scale(add(one, expm1Small(rest)), k);
}

export function expm1(x: DoubleDouble): DoubleDouble {
  if (Math.abs(x.high) < tiny) return x;
  return binaryExponent(x) === 0 ? expm1Small(x) : sub(exp(x), one);
}

/** log(1 + x) for |x| < 0.5: one Newton step on expm1 from the float64 value. */
function log1pSmall(x: DoubleDouble): DoubleDouble {
  if (Math.abs(x.high) < tiny) return x;
  const start = fromNumber(Math.log1p(x.high));
  const e = expm1(start);
  return add(start, div(sub(x, e), add(one, e)));
}

/** log(2^k m) = k log(2) + log(m), with m between 0.7 and 1.5. */
export function log(x: DoubleDouble): DoubleDouble {
  if (!(x.high > 0 && x.high < Infinity)) return fromNumber(Math.log(x.high));
  const k = Math.round(Math.log2(x.high));
  const fraction = log1pSmall(sub(scale(x, -k), one));
  return add(mul(ln2, fromNumber(k)), fraction);
}

export const log1p = (x: DoubleDouble): DoubleDouble =>
  Math.abs(x.high) < 0.25 ? log1pSmall(x) : log(add(one, x));
