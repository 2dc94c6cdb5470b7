/** npy, NumPy's format for one array: a magic string, a version, a header in Python's notation, the elements. */
import type { TensorArray } from '../contract.ts';
import { runtimeError } from '../errors.ts';
import { elementsOf } from '../sizes.ts';
import { arrayOf } from '../tensors.ts';
import { printable, quoted } from '../text.ts';
import { Cursor } from './cursor.ts';
import type { Storage, Tensor } from './tensor.ts';
import {
  damaged,
  numericShape,
  readElements,
  storages,
  viewOf,
  writeElements,
  writtenBytes,
} from './tensor.ts';

export interface NpyOptions {
  /** What errors call the file; default `npy`. */
  readonly name?: string;
}

/** By the type string without its byte order. */
const storageOf: ReadonlyMap<string, Storage> = new Map([
  ['f4', storages.float32],
  ['f8', storages.float64],
  ['i1', storages.int8],
  ['i2', storages.int16],
  ['i4', storages.int32],
  ['i8', storages.int64],
  ['u1', storages.uint8],
  ['b1', storages.bool],
]);

const descriptions = { float32: '<f4', float64: '<f8', int32: '<i4', bool: '|b1' } as const;

const magic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

interface Header {
  readonly storage: Storage;
  readonly littleEndian: boolean;
  readonly columnMajor: boolean;
  readonly shape: readonly number[];
}

/**
 * Reads a whole file of version 1, 2 or 3, in C or Fortran order; the result is row-major. int64 are read as int32
 * and must fit; integers of 8 and 16 bits become int32 too.
 */
export function parseNpy(bytes: Uint8Array, { name = 'npy' }: NpyOptions = {}): Tensor {
  const { text, start, end } = headerText(bytes, name);
  const { storage, littleEndian, columnMajor, shape } = readHeader(new Cursor(text, name, start), name);
  const count = elementsOf(shape);
  const total = end + count * storage.bytes;
  if (bytes.length !== total) throw damaged(name, 'the file ends', bytes.length, `its end at byte ${total}`);
  const data = readElements(storage, count, { name, view: viewOf(bytes), offset: end, littleEndian });
  const { dtype } = storage;
  return {
    dtype,
    shape,
    data: columnMajor && shape.length > 1 ? rowMajor(data, arrayOf(dtype, count), shape) : data,
  };
}

function headerText(
  bytes: Uint8Array,
  name: string,
): { readonly text: string; readonly start: number; readonly end: number } {
  if (magic.some((byte, i) => bytes[i] !== byte))
    throw damaged(name, 'this is not an npy file', 0, "NumPy's magic string");
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) throw damaged(name, `the version is ${version}`, 6, '1, 2 or 3');
  const start = version === 1 ? 10 : 12;
  const view = viewOf(bytes);
  const length =
    bytes.length < start ? Infinity : version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const end = start + length;
  if (end > bytes.length) throw damaged(name, 'the file ends', bytes.length, 'a whole header');
  return { text: new TextDecoder('latin1').decode(bytes.subarray(start, end)), start, end };
}

/** The header is a dictionary of three entries, in any order. */
function readHeader(cursor: Cursor, name: string): Header {
  const entries: { type?: string; columnMajor?: boolean; shape?: readonly number[] } = {};
  cursor.expect('{');
  while (!cursor.accepts('}')) {
    const key = readString(cursor);
    cursor.expect(':');
    if (key === 'descr' && entries.type === undefined) entries.type = readString(cursor);
    else if (key === 'fortran_order' && entries.columnMajor === undefined)
      entries.columnMajor = readSwitch(cursor);
    else if (key === 'shape' && !entries.shape) entries.shape = readTuple(cursor);
    else throw cursor.problem('descr, fortran_order and shape, once each');
    if (cursor.accepts(',')) continue;
    cursor.expect('}');
    break;
  }
  cursor.skipSpace();
  const { type, columnMajor, shape } = entries;
  if (type === undefined || columnMajor === undefined || !shape || cursor.character !== '') {
    throw cursor.problem('descr, fortran_order and shape, and no more');
  }
  return { ...storageFor(type, name), columnMajor, shape };
}

function readString(cursor: Cursor): string {
  const quote = cursor.accepts("'") ? "'" : '"';
  if (quote === '"') cursor.expect('"');
  const end = cursor.text.indexOf(quote, cursor.at);
  if (end < 0) throw cursor.problem('a string that ends');
  const value = cursor.text.slice(cursor.at, end);
  cursor.at = end + 1;
  return value;
}

function readSwitch(cursor: Cursor): boolean {
  if (cursor.accepts('True')) return true;
  cursor.expect('False');
  return false;
}

function readTuple(cursor: Cursor): readonly number[] {
  const sizes: number[] = [];
  cursor.expect('(');
  while (!cursor.accepts(')')) {
    if (sizes.length === 64) throw cursor.problem('at most 64 sizes');
    sizes.push(cursor.integer());
    if (cursor.accepts(',')) continue;
    cursor.expect(')');
    return sizes;
  }
  return sizes;
}

function storageFor(type: string, name: string): Pick<Header, 'storage' | 'littleEndian'> {
  const storage = '<>|='.includes(type.charAt(0)) ? storageOf.get(type.slice(1)) : undefined;
  if (storage) return { storage, littleEndian: !type.startsWith('>') };
  const expected = [...storageOf.keys()].join(', ');
  throw runtimeError('E-FILE-DTYPE', { file: printable(name), found: quoted(type), expected });
}

/** Moves elements from column-major order (the first index runs fastest) to row-major. */
function rowMajor(from: TensorArray, to: TensorArray, shape: readonly number[]): TensorArray {
  const strides = shape.map((_, axis) => elementsOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let source = 0;
  for (let i = 0; i < to.length; i++) {
    to[i] = from[source] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      source += stride;
      index[axis] = next;
      if (next < (shape[axis] ?? 0)) break;
      source -= next * stride;
      index[axis] = 0;
    }
  }
  return to;
}

/** The bytes of a file of version 1 (2 where the header is long), little-endian, in C order. */
export function encodeNpy({ dtype, shape, data }: Tensor): Uint8Array {
  numericShape('npy', shape, data.length);
  const sizes = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '${descriptions[dtype]}', 'fortran_order': False, 'shape': ${sizes}, }`;
  const start = dictionary.length > 60_000 ? 12 : 10;
  const end = Math.ceil((start + dictionary.length + 1) / 64) * 64;
  const bytes = new Uint8Array(end + data.length * writtenBytes[dtype]);
  const view = viewOf(bytes);
  bytes.set([...magic, start === 10 ? 1 : 2, 0]);
  if (start === 10) view.setUint16(8, end - start, true);
  else view.setUint32(8, end - start, true);
  bytes.set(new TextEncoder().encode(`${dictionary.padEnd(end - start - 1)}\n`), start);
  writeElements({ dtype, data }, view, end);
  return bytes;
}
