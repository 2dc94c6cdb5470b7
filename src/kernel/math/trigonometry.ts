/**
 * sin, cos, tan. x = n pi/2 + r with |r| <= pi/4. Up to 2^30, pi/2 is the sum of four constants of 23, 23, 23 and 53
 * bits (Cody and Waite): the first three products with n are exact, and so are the first two differences. Sine and
 * cosine of r are minimax fits with errors below 2^-57 relatively, or 2^-26 in float32.
 *
 * Beyond 2^30, x is first taken modulo 2 pi through the fraction of x / (2 pi) in float64: the result is that of a
 * number within two ulps of x. Nothing more is promised there, but for a value in range.
 */
import { int32, prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import type { Pair } from './pair.ts';
import { fastTwoSum, quotient } from './pair.ts';
import { nothing, precisionOf } from './precision.ts';
import { abs, add, lt, mul, nearestInteger, neg, polynomial, select, sub, trunc } from './terms.ts';

/** x = n pi/2 + r, where n is an int32; `square` is that of r. */
interface Reduced {
  readonly n: Scalar;
  readonly r: Pair;
  readonly square: Scalar;
}

/** In float32 too, x is reduced in float64. */
function reduce(bind: Let, narrow: Scalar): Reduced {
  const isSingle = narrow.dtype === 'float32';
  const x = isSingle ? bind('wide', prim('toFloat64', narrow)) : narrow;
  const turns = bind('turns', mul(x, 0.5 / Math.PI));
  const wrapped = mul(sub(turns, trunc(turns)), 2 * Math.PI);
  const y = bind('near', select(lt(abs(x), 2 ** 30), x, wrapped));
  const { value: n, int } = nearestInteger(bind, mul(y, 2 / Math.PI));
  const exact = bind('exact', sub(sub(y, mul(n, 1.570796251296997)), mul(n, 7.549789415861596e-8)));
  const third = mul(n, -5.390302529957765e-15);
  if (isSingle) {
    const near = bind('r', prim('toFloat32', add(exact, third)));
    return { n: int, r: { high: near, low: nothing }, square: bind('z', mul(near, near)) };
  }
  const most = fastTwoSum(bind, exact, third);
  const rest = sub(most.low, mul(n, 3.2820035428735005e-22));
  const r = fastTwoSum(bind, most.high, rest);
  return { n: int, r, square: bind('z', mul(r.high, r.high)) };
}

/** sin(r) = high + low. */
function sine(bind: Let, { r, square: z }: Reduced): Pair {
  const cube = bind('cube', mul(z, r.high));
  const p = polynomial(bind, z, precisionOf(z).fits.sine);
  const beyond = add(mul(z, sub(mul(cube, p), mul(r.low, 0.5))), r.low);
  return { high: r.high, low: bind('sineLow', add(mul(cube, -0.16666666666666632), beyond)) };
}

/** cos(r) = high + low. */
function cosine(bind: Let, { r, square: z }: Reduced): Pair {
  const half = bind('half', mul(z, 0.5));
  const high = bind('high', sub(1, half));
  const p = polynomial(bind, z, precisionOf(z).fits.cosine);
  const beyond = sub(mul(mul(z, z), p), mul(r.high, r.low));
  return { high, low: bind('cosineLow', add(sub(sub(1, high), half), beyond)) };
}

const hasBit = (n: Scalar, bit: number): Scalar => prim('ne', prim('and', n, int32(bit)), int32(0));

/** The sine of r plus n quarter turns. */
function inQuadrant(bind: Let, reduced: Reduced, n: Scalar): Scalar {
  const s = sine(bind, reduced);
  const c = cosine(bind, reduced);
  const value = bind('value', select(hasBit(n, 1), add(c.high, c.low), add(s.high, s.low)));
  return select(hasBit(n, 2), neg(value), value);
}

export const sin: MathKernel = defineMath('sin', ['x'], (bind, x) => {
  const reduced = reduce(bind, x);
  return select(lt(abs(x), 2 ** -27), x, inQuadrant(bind, reduced, reduced.n));
});

export const cos: MathKernel = defineMath('cos', ['x'], (bind, x) => {
  const reduced = reduce(bind, x);
  return inQuadrant(bind, reduced, bind('next', prim('add', reduced.n, int32(1))));
});

/** sin(r) / cos(r), or -cos(r) / sin(r) after an odd number of quarter turns. */
export const tan: MathKernel = defineMath('tan', ['x'], (bind, x) => {
  const reduced = reduce(bind, x);
  const s = sine(bind, reduced);
  const c = cosine(bind, reduced);
  const odd = bind('odd', hasBit(reduced.n, 1));
  const sum = fastTwoSum(bind, s.high, s.low);
  const other = fastTwoSum(bind, c.high, c.low);
  const q = quotient(
    bind,
    { high: select(odd, other.high, sum.high), low: select(odd, other.low, sum.low) },
    { high: select(odd, neg(sum.high), other.high), low: select(odd, neg(sum.low), other.low) },
  );
  return select(lt(abs(x), 2 ** -27), x, add(q.high, q.low));
});
