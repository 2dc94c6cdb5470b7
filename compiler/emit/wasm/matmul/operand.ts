/** Where a tile of a matrix product finds its factors. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Axis } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import { pushPlace, pushScaled } from '../kernels/address.ts';
import type { Context } from '../kernels/context.ts';
import { counterOf } from '../kernels/context.ts';
import type { Bound } from '../kernels/loops.ts';
import { pushBound } from '../kernels/loops.ts';
import type { Term } from '../../loops/linear.ts';
import { isAxis } from '../../loops/linear.ts';
import { dependsOn } from '../../loops/scalar-tree.ts';
import type { Factor, Product } from './match.ts';
import { strideOf } from './match.ts';

/** A place in memory: bytes beyond a pointer. */
export interface Pointed {
  readonly pointer: Local;
  readonly offset: number;
}

/** One factor: the places of its rows, or of its vectors of columns, and bytes per step over the inner axis. */
export interface Operand {
  readonly places: readonly Pointed[];
  readonly step: Bound;
}

/** A stretch of the inner axis: from the counter of that axis on, or all of it. */
export interface Block {
  /** The most steps that it has. */
  readonly depth: number;
  readonly count: Bound;
  readonly whole: boolean;
}

/** A step over an axis, in bytes: a number, or a local. */
export function stepOf(context: Context, factor: Factor, axis: Axis): Bound {
  const stride = strideOf(factor, axis);
  const bytes = bytesPerElement[factor.load.dtype];
  if (typeof stride === 'number') return stride * bytes;
  const { f } = context;
  const local = f.local('i32');
  f.i32Const(0);
  for (const term of stride) {
    pushScaled(context, { ...term, factor: Math.abs(term.factor) }, bytes);
    f.op(term.factor < 0 ? 'i32.sub' : 'i32.add');
  }
  f.localSet(local);
  return local;
}

/** Leaves the address of a factor's element at the start of a block. */
export function pushElement(
  context: Context,
  { load }: Factor,
  inner: Axis,
  terms: readonly Term[],
  { whole }: Pick<Block, 'whole'>,
): void {
  const there = whole ? terms.filter(({ of }) => of !== inner) : terms;
  const offset = pushPlace(context, load.buffer, there);
  if (offset > 0) context.f.i32Const(offset).op('i32.add');
}

/** Moves a pointer. */
export function move(context: Context, pointer: Local, by: Bound): void {
  context.f.localGet(pointer);
  pushBound(context, by);
  context.f.op('i32.add').localSet(pointer);
}

/** A place for each of `rows` rows: bytes beyond one pointer where the distance of rows is known. */
export function leftOperand(
  context: Context,
  { left, row, inner }: Product,
  rows: number,
  block: Pick<Block, 'whole'>,
): Operand {
  const { f } = context;
  const step = stepOf(context, left, inner);
  const pointers: Local[] = [];
  const point = (): Local => {
    const pointer = f.local('i32');
    pushElement(context, left, inner, left.terms, block);
    f.localSet(pointer);
    return pointer;
  };
  const distance = isEven(left, row) ? stepOf(context, left, row) : null;
  if (typeof distance === 'number') {
    const pointer = point();
    return { places: Array.from({ length: rows }, (_, i) => ({ pointer, offset: distance * i })), step };
  }
  atRows(context, row, rows, () => pointers.push(point()));
  return { places: pointers.map((pointer) => ({ pointer, offset: 0 })), step };
}

/** Whether rows are equally far apart. */
export const isEven = ({ terms }: Factor, row: Axis): boolean =>
  terms.every(({ of }) => of === null || isAxis(of) || !dependsOn(of, row));

/** Writes `write` for each row of a tile, with a counter of the row's own. */
export function atRows(context: Context, row: Axis, rows: number, write: (row: number) => void): void {
  const { f, axes } = context;
  const first = counterOf(context, row);
  for (let i = 0; i < rows; i++) {
    const local = f.local('i32');
    f.localGet(first.local).i32Const(i).op('i32.add').localSet(local);
    axes.set(row, { ...first, local });
    write(i);
  }
  axes.set(row, first);
}

/** The places of `vectors` vectors of columns that lie side by side. */
export function rightOperand(
  context: Context,
  { right, inner }: Pick<Product, 'right' | 'inner'>,
  vectors: number,
  block: Pick<Block, 'whole'>,
): Operand {
  const pointer = context.f.local('i32');
  pushElement(context, right, inner, right.terms, block);
  context.f.localSet(pointer);
  return sideBySide(pointer, vectors, stepOf(context, right, inner));
}

export function sideBySide(pointer: Local, vectors: number, step: Bound): Operand {
  return { places: Array.from({ length: vectors }, (_, i) => ({ pointer, offset: 16 * i })), step };
}

/** A packed panel, with a pointer that a tile may move. */
export function fromStart({ f }: Context, { places, step }: Operand): Operand {
  const pointer = f.local('i32');
  f.localGet(must(places[0], 'place').pointer).localSet(pointer);
  return sideBySide(pointer, places.length, step);
}
