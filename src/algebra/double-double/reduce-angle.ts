/** Takes multiples of pi/2 off an angle in fixed point, so that every finite angle keeps all its digits. */
import type { DoubleDouble } from './arithmetic.ts';

/** Binary places of the fixed-point numbers: 1024 for the largest quotient, 256 for the rest. */
const places = 1280;

/** pi/2 * 2^1280, truncated; by mpmath 1.3. */
const halfPi = BigInt(
  '0x' +
    '1921fb54442d18469898cc51701b839a252049c1114cf98e804177d4c76273644a29410f31c6809b' +
    'bdf2a33679a748636605614dbe4be286e9fc26adadaa3848bc90b6aecc4bcfd8de89885d34c6fdad' +
    '617feb96de80d6fdbdc70d7f6b5133f4b5d3e4822f8963fcc9250cca3d9c8b67b8400f97142c77e0' +
    'b31b4906c38aba734d22c7f51fa499ebf06caba47b9475b2c38c5e6ac410aa5773daa520ee12d2cd' +
    'a',
);

/** A finite x in fixed point; bits beyond the places are dropped. */
function toFixedPoint(x: number): bigint {
  let integer = x;
  let shift = 0;
  for (; !Number.isInteger(integer); shift += 53) integer *= 2 ** 53;
  return BigInt(integer) << BigInt(places - shift);
}

/** The fixed-point x, |x| < 1. */
function fromFixedPoint(x: bigint): DoubleDouble {
  const kept = x >> BigInt(places - 300);
  const high = Number(kept);
  const low = Number(kept - BigInt(high));
  return { high: high * 2 ** -300, low: low * 2 ** -300 };
}

/** x = quadrant * pi/2 + rest (modulo 2 pi), with |rest| <= pi/4. A rest of an x that is not finite is NaN. */
export interface ReducedAngle {
  readonly quadrant: 0 | 1 | 2 | 3;
  readonly rest: DoubleDouble;
}

const quadrants = [0, 1, 2, 3] as const;

export function reduceAngle(x: DoubleDouble): ReducedAngle {
  if (!Number.isFinite(x.high)) return { quadrant: 0, rest: { high: NaN, low: 0 } };
  if (Math.abs(x.high) < 0.785) return { quadrant: 0, rest: x };
  const angle = toFixedPoint(x.high) + toFixedPoint(x.low);
  let turns = angle / halfPi;
  let rest = angle % halfPi;
  if (2n * rest > halfPi) [turns, rest] = [turns + 1n, rest - halfPi];
  if (2n * rest < -halfPi) [turns, rest] = [turns - 1n, rest + halfPi];
  return { quadrant: quadrants[Number(turns & 3n)] ?? 0, rest: fromFixedPoint(rest) };
}
