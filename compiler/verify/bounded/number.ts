/**
 * Numbers with a bound on how far a compiled value may lie from them. Run over the meanings of operators, they say
 * how much rounding explains: a compiled value further away is wrong.
 */
import type { DType } from '../../../src/dtype.ts';

export interface Bounded {
  readonly value: number;
  /** |compiled - value| is at most this; Infinity where nothing can be said. */
  readonly error: number;
  /** The sum of the magnitudes that were added up to the value: what another order of adding rounds by. */
  readonly weight: number;
}

/** How a dtype rounds. */
export interface Rounding {
  /** Half the distance from 1 to the next number. */
  readonly unit: number;
  /** The smallest positive number. */
  readonly tiny: number;
  readonly largest: number;
}

export const roundings: Readonly<Record<'float32' | 'float64', Rounding>> = {
  float32: { unit: 2 ** -24, tiny: 2 ** -149, largest: (2 - 2 ** -23) * 2 ** 127 },
  float64: { unit: 2 ** -53, tiny: 2 ** -1074, largest: Number.MAX_VALUE },
};

/** How values may be rounded: as the kernel language says, or as `numerics: 'fast'` may. */
export type Numerics = 'strict' | 'fast';

/** The algebra counts functions with 4 half units; fast float32 ones err by twice that. */
const fastUnits = 2;

export function roundingOf(dtype: DType, numerics: Numerics = 'strict'): Rounding {
  const rounding = dtype === 'float32' ? roundings.float32 : roundings.float64;
  return numerics === 'fast' ? { ...rounding, unit: fastUnits * rounding.unit } : rounding;
}

/** A number that every way of computing gives. */
export const exact = (value: number): Bounded => ({
  value,
  error: 0,
  weight: Number.isFinite(value) ? Math.abs(value) : 0,
});

/** A number that may come out as any other. */
export const unknown = (value: number): Bounded => ({ value, error: Infinity, weight: Math.abs(value) });

/** The product of two bounds, where 0 times anything is 0. */
export const times = (x: number, y: number): number => (x === 0 || y === 0 ? 0 : x * y);

/** `value`, which the operands' errors move by at most `moved`, rounded up to `steps` half units. */
export function rounded(value: number, moved: number, steps: number, by: Rounding, weight?: number): Bounded {
  if (moved === 0 && !Number.isFinite(value)) {
    // In another order, finite terms might have overflowed first.
    const sums = weight ?? 0;
    return { value, error: sums <= by.largest ? 0 : Infinity, weight: sums };
  }
  const size = Math.max(Math.abs(value), weight ?? 0);
  const error = moved + steps * (by.unit * size + by.tiny);
  return { value, error: size + error <= by.largest ? error : Infinity, weight: size };
}
