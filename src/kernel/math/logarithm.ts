/**
 * log, log1p, log2, log10. x = 2^k m with m in [sqrt(1/2), sqrt 2] and f = m - 1; with s = f / (2 + f),
 * log(1 + f) = 2 atanh s = f - f^2/2 + s (f^2/2 + r(s^2)), where r is a minimax fit: the error is below 2^-58
 * relatively, or 2^-29 in float32 (the method of fdlibm).
 */
import type { Scalar } from '../language.ts';
import { decompose, decomposeNormal } from './decompose.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import type { Pair } from './pair.ts';
import { fastTwoSum, head } from './pair.ts';
import { precisionOf } from './precision.ts';
import { add, copysign, div, eq, lt, mul, polynomial, select, sub } from './terms.ts';

/** log(1 + f) = f - half + rest for f in [sqrt(1/2) - 1, sqrt 2 - 1], where half = f^2/2. */
interface Series {
  readonly half: Scalar;
  readonly rest: Scalar;
}

function series(bind: Let, f: Scalar): Series {
  const s = bind('s', div(f, add(f, 2)));
  const z = bind('z', mul(s, s));
  const half = bind('half', mul(mul(f, 0.5), f));
  const r = polynomial(bind, z, precisionOf(f).fits.logarithm);
  return { half, rest: mul(s, add(half, mul(z, r))) };
}

/** log(2^k (1 + f)) + low: what is large is added exactly. */
function combine(bind: Let, k: Scalar, f: Scalar, low?: Scalar): Scalar {
  const { half, rest } = series(bind, f);
  const { ln2 } = precisionOf(f);
  const sum = fastTwoSum(bind, mul(k, ln2.high), f);
  const tail = mul(k, ln2.low);
  return add(sum.high, sub(sum.low, sub(half, add(rest, low ? add(tail, low) : tail))));
}

/** A logarithm of x whose value for positive finite x is y. */
function withEnds(x: Scalar, y: Scalar): Scalar {
  return select(lt(x, 0), Number.NaN, select(eq(x, 0), -Infinity, select(lt(x, Infinity), y, x)));
}

/** log x for a positive finite x. */
export function logarithm(bind: Let, x: Scalar): Scalar {
  const { k, m } = decompose(bind, x, Math.SQRT2);
  return combine(bind, k, bind('f', sub(m, 1)));
}

export const log: MathKernel = defineMath('log', ['x'], (bind, x) => withEnds(x, logarithm(bind, x)));

/**
 * log(2^power (1 + x + low)) for 1 + x > 0; relatively accurate for x near 0 where power is 0. |low| is at most an
 * ulp of x.
 */
export function logOnePlus(bind: Let, x: Scalar, low?: Scalar, power?: Scalar): Scalar {
  const u = bind('u', add(x, 1));
  const { k, m } = decomposeNormal(bind, u, Math.SQRT2);
  // What 1 + x lost: x has the small digits where x < 1, and the 1 where x is large.
  const lost = select(lt(x, 1), sub(x, sub(u, 1)), sub(1, sub(u, x)));
  const near = bind('near', eq(k, 0));
  const f = bind('f', select(near, x, sub(m, 1)));
  const kept = select(near, 0, lost);
  return combine(bind, power ? bind('k', add(k, power)) : k, f, div(low ? add(kept, low) : kept, u));
}

export const log1p: MathKernel = defineMath('log1p', ['x'], (bind, x) => {
  const y = copysign(logOnePlus(bind, x), x);
  return select(lt(x, -1), Number.NaN, select(eq(x, -1), -Infinity, select(lt(x, Infinity), y, x)));
});

/** log(1 + f) = high + low, where high has 26 bits. */
function seriesInTwo(bind: Let, f: Scalar): Pair {
  const { half, rest } = series(bind, f);
  const high = head(bind, bind('near', sub(f, half)));
  return { high, low: bind('low', add(sub(sub(f, high), half), rest)) };
}

/** log2(2^k m) = k + log(m) / ln 2, where 1 / ln 2 is the sum of two constants, the first of 27 bits. */
export const log2: MathKernel = defineMath('log2', ['x'], (bind, x) => {
  const { k, m } = decompose(bind, x, Math.SQRT2);
  const { high, low } = seriesInTwo(bind, bind('f', sub(m, 1)));
  const { log2OfE } = precisionOf(x);
  const sum = fastTwoSum(bind, k, mul(high, log2OfE.high));
  const tail = add(mul(add(high, low), log2OfE.low), mul(low, log2OfE.high));
  return withEnds(x, add(sum.high, add(sum.low, tail)));
});

/** log10(2^k m) = k log10(2) + log(m) / ln 10, where both constants are sums of two, whose first products are exact. */
export const log10: MathKernel = defineMath('log10', ['x'], (bind, x) => {
  const { k, m } = decompose(bind, x, Math.SQRT2);
  const { high, low } = seriesInTwo(bind, bind('f', sub(m, 1)));
  const { log10OfE, log10Of2 } = precisionOf(x);
  const sum = fastTwoSum(bind, mul(k, log10Of2.high), mul(high, log10OfE.high));
  const tail = add(mul(k, log10Of2.low), add(mul(add(high, low), log10OfE.low), mul(low, log10OfE.high)));
  return withEnds(x, add(sum.high, add(sum.low, tail)));
});
