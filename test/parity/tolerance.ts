/** When a number, or a tensor, is the expected one. */
import type { Tolerance } from './cases.ts';

/** The tolerance of each kind whose cases do not carry their own. */
export const tolerances: Readonly<Record<'expression' | 'update' | 'hvp', Tolerance>> = {
  expression: { rtol: 1e-9, atol: 1e-10 },
  update: { rtol: 1e-9, atol: 1e-12 },
  hvp: { rtol: 1e-8, atol: 1e-9 },
};

export const exact: Tolerance = { rtol: 0, atol: 0 };

/** Thrown where a value is not the expected one. */
export class Mismatch extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Mismatch';
  }
}

/** |a - b| <= atol + rtol |b|; NaN matches NaN, an infinity only itself, 0 also -0. */
export function matches(actual: number, expected: number, { rtol, atol }: Tolerance): boolean {
  if (Number.isNaN(expected)) return Number.isNaN(actual);
  if (actual === expected) return true;
  return Number.isFinite(expected) && Math.abs(actual - expected) <= atol + rtol * Math.abs(expected);
}

/** Throws a `Mismatch` that names the first number of `what` that is not as expected. */
export function checkNumbers(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: Tolerance,
): void {
  if (actual.length !== expected.length) {
    throw new Mismatch(`${what} has ${actual.length} elements, not ${expected.length}`);
  }
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [actual[i] ?? Number.NaN, expected[i] ?? Number.NaN];
    if (!matches(a, b, tolerance)) throw new Mismatch(`${what}[${i}] is ${a}, not ${b}`);
  }
}

export function checkShape(what: string, actual: readonly number[], expected: readonly number[]): void {
  const [a, b] = [actual.join(', '), expected.join(', ')];
  if (a !== b) throw new Mismatch(`${what} has shape [${a}], not [${b}]`);
}
