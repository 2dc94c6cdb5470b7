/** Operations that move elements and change shapes. */
import {
  concat,
  diagonal,
  expand,
  flatten,
  flip,
  pad,
  permute,
  repeatInterleave,
  reshape,
  roll,
  select,
  slice,
  split,
  squeeze,
  stack,
  tile,
  transpose,
  tril,
  triu,
  unsqueeze,
} from 'adjoint';
import type { PadMode, PadWidths } from 'adjoint';
import type { Float, Rows, Unary } from './row.ts';
import { operands } from './row.ts';

type Slices = {
  readonly slices: readonly {
    dim: number;
    start: number | null;
    stop: number | null;
    step: number | null;
  }[];
};

type Along = { readonly dim: number };
type Pad = { readonly pad: readonly number[]; readonly mode: PadMode; readonly value: number | null };
type Roll = { readonly shifts: readonly number[]; readonly dims: readonly number[] };

/** PyTorch squeezes an axis of another size than 1 by leaving it. */
function squeezed(x: Float, dim: number | null): Float {
  if (dim === null)
    return reshape(
      x,
      x.shape.filter((size) => size !== 1),
    );
  return x.shape.at(dim) === 1 ? squeeze(x, dim) : x;
}

/** Widths for each axis, from a list that begins with the last one. */
function padWidths(rank: number, list: readonly number[]): PadWidths {
  return Array.from({ length: rank }, (_, axis) => {
    const at = 2 * (rank - 1 - axis);
    return [list[at] ?? 0, list[at + 1] ?? 0];
  });
}

export const shapeRows: Rows = {
  reshape: ({ input }: Unary, { shape }: { shape: number[] }) => reshape(input, shape),
  transpose: ({ input }: Unary, { dim0, dim1 }: { dim0: number; dim1: number }) =>
    transpose(input, dim0, dim1),
  permute: ({ input }: Unary, { dims }: { dims: number[] }) => permute(input, dims),
  expand: ({ input }: Unary, { shape }: { shape: number[] }) => expand(input, shape),
  squeeze: ({ input }: Unary, { dim }: { dim: number | null }) => squeezed(input, dim),
  unsqueeze: ({ input }: Unary, { dim }: Along) => unsqueeze(input, dim),
  flatten: ({ input }: Unary, { start_dim, end_dim }: { start_dim: number; end_dim: number }) =>
    flatten(input, { start: start_dim, end: end_dim }),
  slice: ({ input }: Unary, { slices }: Slices) =>
    slices.reduce<Float>(
      (x, { dim, start, stop, step }) => slice(x, { axis: dim, start, stop, step: step ?? 1 }),
      input,
    ),
  select: ({ input }: Unary, { dim, index }: Along & { index: number }) =>
    select(input, { axis: dim, index }),
  cat: (inputs, { dim }: Along) => concat(operands(inputs), { axis: dim }),
  stack: (inputs, { dim }: Along) => stack(operands(inputs), { axis: dim }),
  split: ({ input }: Unary, { sizes, dim }: Along & { sizes: number[] }) =>
    split(input, { axis: dim, into: sizes }),
  pad: ({ input }: Unary, attrs: Pad) =>
    pad(input, padWidths(input.shape.length, attrs.pad), { mode: attrs.mode, value: attrs.value ?? 0 }),
  flip: ({ input }: Unary, { dims }: { dims: number[] }) => flip(input, { axis: dims }),
  roll: ({ input }: Unary, { shifts, dims }: Roll) =>
    roll(input, { shift: shifts, axis: dims.length > 0 ? dims : undefined }),
  repeat: ({ input }: Unary, { repeats }: { repeats: number[] }) => tile(input, repeats),
  repeat_interleave: ({ input }: Unary, { repeats, dim }: Along & { repeats: number }) =>
    repeatInterleave(input, { count: repeats, axis: dim }),
  tril: ({ input }: Unary, { diagonal }: { diagonal: number }) => tril(input, { diagonal }),
  triu: ({ input }: Unary, { diagonal }: { diagonal: number }) => triu(input, { diagonal }),
  diagonal: ({ input }: Unary, { offset }: { offset: number }) => diagonal(input, { offset }),
};
