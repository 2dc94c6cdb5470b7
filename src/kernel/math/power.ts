/**
 * pow. x^y = e^(y log x), with log x as a pair good to 2^-66: |x| = 2^k m, m = c (1 + s)/(1 - s) with c the nearer of
 * 1 and 3/2, and log m = log c + 2s + 2/3 s^3 + s^5 q(s^2). The first terms are taken in pairs; q is a minimax fit
 * with |s| <= 0.102. The special cases are those of C99. In float32, log x is a single float64.
 */
import { prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import { decompose } from './decompose.ts';
import { exponential, saturate } from './exponential.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import { logarithm as plainLogarithm } from './logarithm.ts';
import type { Pair } from './pair.ts';
import { fastTwoSum, head, product, quotient, twoProduct, twoSquare, twoSum } from './pair.ts';
import { number, precisionOf } from './precision.ts';
import {
  abs,
  add,
  and,
  copysign,
  eq,
  lt,
  mul,
  ne,
  neg,
  not,
  or,
  polynomial,
  scale,
  select,
  sub,
  trunc,
} from './terms.ts';

const logThreeHalves = { high: 0.40546510810816017, low: 4.215966355549632e-15 };

/** 2/3 s^3, given s and s^2. */
function cubicTerm(bind: Let, s: Pair, square: Pair): Pair {
  const cube = product(bind, square, s);
  const main = head(bind, cube.high);
  const rest = add(sub(cube.high, main), cube.low);
  // 2/3 is the sum of two constants, the first of 27 bits.
  const low = add(mul(main, 2.483526865641276e-9), mul(rest, 2 / 3));
  return { high: bind('cubic', mul(main, 0.6666666641831398)), low };
}

/** s = (m - c) / (m + c). */
function ratio(bind: Let, m: Scalar, c: Scalar): Pair {
  const { high, low } = quotient(bind, { high: sub(m, c) }, twoSum(bind, m, c));
  return fastTwoSum(bind, high, low);
}

/** log x for a positive finite x. */
function logarithm(bind: Let, x: Scalar): Pair {
  const { k, m } = decompose(bind, x, 2 / Math.sqrt(3));
  const upper = bind('upper', lt(Math.sqrt(1.5), m));
  const s = ratio(bind, m, bind('center', select(upper, 1.5, 1)));
  const plain = twoSquare(bind, s.high);
  const square = { high: plain.high, low: bind('low', add(plain.low, mul(mul(s.high, 2), s.low))) };
  const cubic = cubicTerm(bind, s, square);
  const q = polynomial(
    bind,
    square.high,
    [
      0.3999999999999964, 0.28571428571901086, 0.2222222198872165, 0.18181874777715054, 0.15377394723776758,
      0.13797969252342882,
    ],
  );
  const fifth = mul(mul(mul(square.high, square.high), s.high), q);
  const { ln2 } = precisionOf(x);
  const base = add(mul(k, ln2.high), select(upper, logThreeHalves.high, 0));
  const baseLow = add(mul(k, ln2.low), select(upper, logThreeHalves.low, 0));
  const first = fastTwoSum(bind, base, mul(s.high, 2));
  const second = fastTwoSum(bind, first.high, cubic.high);
  const low = add(add(first.low, second.low), add(mul(s.low, 2), add(cubic.low, add(fifth, baseLow))));
  return fastTwoSum(bind, second.high, low);
}

/** The same in float32, by a float64 logarithm: all digits of its product with y are in the result. */
function singlePower(bind: Let, x: Scalar, y: Scalar): Scalar {
  const [base, exponent] = [x, y].map((of) => bind('wide', prim('toFloat64', of)));
  const t = bind('t', mul(exponent ?? 0, plainLogarithm(bind, base ?? x)));
  const { high, low, n } = exponential(bind, t);
  return prim('toFloat32', saturate(t, scale(bind, add(high, low), n)));
}

/** x^y for |y| < 2^65, x positive and finite. */
function power(bind: Let, x: Scalar, y: Scalar): Scalar {
  if (!precisionOf(x).exact) return singlePower(bind, x, y);
  const l = logarithm(bind, x);
  const main = twoProduct(bind, y, l.high);
  const t = fastTwoSum(bind, main.high, add(main.low, mul(y, l.low)));
  const { high, low, n } = exponential(bind, t.high, t.low);
  return saturate(t.high, scale(bind, add(high, low), n));
}

const isInteger = (y: Scalar): Scalar => eq(trunc(y), y);

/** The power where x is 0 or infinite or y is huge: nothing, everything, or one. */
function extreme(a: Scalar, y: Scalar): Scalar {
  const grows = or(and(lt(1, a), lt(0, y)), and(lt(a, 1), lt(y, 0)));
  return select(eq(a, 1), 1, select(grows, number(a, Infinity), 0));
}

export const pow: MathKernel = defineMath('pow', ['x', 'y'], (bind, x, y) => {
  const a = bind('a', abs(x));
  const tame = bind('tame', and(and(lt(0, a), lt(a, Infinity)), lt(abs(y), 2 ** 65)));
  const value = bind('value', select(tame, power(bind, a, y), extreme(a, y)));
  const whole = bind('whole', isInteger(y));
  const odd = and(whole, not(isInteger(bind('half', mul(y, 0.5)))));
  const negative = lt(copysign(1, x), 0);
  const signed = select(and(negative, odd), neg(value), value);
  const imaginary = and(and(lt(x, 0), lt(a, Infinity)), not(whole));
  const missing = or(ne(x, x), ne(y, y));
  return select(or(eq(y, 0), eq(x, 1)), 1, select(or(missing, imaginary), Number.NaN, signed));
});
