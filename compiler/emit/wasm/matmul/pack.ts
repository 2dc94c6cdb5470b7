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
import { times } from '../kernels/loops.ts';
import { lanesOf } from '../kernels/vector-prims.ts';
import type { Product } from './match.ts';
import { strideOf } from './match.ts';
import type { Block, Operand } from './operand.ts';
import { move, pushElement, rightOperand, sideBySide, stepOf } from './operand.ts';

/** Columns side by side: `groups` of four lanes, of which `valid` are inside the matrix. */
export interface Panel {
  readonly groups: number;
  readonly valid?: number | Local;
}

/** The factor that panels are cut from. */
export type Right = Pick<Product, 'right' | 'inner' | 'column'>;

interface Target {
  readonly pointer: Local;
  /** Bytes from one step over the inner axis to the next. */
  readonly step: number;
}

/** Copies `block` steps of a panel; columns beyond the last repeat its first. */
export function packPanel(context: Context, product: Right, panel: Panel, block: Block): Operand {
  const { f, module } = context;
  const { right, column } = product;
  const { dtype } = right.load;
  const lanes = lanesOf[dtype];
  const width = 4 * panel.groups;
  const target: Target = { pointer: f.local('i32'), step: width * bytesPerElement[dtype] };
  const offset = module.scratch(block.depth * target.step);
  const start = f.local('i32');
  f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localSet(start);
  const vectors = width / lanes;
  if (strideOf(right, column) === 1) {
    f.localGet(start).localSet(target.pointer);
    copyRows(context, product, vectors, block, target);
  } else {
    for (let part = 0; part < vectors; part++) {
      f.localGet(start)
        .i32Const(16 * part)
        .op('i32.add')
        .localSet(target.pointer);
      const columns = Array.from({ length: lanes }, (_, lane) =>
        pointerToColumn(context, product, lanes * part + lane, panel.valid, block),
      );
      packColumns(context, product, columns, block, target);
    }
  }
  return sideBySide(start, vectors, target.step);
}

function copyRows(context: Context, product: Right, vectors: number, block: Block, target: Target): void {
  const { f } = context;
  const { places, step } = rightOperand(context, product, vectors, block);
  const align = bytesPerElement[product.right.load.dtype];
  times(context, block.count, () => {
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
  { right, column, inner }: Right,
  place: number,
  valid: number | Local | undefined,
  block: Block,
): Local {
  const { f } = context;
  const pointer = f.local('i32');
  const inside = typeof valid !== 'number' || place < valid;
  pushElement(context, right, inner, shifted(right.terms, column, inside ? place : 0), block);
  if (typeof valid === 'object' && place > 0) {
    pushElement(context, right, inner, right.terms, block);
    f.i32Const(place).localGet(valid).op('i32.lt_s').op('select');
  }
  f.localSet(pointer);
  return pointer;
}

/** Copies as many columns as a vector has lanes. */
function packColumns(
  context: Context,
  { right, inner }: Right,
  columns: readonly Local[],
  { count }: Block,
  target: Target,
): void {
  const bytes = bytesPerElement[right.load.dtype];
  const step = stepOf(context, right, inner);
  const moveAll = (by: Bound, rows: number): void => {
    for (const column of columns) move(context, column, by);
    move(context, target.pointer, rows * target.step);
  };
  const width = columns.length;
  const together = step === bytes;
  if (together) {
    times(context, inSquares(context, count, width), () => {
      transposeSquare(context, columns, target);
      moveAll(16, width);
    });
  }
  times(context, together ? beyondSquares(context, count, width) : count, () => {
    gatherRow(context, columns, target);
    moveAll(step, 1);
  });
}

/** `count` divided by `width`, a power of two. */
function inSquares({ f }: Context, count: Bound, width: number): Bound {
  if (typeof count === 'number') return Math.floor(count / width);
  const squares = f.local('i32');
  f.localGet(count).i32Const(Math.log2(width)).op('i32.shr_u').localSet(squares);
  return squares;
}

/** The remainder of that division. */
function beyondSquares({ f }: Context, count: Bound, width: number): Bound {
  if (typeof count === 'number') return count % width;
  const rest = f.local('i32');
  f.localGet(count)
    .i32Const(width - 1)
    .op('i32.and')
    .localSet(rest);
  return rest;
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
