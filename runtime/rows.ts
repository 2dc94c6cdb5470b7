/** Choosing rows of data. */
import { aFraction, anInteger, checkOption, integerFrom } from './options.ts';
import { permutation } from './random.ts';
import type { NumberArray } from './tensors.ts';
import { emptyLike } from './tensors.ts';

/**
 * Row numbers cut into two parts at random: the first has `fraction` of `rows`, rounded, the second the rest.
 * `seed` alone decides which rows.
 */
export function split(
  rows: number,
  fraction: number,
  seed = 0,
): readonly [first: Int32Array, second: Int32Array] {
  checkOption('split', 'rows', rows, integerFrom(0));
  checkOption('split', 'fraction', fraction, aFraction);
  checkOption('split', 'seed', seed, anInteger);
  const order = permutation(rows, seed);
  const first = Math.round(rows * fraction);
  return [order.slice(0, first), order.slice(first)];
}

/** The rows of `values` that `rows` names, in that order; a row is `width` values, default one. */
export function takeRows(values: NumberArray, rows: ArrayLike<number>, width = 1): NumberArray {
  const count = values.length / width;
  checkOption('takeRows', 'width', width, {
    expected: `a divisor of ${values.length}`,
    holds: () => Number.isInteger(count),
  });
  for (let i = 0; i < rows.length; i++) {
    const inside = (row: unknown): boolean =>
      Number.isInteger(row) && Number(row) >= 0 && Number(row) < count;
    checkOption('takeRows', `rows[${i}]`, rows[i], {
      expected: `an integer from 0 to ${count - 1}`,
      holds: inside,
    });
  }
  const taken = emptyLike(values, rows.length * width);
  copyRows(values, rows, width, taken);
  return taken;
}

/** Copies rows of `width` values to the front of `target`, in the order of `rows`. */
export function copyRows(
  values: NumberArray,
  rows: ArrayLike<number>,
  width: number,
  target: NumberArray,
): void {
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] ?? 0) * width;
    if (width > 32) target.set(values.subarray(from, from + width), i * width);
    else for (let j = 0; j < width; j++) target[i * width + j] = values[from + j] ?? 0;
  }
}
