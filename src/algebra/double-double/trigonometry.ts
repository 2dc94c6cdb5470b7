/** sin, cos and tan of every finite angle, and their inverses. */
import { add, div, divNumber, fromNumber, mul, neg, one, scale, sqrt, sub, sumSeries } from './arithmetic.ts';
import type { DoubleDouble } from './arithmetic.ts';
import { reduceAngle } from './reduce-angle.ts';

const pi: DoubleDouble = { high: Math.PI, low: 1.2246467991473532e-16 };

/** The alternating series whose term n is -x^2 / ((2n + offset)(2n + offset - 1)) times the one before. */
function alternating(first: DoubleDouble, x: DoubleDouble, offset: 0 | 1): DoubleDouble {
  const factor = neg(mul(x, x));
  return sumSeries(first, (term, n) => divNumber(mul(term, factor), (2 * n + offset) * (2 * n + offset - 1)));
}

const sinSmall = (x: DoubleDouble): DoubleDouble => alternating(x, x, 1);
const cosSmall = (x: DoubleDouble): DoubleDouble => alternating(one, x, 0);

/** sin(x + turns * pi/2). */
function sinTurned(x: DoubleDouble, turns: 0 | 1): DoubleDouble {
  const { quadrant, rest } = reduceAngle(x);
  const turned = quadrant + turns;
  const size = turned % 2 === 0 ? sinSmall(rest) : cosSmall(rest);
  return turned === 2 || turned === 3 ? neg(size) : size;
}

export const sin = (x: DoubleDouble): DoubleDouble => sinTurned(x, 0);
export const cos = (x: DoubleDouble): DoubleDouble => sinTurned(x, 1);

export function tan(x: DoubleDouble): DoubleDouble {
  const { quadrant, rest } = reduceAngle(x);
  const ratio = div(sinSmall(rest), cosSmall(rest));
  return quadrant % 2 === 0 ? ratio : neg(div(one, ratio));
}

/** One Newton step: atan(x) - start = atan((x cos - sin) / (cos + x sin)) at start, and that atan is its argument. */
export function atan(x: DoubleDouble): DoubleDouble {
  if (x.high === 0) return x;
  if (Math.abs(x.high) > 2 ** 110) return scale(x.high > 0 ? pi : neg(pi), -1);
  const start = fromNumber(Math.atan(x.high));
  const s = sin(start);
  const c = cos(start);
  return add(start, div(sub(mul(x, c), s), add(c, mul(x, s))));
}

/** Where the float64 value is a multiple of pi/4, that multiple; it comes of zeros, infinities and NaN. */
function specialAtan2(y: number, x: number): DoubleDouble {
  const eighths = Math.round((Math.atan2(y, x) * 4) / Math.PI);
  return mul(scale(pi, -2), fromNumber(eighths));
}

const isOrdinary = (x: number): boolean => x !== 0 && Number.isFinite(x);

export function atan2(y: DoubleDouble, x: DoubleDouble): DoubleDouble {
  if (!isOrdinary(y.high) || !isOrdinary(x.high)) return specialAtan2(y.high, x.high);
  const angle = atan(div(y, x));
  if (x.high > 0) return angle;
  return y.high > 0 ? add(pi, angle) : sub(angle, pi);
}

/** The cosine of the angle whose sine is x, and the other way round; NaN beyond 1. */
const other = (x: DoubleDouble): DoubleDouble => sqrt(mul(sub(one, x), add(one, x)));

export const asin = (x: DoubleDouble): DoubleDouble => (x.high === 0 ? x : atan2(x, other(x)));

/** Twice the half angle, whose tangent is sqrt((1 - x) / (1 + x)). */
export const acos = (x: DoubleDouble): DoubleDouble => scale(atan2(sqrt(sub(one, x)), sqrt(add(one, x))), 1);
