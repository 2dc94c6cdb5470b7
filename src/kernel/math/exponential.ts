/**
 * exp, expm1, exp2, sigmoid. x = n ln 2 + r with |r| <= ln 2 / 2, and e^r = 1 + r + r^2/2 + r^3 q(r), where q is a
 * minimax fit: the error of e^r is below 2^-60, or 2^-27 in float32. ln 2 is the sum of two constants, the first so
 * short that its products with n are exact.
 */
import type { Scalar } from '../language.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import type { Pair } from './pair.ts';
import { fastTwoSum, head } from './pair.ts';
import { kept, precisionOf } from './precision.ts';
import type { Integer } from './terms.ts';
import {
  abs,
  add,
  copysign,
  div,
  lt,
  mul,
  nearestInteger,
  neg,
  polynomial,
  pow2,
  powerOfTwo,
  scale,
  select,
  sub,
} from './terms.ts';

/** e^x = 2^n (1 + r + rest): `r` is exact, and |rest| < 0.07. */
interface Reduced {
  readonly n: Integer;
  readonly r: Scalar;
  readonly rest: Scalar;
}

/** e^r - 1 - r, for |r| <= ln 2 / 2. */
function aboveLine(bind: Let, r: Scalar): Scalar {
  const square = bind('square', mul(r, r));
  const q = polynomial(bind, r, precisionOf(r).fits.exponential, square);
  return add(mul(square, 0.5), mul(mul(square, r), q));
}

/** Reduces e^(x + low); |low| is at most a few ulps of x. */
function reduce(bind: Let, x: Scalar, low?: Scalar): Reduced {
  const n = nearestInteger(bind, mul(x, Math.LOG2E));
  const { ln2 } = precisionOf(x);
  const high = bind('high', sub(x, mul(n.value, ln2.high)));
  const product = mul(n.value, ln2.low);
  const beyond = bind('beyond', low ? sub(product, low) : product);
  const r = bind('r', sub(high, beyond));
  return { n, r: high, rest: sub(aboveLine(bind, r), beyond) };
}

/** e^(x + low) = 2^n (high + low): high in [0.7, 1.5], |low| < 0.07, for |x| < 1400. */
export interface Exponential extends Pair {
  readonly n: Integer;
}

export function exponential(bind: Let, x: Scalar, low?: Scalar): Exponential {
  const { n, r, rest } = reduce(bind, x, low);
  const sum = fastTwoSum(bind, 1, r);
  return { high: sum.high, low: bind('low', add(sum.low, rest)), n };
}

/** y, whose logarithm is x: infinite or zero where e^x is. */
export function saturate(x: Scalar, y: Scalar): Scalar {
  const [underflow, overflow] = precisionOf(x).ends.exp;
  return select(lt(overflow, x), Infinity, select(lt(x, underflow), 0, y));
}

export const exp: MathKernel = defineMath('exp', ['x'], (bind, x) => {
  const { high, low, n } = exponential(bind, x);
  return saturate(x, scale(bind, add(high, low), n));
});

/** e^x - 1 = 2^n (high + low), accurate near 0 too, for -40 < x < 1400. */
export function exponentialMinusOne(bind: Let, x: Scalar): Exponential {
  const { n, r, rest } = reduce(bind, x);
  // 2^n (1 + y) - 1 = 2^n ((1 - 2^-n) + y); past 2^64 the 2^-n is nothing.
  const inverse = bind('inverse', select(lt(n.value, 64), pow2(neg(n.int), x), 0));
  const less = bind('less', sub(1, inverse));
  const lost = sub(sub(1, less), inverse);
  const sum = fastTwoSum(bind, less, r);
  return { high: sum.high, low: bind('low', add(sum.low, add(rest, lost))), n };
}

export const expm1: MathKernel = defineMath('expm1', ['x'], (bind, x) => {
  const { high, low, n } = exponentialMinusOne(bind, x);
  const y = copysign(scale(bind, add(high, low), n), x);
  return select(lt(precisionOf(x).ends.exp[1], x), Infinity, select(lt(x, -40), -1, y));
});

/** 2^x = 2^n e^(r ln 2): r is exact, and its product with ln 2 is taken in two parts, the first exact. */
export const exp2: MathKernel = defineMath('exp2', ['x'], (bind, x) => {
  const n = nearestInteger(bind, x);
  const r = bind('r', sub(x, n.value));
  const part = head(bind, r);
  const exact = bind('exact', mul(part, 0.6931471824645996));
  const beyond = bind('beyond', add(mul(sub(r, part), 0.6931471824645996), mul(r, -1.904654299957768e-9)));
  const sum = fastTwoSum(bind, 1, exact);
  const rest = add(aboveLine(bind, bind('t', add(exact, beyond))), beyond);
  const y = scale(bind, add(sum.high, add(sum.low, rest)), n);
  const [underflow, overflow] = precisionOf(x).ends.exp2;
  return select(lt(overflow, x), Infinity, select(lt(x, underflow), 0, y));
});

/**
 * 1 / (1 + e^-x) for x >= 0 and e^x / (1 + e^x) for x < 0, so that no digits cancel. With z = e^-|x|, the inverse
 * of 1 + z is a 26-bit head and a tail that makes up for the head's error.
 */
export const sigmoid: MathKernel = defineMath('sigmoid', ['x'], (bind, x) => {
  const e = exponential(bind, bind('t', neg(abs(x))));
  const y = fastTwoSum(bind, e.high, e.low);
  const [first, second] = powerOfTwo(bind, e.n);
  const z = bind('z', mul(mul(y.high, first), second));
  const zLow = bind('zLow', mul(mul(y.low, first), second));
  const sum = fastTwoSum(bind, 1, z);
  const inverse = bind('inverse', div(1, sum.high));
  const main = head(bind, inverse);
  const bottom = head(bind, sum.high);
  const exact = sub(sub(1, mul(main, bottom)), mul(main, sub(sum.high, bottom)));
  const tail = bind('tail', kept(x, mul(inverse, sub(exact, mul(main, add(sum.low, zLow))))));
  const part = head(bind, z);
  const lower = add(mul(part, main), add(add(mul(sub(z, part), main), mul(z, tail)), mul(zLow, main)));
  const finite = select(lt(x, 0), lower, add(main, tail));
  return select(lt(40, x), 1, select(lt(x, precisionOf(x).ends.exp[0]), 0, finite));
});
