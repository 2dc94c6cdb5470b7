/** Tensors in files: how elements are stored, and moving them between bytes and arrays. */
import type { ElementType, SizeText, TensorArray } from '../contract.ts';
import { runtimeError } from '../errors.ts';
import { elementsOf, sizeIn } from '../sizes.ts';
import { arrayOf } from '../tensors.ts';
import { printable, shapeText } from '../text.ts';

/** Dense, row-major; `bool` is 0 or 1. One of the forms of data that `fit` accepts. */
export interface Tensor {
  readonly dtype: ElementType;
  readonly shape: readonly number[];
  readonly data: TensorArray;
}

/** How an element is stored: its size, the type it is read as, and reading it. */
export interface Storage {
  readonly bytes: number;
  readonly dtype: ElementType;
  /** NaN where an integer or bool cannot be held. */
  readonly read: (view: DataView, at: number, littleEndian: boolean) => number;
}

export type StorageName = 'float32' | 'float64' | 'uint8' | 'int8' | 'int16' | 'int32' | 'int64' | 'bool';

export const storages: Readonly<Record<StorageName, Storage>> = {
  float32: { bytes: 4, dtype: 'float32', read: (view, at, little) => view.getFloat32(at, little) },
  float64: { bytes: 8, dtype: 'float64', read: (view, at, little) => view.getFloat64(at, little) },
  uint8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getUint8(at) },
  int8: { bytes: 1, dtype: 'int32', read: (view, at) => view.getInt8(at) },
  int16: { bytes: 2, dtype: 'int32', read: (view, at, little) => view.getInt16(at, little) },
  int32: { bytes: 4, dtype: 'int32', read: (view, at, little) => view.getInt32(at, little) },
  int64: { bytes: 8, dtype: 'int32', read: readInt64 },
  bool: { bytes: 1, dtype: 'bool', read: (view, at) => (view.getUint8(at) > 1 ? NaN : view.getUint8(at)) },
};

/** The high word of an int64 that fits into int32 repeats the sign of the low one. */
function readInt64(view: DataView, at: number, little: boolean): number {
  const low = view.getInt32(little ? at : at + 4, little);
  const high = view.getInt32(little ? at + 4 : at, little);
  return high === low >> 31 ? low : NaN;
}

/** Where elements lie: bytes of the file `name`, from `offset` on. */
export interface Place {
  readonly name: string;
  readonly view: DataView;
  readonly offset: number;
  readonly littleEndian: boolean;
}

/** Reads `count` elements. The caller has checked that the bytes are there. */
export function readElements(storage: Storage, count: number, place: Place): TensorArray {
  const data = arrayOf(storage.dtype, count);
  const { view, offset, littleEndian } = place;
  const isFloat = storage.dtype === 'float32' || storage.dtype === 'float64';
  for (let i = 0; i < count; i++) {
    const value = storage.read(view, offset + i * storage.bytes, littleEndian);
    if (!isFloat && Number.isNaN(value)) throw unreadable(storage, i, place);
    data[i] = value;
  }
  return data;
}

function unreadable(storage: Storage, index: number, { name, view, offset, littleEndian }: Place): Error {
  const at = offset + index * storage.bytes;
  if (storage.dtype === 'bool') return damaged(name, `the bool is ${view.getUint8(at)}`, at, '0 or 1');
  return runtimeError('E-FILE-RANGE', {
    file: printable(name),
    index,
    found: String(view.getBigInt64(at, littleEndian)),
  });
}

/** Bytes of an element of `dtype` where files of ours hold it. */
export const writtenBytes: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float64: 8,
  int32: 4,
  bool: 1,
};

/** Writes the elements of `tensor`, little-endian. Every NaN is written as the same bits. */
export function writeElements({ dtype, data }: Omit<Tensor, 'shape'>, view: DataView, offset: number): void {
  const size = writtenBytes[dtype];
  for (let i = 0; i < data.length; i++) writeElement(dtype, data[i] ?? 0, view, offset + i * size);
}

function writeElement(dtype: ElementType, value: number, view: DataView, at: number): void {
  if (dtype === 'bool') view.setUint8(at, value);
  else if (dtype === 'int32') view.setInt32(at, value, true);
  else if (dtype === 'float32' && Number.isNaN(value)) view.setUint32(at, 0x7fc00000, true);
  else if (dtype === 'float32') view.setFloat32(at, value, true);
  else if (Number.isNaN(value)) view.setBigUint64(at, 0x7ff8000000000000n, true);
  else view.setFloat64(at, value, true);
}

/** `shape`, checked to be numbers with `count` elements. */
export function numericShape(name: string, shape: readonly SizeText[], count: number): readonly number[] {
  const sizes = shape.map((size) => sizeIn(size, new Map()));
  const expected = elementsOf(sizes);
  if (expected === count) return sizes;
  throw runtimeError('E-DATA-LENGTH', {
    entry: printable(name),
    length: count,
    shape: shapeText(shape),
    expected,
  });
}

/** The bytes of a typed array or buffer, without a copy. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** E-FILE-DAMAGED. `problem` and `expected` are words of ours, with any text of the file made printable. */
export function damaged(name: string, problem: string, offset: number, expected: string): Error {
  return runtimeError('E-FILE-DAMAGED', { file: printable(name), problem, offset, expected });
}

/** Throws E-FILE-LIMIT where `found` is more than `limit`. */
export function checkLimit(name: string, what: string, found: number, limit: number, option: string): void {
  if (found > limit)
    throw runtimeError('E-FILE-LIMIT', { file: printable(name), what, found, limit, option });
}
