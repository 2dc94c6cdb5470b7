/** Operations that move elements and change shapes. */
import { permute, reshape, unsqueeze } from 'adjoint';
import type { Rows, Unary } from './row.ts';

export const shapeRows: Rows = {
  permute: ({ input }: Unary, { dims }: { dims: number[] }) => permute(input, dims),
  reshape: ({ input }: Unary, { shape }: { shape: number[] }) => reshape(input, shape),
  unsqueeze: ({ input }: Unary, { dim }: { dim: number }) => unsqueeze(input, dim),
};
