/**
 * A tile of a matrix product: some rows by some vectors of columns in locals, one step over the inner axis per
 * iteration. Each element is multiplied, rounded, added and rounded, in the order of the inner axis; where numerics
 * are fast it may be rounded once.
 */
import { bytesPerElement } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { FloatDType } from '../../../../src/dtype.ts';
import type { Local } from '../locals.ts';
import type { Context } from '../kernels/context.ts';
import type { Bound } from '../kernels/loops.ts';
import { multiplyAdd } from '../kernels/multiply-add.ts';
import { shapeOf } from '../kernels/vector-prims.ts';
import { times } from '../kernels/loops.ts';
import type { Operand } from './operand.ts';
import { move } from './operand.ts';

type Sums = readonly (readonly Local[])[];

export interface TileShape {
  readonly rows: number;
  readonly vectors: number;
}

/** Locals for the sums of one tile: `rows` times `vectors`, row by row. */
export function newSums({ f }: Context, { rows, vectors }: TileShape): Local[][] {
  return Array.from({ length: rows }, () => Array.from({ length: vectors }, () => f.local('v128')));
}

/** Sets sums to +0. */
export function clearSums({ f }: Context, sums: Sums): void {
  f.v128Const('f64x2', [0, 0]);
  for (const sum of sums.flat()) f.localTee(sum);
  f.op('drop');
}

/** Adds `count` steps to the sums. Moves the pointers of both operands. */
export function writeTile(
  context: Context,
  dtype: FloatDType,
  sums: Sums,
  left: Operand,
  right: Operand,
  count: Bound,
): void {
  times(context, count, () => {
    writeStep(context, dtype, sums, left, right);
    advance(context, left);
    advance(context, right);
  });
}

/** Sums that hide how long a multiply-add takes; fewer are faster as products and sums apart. */
const manySums = 8;

function writeStep(
  { f, contracts }: Context,
  dtype: FloatDType,
  sums: Sums,
  left: Operand,
  right: Operand,
): void {
  const shape = shapeOf[dtype];
  const fuses = contracts && sums.flat().length >= manySums;
  const bytes = bytesPerElement[dtype];
  const splat = dtype === 'float32' ? 'v128.load32_splat' : 'v128.load64_splat';
  const factors = right.places.map(({ pointer, offset }) => {
    const factor = f.local('v128');
    f.localGet(pointer).op('v128.load', { offset, align: bytes }).localSet(factor);
    return factor;
  });
  const element = f.local('v128');
  const get = (local: Local) => () => f.localGet(local);
  sums.forEach((row, i) => {
    const { pointer, offset } = must(left.places[i], 'row');
    f.localGet(pointer).op(splat, { offset }).localSet(element);
    row.forEach((sum, j) => {
      const factor = must(factors[j], 'factor');
      if (fuses) multiplyAdd(f, dtype, get(element), get(factor), get(sum));
      else f.localGet(sum).localGet(element).localGet(factor).op(`${shape}.mul`).op(`${shape}.add`);
      f.localSet(sum);
    });
  });
}

/** Each pointer once. */
function advance(context: Context, { places, step }: Operand): void {
  for (const pointer of new Set(places.map((place) => place.pointer))) move(context, pointer, step);
}
