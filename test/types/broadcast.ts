/** What broadcasting takes and refuses, by type. */
import { add, input } from 'adjoint';
import type { Dim, Expr } from 'adjoint';

const matrix = input('matrix', ['N', 128]);
const row = input('row', [128]);
const short = input('short', [64]);
const column = input('column', ['N', 1]);

export const sums: readonly Expr<readonly ['N', 128], 'float32'>[] = [
  add(matrix, row),
  add(matrix, column),
  add(matrix, 1),
  matrix.add(row),
  matrix.add(column),
  matrix.mul(2),
];

// @ts-expect-error 128 and 64 do not broadcast
add(matrix, short);
// @ts-expect-error 128 and 64 do not broadcast
matrix.add(short);
// @ts-expect-error float64 does not meet float32
matrix.add(input('other', ['N', 128], 'float64'));

/** A user's own generic block. */
export function block<N extends Dim>(
  x: Expr<readonly [N, 32], 'float32'>,
): Expr<readonly [N, 32], 'float32'> {
  return x.add(x).mul(2).relu();
}

/** A plain `number` is checked when the program runs. */
export function wide(x: Expr<readonly [number, number], 'float32'>): Expr {
  return x.add(input('row', [128]));
}
