/**
 * Sums of two float64 that no single one holds: error-free sums (Knuth, Dekker), error-free products (Dekker, with
 * Veltkamp's splitting, since there is no fused multiply-add), and an accurate product and quotient. In float32
 * their lows are nothing, and only what rounds once is left; `exactSquare` is exact there too.
 */
import type { Scalar } from '../language.ts';
import type { Let } from './kernel.ts';
import { nothing, number, precisionOf } from './precision.ts';
import type { Term } from './terms.ts';
import { add, div, mul, sqrt, sub } from './terms.ts';

/** The number high + low. `low` is small beside `high`: less than an eighth of it. */
export interface Pair {
  readonly high: Scalar;
  readonly low: Scalar;
}

/** A pair, or a single float64 where `low` is absent. */
export interface Sum {
  readonly high: Scalar;
  readonly low?: Scalar;
}

/** A term that may be used twice: computed values get a name. */
function named(bind: Let, name: string, term: Term, beside?: Term): Scalar {
  if (typeof term === 'number') return number(typeof beside === 'object' ? beside : undefined, term);
  return term.kind === 'prim' ? bind(name, term) : term;
}

const rounds = (...terms: readonly Term[]): boolean =>
  terms.some((term) => typeof term === 'object' && !precisionOf(term).exact);

/** a + b exactly, for |a| >= |b| or a = 0. */
export function fastTwoSum(bind: Let, a: Term, b: Term): Pair {
  if (rounds(a, b)) return { high: bind('high', add(a, b)), low: nothing };
  const x = named(bind, 'x', a, b);
  const y = named(bind, 'y', b, a);
  const high = bind('high', add(x, y));
  return { high, low: bind('low', sub(y, sub(high, x))) };
}

/** a + b exactly. */
export function twoSum(bind: Let, a: Term, b: Term): Pair {
  if (rounds(a, b)) return { high: bind('high', add(a, b)), low: nothing };
  const x = named(bind, 'x', a, b);
  const y = named(bind, 'y', b, a);
  const high = bind('high', add(x, y));
  const rest = bind('rest', sub(high, x));
  return { high, low: bind('low', add(sub(x, sub(high, rest)), sub(y, rest))) };
}

/** The upper half of the bits of x, rounded, for |x| < 2^996: x - head has at most as many. */
function upperHalf(bind: Let, x: Scalar): Scalar {
  const c = bind('c', mul(x, 2 ** Math.ceil((precisionOf(x).mantissaBits + 1) / 2) + 1));
  return bind('head', sub(c, sub(c, x)));
}

/** The same where the rest is kept; else x itself. */
export const head = (bind: Let, x: Scalar): Scalar => (rounds(x) ? x : upperHalf(bind, x));

/** x as a sum of two values of half as many bits each, for |x| < 2^996. */
function split(bind: Let, x: Scalar): Pair {
  const high = upperHalf(bind, x);
  return { high, low: bind('tail', sub(x, high)) };
}

/** a * b exactly, for factors below 2^996 whose product does not underflow. */
export function twoProduct(bind: Let, a: Term, b: Term): Pair {
  if (rounds(a, b)) return { high: bind('product', mul(a, b)), low: nothing };
  const x = named(bind, 'x', a, b);
  const y = named(bind, 'y', b, a);
  const [p, q] = [split(bind, x), split(bind, y)];
  const high = bind('product', mul(x, y));
  const crossed = sub(sub(sub(high, mul(p.high, q.high)), mul(p.low, q.high)), mul(p.high, q.low));
  return { high, low: bind('low', sub(mul(p.low, q.low), crossed)) };
}

/** a * a in two, for |a| < 2^511 whose square does not underflow. */
export function twoSquare(bind: Let, a: Term): Pair {
  const x = named(bind, 'x', a);
  return rounds(x) ? { high: bind('square', mul(x, x)), low: nothing } : exactSquare(bind, x);
}

/** The same, exactly in any type. */
export function exactSquare(bind: Let, x: Scalar): Pair {
  const p = split(bind, x);
  const high = bind('square', mul(x, x));
  const crossed = sub(sub(high, mul(p.high, p.high)), mul(mul(2, p.high), p.low));
  return { high, low: bind('low', sub(mul(p.low, p.low), crossed)) };
}

/** a * b; the product of the lows is dropped. */
export function product(bind: Let, a: Pair, b: Pair): Pair {
  const { high, low } = twoProduct(bind, a.high, b.high);
  return { high, low: bind('low', add(low, add(mul(a.high, b.low), mul(a.low, b.high)))) };
}

/** a / b: `high` is the quotient of the highs, `low` what it misses. */
export function quotient(bind: Let, a: Sum, b: Sum): Pair {
  if (rounds(a.high, b.high)) return { high: bind('q', div(a.high, b.high)), low: nothing };
  const [top, bottom] = [named(bind, 'top', a.high), named(bind, 'bottom', b.high)];
  const q = bind('q', div(top, bottom));
  const back = twoProduct(bind, q, bottom);
  const missing = sub(sub(top, back.high), back.low);
  const aware = a.low ? add(missing, a.low) : missing;
  return { high: q, low: bind('low', div(b.low ? sub(aware, mul(q, b.low)) : aware, bottom)) };
}

/** The square root of a nonnegative pair. */
export function root(bind: Let, a: Pair): Pair {
  if (rounds(a.high)) return { high: bind('root', sqrt(a.high)), low: nothing };
  const s = bind('root', sqrt(a.high));
  const square = twoSquare(bind, s);
  const missing = add(sub(sub(a.high, square.high), square.low), a.low);
  // The tiny term keeps 0/0 away.
  return { high: s, low: bind('low', div(mul(missing, 0.5), add(s, 2 ** -1000))) };
}
