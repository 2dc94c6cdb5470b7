/**
 * Sums of two float64 that no single one holds: error-free sums (Knuth, Dekker), error-free products (Dekker, with
 * Veltkamp's splitting, since there is no fused multiply-add), and an accurate quotient.
 */
import type { Scalar } from '../language.ts';
import type { Let } from './kernel.ts';
import type { Term } from './terms.ts';
import { add, div, mul, sub } from './terms.ts';

/** The number high + low, where |low| is at most an ulp or so of high. */
export interface Pair {
  readonly high: Scalar;
  readonly low: Scalar;
}

/** a + b exactly, for |a| >= |b| or a = 0. */
export function fastTwoSum(bind: Let, a: Term, b: Scalar): Pair {
  const high = bind('high', add(a, b));
  return { high, low: bind('low', sub(b, sub(high, a))) };
}

/** a + b exactly. */
export function twoSum(bind: Let, a: Term, b: Scalar): Pair {
  const high = bind('high', add(a, b));
  const rest = bind('rest', sub(high, a));
  return { high, low: bind('low', add(sub(a, sub(high, rest)), sub(b, rest))) };
}

/** x as a sum of two values of at most 26 bits each, for |x| < 2^996. */
export function split(bind: Let, x: Scalar): Pair {
  const c = bind('c', mul(x, 2 ** 27 + 1));
  const high = bind('high', sub(c, sub(c, x)));
  return { high, low: bind('low', sub(x, high)) };
}

/** a * b exactly, for factors below 2^996 whose product does not underflow. */
export function twoProduct(bind: Let, a: Scalar, b: Scalar): Pair {
  const [x, y] = [split(bind, a), split(bind, b)];
  const high = bind('product', mul(a, b));
  const low = sub(
    mul(x.low, y.low),
    sub(sub(sub(high, mul(x.high, y.high)), mul(x.low, y.high)), mul(x.high, y.low)),
  );
  return { high, low: bind('low', low) };
}

/** a * a exactly, for |a| < 2^511 whose square does not underflow. */
export function twoSquare(bind: Let, a: Scalar): Pair {
  const x = split(bind, a);
  const high = bind('square', mul(a, a));
  const low = sub(mul(x.low, x.low), sub(sub(high, mul(x.high, x.high)), mul(mul(2, x.high), x.low)));
  return { high, low: bind('low', low) };
}

/** a * b to about 2^-100. */
export function timesPair(bind: Let, a: Pair, b: Pair): Pair {
  const { high, low } = twoProduct(bind, a.high, b.high);
  return { high, low: bind('low', add(low, add(mul(a.high, b.low), mul(a.low, b.high)))) };
}

/** a / b to about 2^-100: `high` is the quotient of the high parts, `low` what it misses. */
export function quotient(bind: Let, a: Pair, b: Pair): Pair {
  const q = bind('q', div(a.high, b.high));
  const product = twoProduct(bind, q, b.high);
  const missing = sub(add(sub(sub(a.high, product.high), product.low), a.low), mul(q, b.low));
  return { high: q, low: bind('low', div(missing, b.high)) };
}
