/**
 * A tile of a matrix product: some rows by some vectors of columns in locals, one step over the inner axis per
 * iteration. Each element is multiplied, rounded, added and rounded, in the order of the inner axis.
 */
import { bytesPerElement } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { FloatDType } from '../../../../src/dtype.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import type { Local } from '../locals.ts';
import type { Context } from '../kernels/context.ts';
import type { Bound } from '../kernels/loops.ts';
import { pushBound } from '../kernels/loops.ts';
import { shapeOf } from '../kernels/vector-prims.ts';
import type { Operand } from './operand.ts';

export interface TileShape {
  readonly dtype: FloatDType;
  readonly rows: number;
  readonly vectors: number;
}

/** Sums of one tile: `rows` times `vectors` locals, row by row. Moves the pointers of both operands. */
export function writeTile(
  context: Context,
  { dtype, rows, vectors }: TileShape,
  left: Operand,
  right: Operand,
  count: Bound,
): Local[][] {
  const { f } = context;
  const sums = Array.from({ length: rows }, () =>
    Array.from({ length: vectors }, () => {
      const sum = f.local('v128');
      f.v128Const(shapeOf[dtype], dtype === 'float32' ? [0, 0, 0, 0] : [0, 0]).localSet(sum);
      return sum;
    }),
  );
  const remaining = f.local('i32');
  pushBound(context, count);
  f.localSet(remaining);
  const loop = (): void => {
    f.loop((again) => {
      writeStep(f, dtype, sums, left, right);
      advance(context, left);
      advance(context, right);
      f.localGet(remaining).i32Const(1).op('i32.sub').localTee(remaining).brIf(again);
    });
  };
  if (typeof count === 'number') loop();
  else f.localGet(remaining).if(loop);
  return sums;
}

function writeStep(
  f: FunctionBuilder,
  dtype: FloatDType,
  sums: readonly (readonly Local[])[],
  left: Operand,
  right: Operand,
): void {
  const shape = dtype === 'float32' ? 'f32x4' : 'f64x2';
  const bytes = bytesPerElement[dtype];
  const splat = dtype === 'float32' ? 'v128.load32_splat' : 'v128.load64_splat';
  const factors = right.places.map(({ pointer, offset }) => {
    const factor = f.local('v128');
    f.localGet(pointer).op('v128.load', { offset, align: bytes }).localSet(factor);
    return factor;
  });
  const element = f.local('v128');
  sums.forEach((row, i) => {
    const { pointer, offset } = must(left.places[i], 'row');
    f.localGet(pointer).op(splat, { offset }).localSet(element);
    row.forEach((sum, j) => {
      f.localGet(sum).localGet(element).localGet(must(factors[j], 'factor'));
      f.op(`${shape}.mul`).op(`${shape}.add`).localSet(sum);
    });
  });
}

/** Each pointer once. */
function advance(context: Context, { places, step }: Operand): void {
  const { f } = context;
  for (const pointer of new Set(places.map((place) => place.pointer))) {
    f.localGet(pointer);
    pushBound(context, step);
    f.op('i32.add').localSet(pointer);
  }
}
