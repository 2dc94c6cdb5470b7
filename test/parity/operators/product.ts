/** Products of matrices and vectors. */
import { matmul } from 'adjoint';
import type { Rows } from './row.ts';
import { binary } from './row.ts';

export const productRows: Rows = {
  matmul: binary((x, y) => matmul(x, y)),
};
