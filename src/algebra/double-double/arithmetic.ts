/**
 * Arithmetic on unevaluated sums of two float64, about 106 bits, by error-free transformations without a fused
 * multiply-add: T. J. Dekker, A floating-point technique for extending the available precision (1971);
 * Y. Hida, X. S. Li, D. H. Bailey, Algorithms for quad-double precision floating point arithmetic (2001).
 *
 * A result has a relative error below 2^-102 while it and its operands lie between 2^-900 and 2^1000 in magnitude.
 * Outside, the low part is lost and the result degrades to float64. A result that is not finite is float64's.
 */

/** high + low, where high is the float64 nearest to the sum. low is 0 where high is 0 or not finite. */
export interface DoubleDouble {
  readonly high: number;
  readonly low: number;
}

export const fromNumber = (x: number): DoubleDouble => ({ high: x, low: 0 });

/** The nearest float64. */
export const toNumber = (x: DoubleDouble): number => x.high;

export const zero: DoubleDouble = fromNumber(0);
export const one: DoubleDouble = fromNumber(1);

/** The sum of two numbers with |low| <= |high| / 2^52, or high = 0. A low part that overflowed inside is dropped. */
function normalize(high: number, low: number): DoubleDouble {
  if (low === 0 || !Number.isFinite(low) || !Number.isFinite(high)) return fromNumber(high);
  const sum = high + low;
  return { high: sum, low: low - (sum - high) };
}

/** x + y, exactly. */
function twoSum(x: number, y: number): DoubleDouble {
  const high = x + y;
  const part = high - x;
  return { high, low: x - (high - part) + (y - part) };
}

/** x = upper + lower, exactly, with 26 bits each. */
function split(x: number): { readonly upper: number; readonly lower: number } {
  const large = Math.abs(x) > 2 ** 990;
  const shifted = large ? x * 2 ** -30 : x;
  const spread = shifted * (2 ** 27 + 1);
  const upper = (spread - (spread - shifted)) * (large ? 2 ** 30 : 1);
  return { upper, lower: x - upper };
}

/** x * y, exactly. */
function twoProduct(x: number, y: number): DoubleDouble {
  const high = x * y;
  const { upper: a, lower: b } = split(x);
  const { upper: c, lower: d } = split(y);
  const low = a * c - high + a * d + b * c + b * d;
  return { high, low };
}

export function add(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const high = twoSum(x.high, y.high);
  if (!Number.isFinite(high.high)) return fromNumber(high.high);
  const low = twoSum(x.low, y.low);
  const sum = normalize(high.high, high.low + low.high);
  return normalize(sum.high, sum.low + low.low);
}

export const neg = (x: DoubleDouble): DoubleDouble => ({ high: -x.high, low: 0 - x.low });

export const sub = (x: DoubleDouble, y: DoubleDouble): DoubleDouble => add(x, neg(y));

export const abs = (x: DoubleDouble): DoubleDouble => (x.high < 0 || Object.is(x.high, -0) ? neg(x) : x);

export function mul(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const product = twoProduct(x.high, y.high);
  return normalize(product.high, product.low + (x.high * y.low + x.low * y.high));
}

/** Long division: each digit is a float64 quotient, and the remainder goes on. */
export function div(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const first = x.high / y.high;
  if (first === 0 || !Number.isFinite(first) || !Number.isFinite(y.high)) return fromNumber(first);
  const rest = sub(x, mul(y, fromNumber(first)));
  const second = rest.high / y.high;
  const third = sub(rest, mul(y, fromNumber(second))).high / y.high;
  return add(normalize(first, second), fromNumber(third));
}

/** x / y for a finite y other than 0: a cheaper `div`. */
export function divNumber(x: DoubleDouble, y: number): DoubleDouble {
  const first = x.high / y;
  const product = twoProduct(first, y);
  return normalize(first, (x.high - product.high - product.low + x.low) / y);
}

/** One Newton step from the float64 root. */
export function sqrt(x: DoubleDouble): DoubleDouble {
  const root = Math.sqrt(x.high);
  if (!(root > 0 && root < Infinity)) return fromNumber(root);
  const rest = sub(x, twoProduct(root, root));
  return normalize(root, rest.high / (2 * root));
}

/** x * 2^k for |k| <= 2000. In two steps, so that neither factor overflows. */
export function scale(x: DoubleDouble, k: number): DoubleDouble {
  const first = 2 ** Math.trunc(k / 2);
  const second = 2 ** (k - Math.trunc(k / 2));
  return normalize(x.high * first * second, x.low * first * second);
}

/** x / 2, exactly. */
export const half = (x: DoubleDouble): DoubleDouble => ({ high: x.high / 2, low: x.low / 2 });

/** The float64 nearest to |x - a| / |a|: 0 where both are the same infinity, NaN or zero of either sign. */
export function relativeError(a: DoubleDouble, x: number): number {
  if (Object.is(x, a.high) && !Number.isFinite(x)) return 0;
  const difference = Math.abs(x - a.high - a.low);
  if (difference === 0) return 0;
  return Number.isFinite(difference) ? difference / Math.abs(a.high) : Infinity;
}

/** first + next(first, 1) + next(second, 2) + ..., until a term no longer counts. Terms must shrink to 0. */
export function sumSeries(
  first: DoubleDouble,
  next: (term: DoubleDouble, n: number) => DoubleDouble,
): DoubleDouble {
  let sum = first;
  let term = first;
  for (let n = 1; Math.abs(term.high) > Math.abs(sum.high) * 2 ** -110; n++) {
    term = next(term, n);
    sum = add(sum, term);
  }
  return sum;
}
