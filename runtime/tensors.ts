/** The forms in which data are accepted, and reading them into one: a flat typed array, with a shape if known. */
import type { ElementType, TensorArray } from './contract.ts';
import { runtimeError } from './errors.ts';
import { elementsOf } from './sizes.ts';
import { described, printable, shapeText } from './text.ts';

/** Arrays of numbers that are kept as they are, without a copy. */
export type NumberArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

export type NestedNumbers = readonly (number | NestedNumbers)[];

/**
 * Values of one input: flat and row-major, nested arrays, or `{ data, shape }`. Flat arrays have as many rows as
 * they fill.
 */
export type DataEntry =
  NumberArray | NestedNumbers | { readonly data: ArrayLike<number>; readonly shape: readonly number[] };

/** Entries by the names of the program's inputs. */
export type Data = Readonly<Record<string, DataEntry>>;

/** Flat, row-major values; `shape` where the entry says it. */
export interface Dense {
  readonly data: NumberArray;
  readonly shape: readonly number[] | undefined;
}

/** Deeper nesting is taken for a mistake, such as an array that contains itself. */
const deepest = 16;

type Kind = new (length: number) => NumberArray;

/** By the tag that each carries, which subclasses such as Node's Buffer inherit. */
const kinds: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ['Float32Array', Float32Array],
  ['Float64Array', Float64Array],
  ['Int8Array', Int8Array],
  ['Int16Array', Int16Array],
  ['Int32Array', Int32Array],
  ['Uint8Array', Uint8Array],
  ['Uint8ClampedArray', Uint8ClampedArray],
  ['Uint16Array', Uint16Array],
  ['Uint32Array', Uint32Array],
]);

export function isNumberArray(value: unknown): value is NumberArray {
  return ArrayBuffer.isView(value) && kinds.has(String(Reflect.get(value, Symbol.toStringTag)));
}

/** A new array of the same kind, filled with zeros. */
export function emptyLike(values: NumberArray, length: number): NumberArray {
  const Kind = kinds.get(values[Symbol.toStringTag]) ?? Float64Array;
  return new Kind(length);
}

/** A new array of `length` zeros for elements of `dtype`. */
export function arrayOf(dtype: ElementType, length: number): TensorArray {
  if (dtype === 'float32') return new Float32Array(length);
  return dtype === 'float64' ? new Float64Array(length) : new Int32Array(length);
}

/** Reads an entry. Plain arrays are copied into float64; typed arrays are kept. */
export function toDense(name: string, entry: unknown): Dense {
  if (isNumberArray(entry)) return { data: entry, shape: undefined };
  if (Array.isArray(entry)) return fromNested(name, entry);
  if (typeof entry === 'object' && entry !== null && 'data' in entry && 'shape' in entry) {
    return fromPair(name, entry.data, entry.shape);
  }
  throw notNumbers(name, 'the entry', entry);
}

function fromPair(name: string, data: unknown, shape: unknown): Dense {
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw notNumbers(name, 'a size of the shape', Array.isArray(shape) ? shape.find(notSize) : shape);
  }
  const sizes: readonly number[] = shape;
  const flat = isNumberArray(data) ? data : copied(name, data);
  if (flat.length !== elementsOf(sizes)) {
    throw runtimeError('E-DATA-LENGTH', {
      entry: printable(name),
      length: flat.length,
      shape: shapeText(sizes),
      expected: elementsOf(sizes),
    });
  }
  return { data: flat, shape: sizes };
}

const notSize = (size: unknown): boolean => !Number.isSafeInteger(size) || Number(size) < 0;

function copied(name: string, data: unknown): Float64Array {
  if (!Array.isArray(data)) throw notNumbers(name, 'data', data);
  const values: readonly unknown[] = data;
  return Float64Array.from({ length: values.length }, (_, i) => numberAt(name, values[i], [], i));
}

function fromNested(name: string, entry: readonly unknown[]): Dense {
  const shape = nestedShape(name, entry);
  const rows: { readonly values: readonly unknown[]; readonly indices: readonly number[] }[] = [];
  const visit = (value: unknown, indices: readonly number[]): void => {
    const expected = shape[indices.length] ?? 0;
    if (!Array.isArray(value) || value.length !== expected) throw ragged(name, value, indices, expected);
    if (indices.length === shape.length - 1) rows.push({ values: value, indices });
    else for (let i = 0; i < expected; i++) visit(value[i], [...indices, i]);
  };
  visit(entry, []);
  const data = new Float64Array(elementsOf(shape));
  let filled = 0;
  for (const { values, indices } of rows) {
    for (let i = 0; i < values.length; i++) data[filled++] = numberAt(name, values[i], indices, i);
  }
  return { data, shape: shape.length > 1 ? shape : undefined };
}

/** The lengths along the first elements. */
function nestedShape(name: string, entry: readonly unknown[]): number[] {
  const shape: number[] = [];
  for (let level: unknown = entry; Array.isArray(level); level = level[0]) {
    if (shape.push(level.length) > deepest) throw notNumbers(name, place(shape.map(() => 0)), level);
  }
  return shape;
}

function numberAt(name: string, value: unknown, indices: readonly number[], last: number): number {
  if (typeof value !== 'number') throw notNumbers(name, place([...indices, last]), value);
  return value;
}

const place = (indices: readonly number[]): string => indices.map((index) => `[${index}]`).join('');

function notNumbers(name: string, where: string, found: unknown): Error {
  return runtimeError('E-DATA-TYPE', { entry: printable(name), place: where, found: described(found) });
}

function ragged(name: string, value: unknown, indices: readonly number[], expected: number): Error {
  return runtimeError('E-DATA-RAGGED', {
    entry: printable(name),
    place: place(indices),
    expected: `an array of ${expected}`,
    found: described(value),
  });
}
