/**
 * pow. x^y = e^(y log x), with log x as a pair good to 2^-66: |x| = 2^k m, m = c (1 + s)/(1 - s) with c the nearer of
 * 1 and 3/2, and log m = log c + 2s + 2/3 s^3 + s^5 q(s^2). The first terms are taken in pairs; q is a minimax fit
 * with |s| <= 0.102. The special cases are those of C99.
 */
import { float64, prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import { exponential, ln2High, ln2Low, saturate } from './exponential.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import type { Pair } from './pair.ts';
import { fastTwoSum, quotient, split, timesPair, twoProduct, twoSquare, twoSum } from './pair.ts';
import {
  abs,
  add,
  and,
  choose,
  copysign,
  eq,
  lt,
  mul,
  ne,
  neg,
  not,
  or,
  polynomial,
  select,
  sub,
  trunc,
} from './terms.ts';

const logThreeHalves = { high: 0.40546510810816017, low: 4.215966355549632e-15 };

/** x = 2^k m with m between sqrt(3)/2 and sqrt(3). */
interface Decomposed {
  readonly k: Scalar;
  readonly m: Scalar;
  /** Whether m is nearer to 3/2 than to 1. */
  readonly upper: Scalar;
}

function decompose(bind: Let, x: Scalar): Decomposed {
  const small = bind('small', lt(x, 2 ** -1022));
  const normal = bind('normal', mul(x, select(small, 2 ** 54, 1)));
  const mantissa = bind('mantissa', prim('mantissa', normal));
  const large = bind('large', lt(1.7320508075688772, mantissa));
  const exponent = add(prim('toFloat64', prim('exponent', normal)), select(large, 1, 0));
  const m = bind('m', mul(mantissa, select(large, 0.5, 1)));
  return {
    k: bind('k', sub(exponent, select(small, 54, 0))),
    m,
    upper: bind('upper', lt(1.224744871391589, m)),
  };
}

/** 2/3 s^3, given s and s^2. */
function cubicTerm(bind: Let, s: Pair, square: Pair): Pair {
  const cube = timesPair(bind, square, s);
  const head = split(bind, cube.high).high;
  const rest = add(sub(cube.high, head), cube.low);
  // 2/3 in two parts, the first of 27 bits.
  const low = add(mul(head, 2.483526865641276e-9), mul(rest, 2 / 3));
  return { high: bind('third', mul(head, 0.6666666641831398)), low };
}

/** log x for a positive finite x. */
function logarithm(bind: Let, x: Scalar): Pair {
  const { k, m, upper } = decompose(bind, x);
  const c = bind('c', select(upper, 1.5, 1));
  const top = { high: bind('top', sub(m, c)), low: float64(0) };
  const ratio = quotient(bind, top, twoSum(bind, m, c));
  const s = fastTwoSum(bind, ratio.high, ratio.low);
  const plain = twoSquare(bind, s.high);
  const square = { high: plain.high, low: bind('low', add(plain.low, mul(mul(s.high, 2), s.low))) };
  const cubic = cubicTerm(bind, s, square);
  const q = polynomial(
    square.high,
    [
      0.3999999999999964, 0.28571428571901086, 0.2222222198872165, 0.18181874777715054, 0.15377394723776758,
      0.13797969252342882,
    ],
  );
  const fifth = mul(mul(mul(square.high, square.high), s.high), q);
  const base = add(mul(k, ln2High), select(upper, logThreeHalves.high, 0));
  const baseLow = add(mul(k, ln2Low), select(upper, logThreeHalves.low, 0));
  const first = fastTwoSum(bind, bind('base', base), bind('twice', mul(s.high, 2)));
  const second = fastTwoSum(bind, first.high, cubic.high);
  const low = add(add(first.low, second.low), add(mul(s.low, 2), add(cubic.low, add(fifth, baseLow))));
  return fastTwoSum(bind, second.high, bind('rest', low));
}

/** |x|^y for |y| < 2^65, x positive and finite. */
function magnitude(bind: Let, x: Scalar, y: Scalar): Scalar {
  const l = logarithm(bind, x);
  const product = twoProduct(bind, y, l.high);
  const exact = fastTwoSum(bind, product.high, bind('low', add(product.low, mul(y, l.low))));
  const { high, low, scale } = exponential(bind, exact.high, exact.low);
  return saturate(exact.high, mul(mul(add(high, low), scale[0]), scale[1]));
}

const isInteger = (y: Scalar): Scalar => eq(trunc(y), y);

/** The power where x is 0 or infinite or y is huge: nothing, everything, or one. */
function extreme(a: Scalar, y: Scalar): Scalar {
  const grows = or(and(lt(1, a), lt(0, y)), and(lt(a, 1), lt(y, 0)));
  return choose(
    [
      [eq(a, 1), 1],
      [grows, Infinity],
    ],
    0,
  );
}

export const pow: MathKernel = defineMath('pow', ['x', 'y'], (bind, x, y) => {
  const a = bind('a', abs(x));
  const tame = bind('tame', and(and(lt(0, a), lt(a, Infinity)), lt(abs(y), 2 ** 65)));
  const size = select(tame, magnitude(bind, a, y), extreme(a, y));
  const value = bind('value', size);
  const whole = bind('whole', isInteger(y));
  const odd = and(whole, not(isInteger(bind('half', mul(y, 0.5)))));
  const negative = lt(copysign(1, x), 0);
  const signed = select(and(negative, odd), neg(value), value);
  const imaginary = and(and(lt(x, 0), lt(a, Infinity)), not(whole));
  const missing = or(ne(x, x), ne(y, y));
  return choose(
    [
      [or(eq(y, 0), eq(x, 1)), 1],
      [or(missing, imaginary), Number.NaN],
    ],
    signed,
  );
});
