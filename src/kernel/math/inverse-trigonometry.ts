/**
 * asin, acos, atan, atan2. asin a = a + a^3 p(a^2) up to 1/2, and pi/2 - 2 asin(sqrt((1 - a)/2)) above.
 * atan a = atan c + atan t with t = (a - c)/(1 + c a), where c is the nearest of 0, 1/2, 1, 3/2, infinity, and
 * atan t = t + t^3 p(t^2). The fits p are minimax: the errors of both functions are below 2^-57 relatively.
 */
import type { Scalar } from '../language.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import type { Pair } from './pair.ts';
import { fastTwoSum, head, quotient } from './pair.ts';
import type { Term } from './terms.ts';
import {
  abs,
  add,
  and,
  copysign,
  div,
  eq,
  le,
  lt,
  mul,
  neg,
  polynomial,
  select,
  sqrt,
  sub,
} from './terms.ts';

const pi = { high: Math.PI, low: 1.2246467991473532e-16 };
const halfPi = { high: Math.PI / 2, low: 6.123233995736766e-17 };

/** For a = |x|: below 1/2, asin a = a + rest; from there, asin a = pi/2 - 2 (main + rest), where main has 26 bits. */
interface Arcsine {
  readonly far: Scalar;
  readonly main: Scalar;
  readonly rest: Scalar;
}

function arcsine(bind: Let, a: Scalar): Arcsine {
  const far = bind('far', le(0.5, a));
  const z = bind('z', select(far, mul(sub(1, a), 0.5), mul(a, a)));
  const s = bind('s', select(far, sqrt(z), a));
  const p = polynomial(
    bind,
    z,
    [
      0.16666666666666763, 0.07499999999970218, 0.044642857175164544, 0.03038194268142582,
      0.022372215724367973, 0.017351598902503224, 0.013980976145849977, 0.011397652322049999,
      0.010787240907405866, 0.0036802839192078126, 0.021770375389295687, -0.021087254274885673,
      0.0326832624554065,
    ],
  );
  const main = head(bind, s);
  // The root that `main` misses; the tiny term keeps 0/0 away at a = 1.
  const missing = div(sub(z, mul(main, main)), add(add(s, main), 2 ** -1000));
  return { far, main, rest: bind('rest', add(mul(s, mul(z, p)), select(far, missing, 0))) };
}

export const asin: MathKernel = defineMath('asin', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const { far, main, rest } = arcsine(bind, a);
  const most = fastTwoSum(bind, halfPi.high, mul(main, -2));
  const nearOne = add(most.high, add(most.low, sub(halfPi.low, mul(rest, 2))));
  return copysign(select(far, nearOne, add(a, rest)), x);
});

/** pi/2 - asin x: near 1 that is 2 (main + rest), and near -1 it is pi less that. */
export const acos: MathKernel = defineMath('acos', ['x'], (bind, x) => {
  const { far, main, rest } = arcsine(bind, bind('a', abs(x)));
  const sign = bind('sign', copysign(1, x));
  const farLeft = bind('farLeft', and(far, lt(x, 0)));
  const base = select(far, select(farLeft, pi.high, 0), halfPi.high);
  const baseLow = select(far, select(farLeft, pi.low, 0), halfPi.low);
  // What is added to the base, for each part: 2 main near 1, -2 main near -1, -x between.
  const most = fastTwoSum(bind, base, select(far, mul(mul(main, 2), sign), neg(x)));
  const beyond = mul(rest, mul(sign, select(far, 2, -1)));
  return add(most.high, add(most.low, add(baseLow, beyond)));
});

/** The centers 1/2, 1, 3/2, infinity by the least ratio that belongs to each, with the angle of each. */
const centers = [
  { from: 0.4375, high: 0.4636476090008061, low: 2.2698777452961687e-17 },
  { from: 0.6875, high: 0.7853981633974483, low: 3.061616997868383e-17 },
  { from: 1.1875, high: 0.982793723247329, low: 1.3903311031230998e-17 },
  { from: 2.4375, high: halfPi.high, low: halfPi.low },
] as const;

/** For each of 1/2, 1, 3/2, infinity: whether y / x lies beyond where it begins. */
type Beyond = readonly [Scalar, Scalar, Scalar, Scalar];

function beyondCenters(bind: Let, y: Scalar, x: Scalar | null): Beyond {
  const [a, b, c, d] = centers.map(({ from }) => {
    const limit = x ? mul(x, from) : from;
    return bind('beyond', lt(limit, y));
  });
  if (!a || !b || !c || !d) throw new Error('internal: four centers');
  return [a, b, c, d];
}

/** The value of the center that `beyond` says: `first` stands for 0. */
function atCenter(beyond: Beyond, first: Term, values: readonly [Term, Term, Term, Term]): Scalar {
  const [half, one, threeHalves, infinity] = beyond;
  const early = select(one, values[1], select(half, values[0], first));
  return select(infinity, values[3], select(threeHalves, values[2], early));
}

/** atan c + atan t = high + low. */
function angle(bind: Let, beyond: Beyond, t: Scalar, missing: Term): Pair {
  const z = bind('z', mul(t, t));
  const p = polynomial(
    bind,
    z,
    [
      -0.33333333333332926, 0.19999999999875034, -0.14285714272373506, 0.11111110399596094,
      -0.09090886980335719, 0.0769187372800481, -0.06661047508820057, 0.058334003901763895,
      -0.0497618200347339, 0.036515488707941766, -0.016269807488603228,
    ],
  );
  const [a, b, c, d] = centers;
  const high = bind('center', atCenter(beyond, 0, [a.high, b.high, c.high, d.high]));
  const low = atCenter(beyond, missing, [a.low, b.low, c.low, d.low]);
  return { high, low: bind('low', add(t, add(mul(mul(t, z), p), low))) };
}

export const atan: MathKernel = defineMath('atan', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const beyond = beyondCenters(bind, a, null);
  const top = atCenter(beyond, a, [sub(a, 0.5), sub(a, 1), sub(a, 1.5), -1]);
  const bottom = atCenter(beyond, 1, [add(mul(a, 0.5), 1), add(a, 1), add(mul(a, 1.5), 1), a]);
  const { high, low } = angle(bind, beyond, bind('t', div(top, bottom)), 0);
  return copysign(add(high, low), x);
});

/** The factor that brings numbers as large as `larger` to where products neither overflow nor vanish. */
function tamingScale(larger: Scalar): Scalar {
  return select(lt(larger, 2 ** -400), 2 ** 600, select(lt(2 ** 800, larger), 2 ** -200, 1));
}

/** The angle of the point (x, y). Two infinite coordinates count as equal, two zeros as y = 0 < x. */
export const atan2: MathKernel = defineMath('atan2', ['y', 'x'], (bind, y, x) => {
  const [up, across] = [bind('up', abs(y)), bind('across', abs(x))];
  const larger = bind('larger', select(lt(up, across), across, up));
  const scale = bind('scale', tamingScale(larger));
  const infinite = bind('infinite', and(eq(up, Infinity), eq(across, Infinity)));
  const b = bind('b', select(infinite, 1, mul(up, scale)));
  const a = bind('a', select(infinite, 1, mul(across, scale)));
  const beyond = beyondCenters(bind, b, a);
  const half = bind('half', mul(a, 0.5));
  const top = atCenter(beyond, b, [sub(b, half), sub(b, a), sub(sub(b, a), half), neg(a)]);
  const sum = atCenter(beyond, a, [add(a, mul(b, 0.5)), add(a, b), add(a, mul(b, 1.5)), b]);
  const t = quotient(bind, { high: top }, { high: select(eq(add(up, across), 0), 1, sum) });
  // A ratio this small is the whole answer, and what it misses may have underflowed.
  const missing = select(lt(t.high, 2 ** -40), 0, mul(t.low, sub(1, mul(t.high, t.high))));
  const { high, low } = angle(bind, beyond, t.high, missing);
  const most = fastTwoSum(bind, pi.high, neg(high));
  const left = add(most.high, add(most.low, sub(pi.low, low)));
  return copysign(select(lt(copysign(1, x), 0), left, add(high, low)), y);
});
