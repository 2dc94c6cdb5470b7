/**
 * Panels of the right factor in scratch memory: for each step over the inner axis, the columns of a panel side by
 * side. Factors whose columns are far apart are transposed on the way, a square of lanes at a time.
 */
import { bytesPerElement } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Local } from '../locals.ts';
import { shifted } from '../kernels/address.ts';
import type { Context } from '../kernels/context.ts';
import type { Bound } from '../kernels/loops.ts';
import { pushBound } from '../kernels/loops.ts';
import { lanesOf } from '../kernels/vector-prims.ts';
import type { Product } from './match.ts';
import { strideOf } from './match.ts';
import type { Operand } from './operand.ts';
import { pushElement, rightOperand, sideBySide, stepOf } from './operand.ts';

/** Columns side by side: `groups` of four lanes, of which `valid` are inside the matrix. */
export interface Panel {
  readonly groups: number;
  readonly valid?: number | Local;
}

/** Rows of a factor that lie this many bytes apart, or a multiple, compete for the same places in a cache. */
const competing = 1024;

/** Whether the columns of a panel are copied together before they are used. */
export function isPacked({ right, column, inner, row }: Product): boolean {
  if (strideOf(right, column) !== 1) return true;
  if (typeof inner.size !== 'number' || inner.size < 32) return false;
  const step = strideOf(right, inner);
  const apart = typeof step === 'number' ? step * bytesPerElement[right.load.dtype] : 0;
  const manyRows = typeof row.size !== 'number' || row.size >= 16;
  return manyRows && apart >= competing && apart % competing === 0;
}

interface Target {
  readonly pointer: Local;
  /** Bytes from one step over the inner axis to the next. */
  readonly step: number;
}

/** Copies a panel; columns beyond the last repeat its first. */
export function packPanel(context: Context, product: Product, panel: Panel): Operand {
  const { f, module } = context;
  const { right, inner, column } = product;
  const { dtype } = right.load;
  const lanes = lanesOf[dtype];
  const width = 4 * panel.groups;
  const target: Target = { pointer: f.local('i32'), step: width * bytesPerElement[dtype] };
  const offset = module.scratch(Number(inner.size) * target.step);
  const start = f.local('i32');
  f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localSet(start);
  const vectors = width / lanes;
  if (strideOf(right, column) === 1) {
    f.localGet(start).localSet(target.pointer);
    copyRows(context, product, vectors, target);
  } else {
    for (let part = 0; part < vectors; part++) {
      f.localGet(start)
        .i32Const(16 * part)
        .op('i32.add')
        .localSet(target.pointer);
      const columns = Array.from({ length: lanes }, (_, lane) =>
        pointerToColumn(context, product, lanes * part + lane, panel.valid),
      );
      packColumns(context, product, columns, target);
    }
  }
  return sideBySide(start, vectors, target.step);
}

function copyRows(context: Context, product: Product, vectors: number, target: Target): void {
  const { f } = context;
  const { places, step } = rightOperand(context, product, vectors);
  const align = bytesPerElement[product.right.load.dtype];
  times(context, Number(product.inner.size), () => {
    for (const { pointer, offset } of places) {
      f.localGet(target.pointer).localGet(pointer).op('v128.load', { offset, align });
      f.op('v128.store', { offset });
    }
    move(context, target.pointer, target.step);
    move(context, must(places[0], 'place').pointer, step);
  });
}

/** A pointer to the start of a column, or of the panel's first where the column is beyond the last. */
function pointerToColumn(
  context: Context,
  { right, column, inner }: Product,
  place: number,
  valid: number | Local | undefined,
): Local {
  const { f } = context;
  const pointer = f.local('i32');
  const inside = typeof valid !== 'number' || place < valid;
  pushElement(context, right, inner, shifted(right.terms, column, inside ? place : 0));
  if (typeof valid === 'object' && place > 0) {
    pushElement(context, right, inner, right.terms);
    f.i32Const(place).localGet(valid).op('i32.lt_s').op('select');
  }
  f.localSet(pointer);
  return pointer;
}

/** Copies as many columns as a vector has lanes. */
function packColumns(
  context: Context,
  { right, inner }: Product,
  columns: readonly Local[],
  target: Target,
): void {
  const { dtype } = right.load;
  const bytes = bytesPerElement[dtype];
  const step = stepOf(context, right, inner);
  const count = Number(inner.size);
  const squares = step === bytes ? Math.floor(count / columns.length) : 0;
  const moveAll = (by: Bound, rows: number): void => {
    for (const column of columns) move(context, column, by);
    move(context, target.pointer, rows * target.step);
  };
  times(context, squares, () => {
    transposeSquare(context, columns, target);
    moveAll(16, columns.length);
  });
  times(context, count - squares * columns.length, () => {
    gatherRow(context, columns, target);
    moveAll(step, 1);
  });
}

/** Reads a vector of each column, and writes a vector for each step. */
function transposeSquare({ f }: Context, columns: readonly Local[], target: Target): void {
  const align = 16 / columns.length;
  let vectors = columns.map((column) => {
    const vector = f.local('v128');
    f.localGet(column).op('v128.load', { align }).localSet(vector);
    return vector;
  });
  const shuffle = (x: number, y: number, lanes: readonly number[]): Local => {
    const result = f.local('v128');
    f.localGet(must(vectors[x], 'vector')).localGet(must(vectors[y], 'vector'));
    f.i8x16Shuffle(lanes, lanes.length === 2 ? 'i64x2' : 'i32x4').localSet(result);
    return result;
  };
  const [low, high] = [[0, 2] as const, [1, 3] as const];
  if (columns.length === 4) {
    const [even, odd] = [[0, 4, 1, 5] as const, [2, 6, 3, 7] as const];
    vectors = [shuffle(0, 1, even), shuffle(0, 1, odd), shuffle(2, 3, even), shuffle(2, 3, odd)];
    vectors = [shuffle(0, 2, low), shuffle(0, 2, high), shuffle(1, 3, low), shuffle(1, 3, high)];
  } else vectors = [shuffle(0, 1, low), shuffle(0, 1, high)];
  vectors.forEach((vector, i) => {
    f.localGet(target.pointer)
      .localGet(vector)
      .op('v128.store', { offset: i * target.step });
  });
}

/** Reads one element of each column. */
function gatherRow({ f }: Context, columns: readonly Local[], { pointer }: Target): void {
  const wide = columns.length === 2;
  const row = f.local('v128');
  columns.forEach((column, lane) => {
    f.localGet(column);
    if (lane === 0) f.op(wide ? 'v128.load64_splat' : 'v128.load32_splat');
    else f.localGet(row).op(wide ? 'v128.load64_lane' : 'v128.load32_lane', {}, lane);
    f.localSet(row);
  });
  f.localGet(pointer).localGet(row).op('v128.store');
}

function move(context: Context, pointer: Local, by: Bound): void {
  context.f.localGet(pointer);
  pushBound(context, by);
  context.f.op('i32.add').localSet(pointer);
}

function times({ f }: Context, count: number, body: () => void): void {
  if (count === 0) return;
  if (count === 1) return body();
  const remaining = f.local('i32');
  f.i32Const(count).localSet(remaining);
  f.loop((again) => {
    body();
    f.localGet(remaining).i32Const(1).op('i32.sub').localTee(remaining).brIf(again);
  });
}
