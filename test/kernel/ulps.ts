/** Errors in units of the last place. */
import type { Real } from './real.ts';
import { magnitude, real, scale, sign, sub, toNumber } from './real.ts';

/** The distance of `actual` from `exact` in units of the last place that a float of `bits` bits has there. */
export function ulpsBetween(
  actual: number,
  exact: Real,
  format: { bits: number; minExponent: number },
): number {
  if (exact.m === 0n) return actual === 0 ? 0 : Infinity;
  const last = Math.max(magnitude(exact), format.minExponent) - format.bits + 1;
  const top = 2 - format.minExponent;
  if (Math.abs(actual) === Infinity) {
    // Infinity stands for the first value past the largest.
    if (magnitude(exact) >= top) return Math.sign(actual) === sign(exact) ? 0 : Infinity;
    const limit = scale(real(Math.sign(actual)), top);
    return Math.abs(toNumber(scale(sub(limit, exact), -(top - format.bits))));
  }
  if (!Number.isFinite(actual)) return Infinity;
  return Math.abs(toNumber(scale(sub(real(actual), exact), -last)));
}

export const double = { bits: 53, minExponent: -1022 };
export const single = { bits: 24, minExponent: -126 };
