/** IDX, the format of the MNIST files: a big-endian header of type and sizes, then the elements. */
import type { NumberArray } from '../tensors.ts';
import { elementsOf } from '../sizes.ts';
import { checkLimit, damaged, viewOf } from './tensor.ts';

export interface IdxOptions {
  /** What errors call the file; default `idx`. */
  readonly name?: string;
  /** Files that promise more bytes of elements are refused; default 2^31. */
  readonly maxBytes?: number;
}

/** An array with its shape: data that `fit` accepts. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: NumberArray;
}

interface Kind {
  readonly bytes: number;
  readonly make: (count: number) => NumberArray;
  readonly read: (view: DataView, at: number) => number;
}

/** By the type byte of the header. */
const kinds: ReadonlyMap<number, Kind> = new Map<number, Kind>([
  [0x08, { bytes: 1, make: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) }],
  [0x09, { bytes: 1, make: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) }],
  [0x0b, { bytes: 2, make: (n) => new Int16Array(n), read: (view, at) => view.getInt16(at) }],
  [0x0c, { bytes: 4, make: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) }],
  [0x0d, { bytes: 4, make: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at) }],
  [0x0e, { bytes: 8, make: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at) }],
]);

interface Header {
  readonly kind: Kind;
  readonly shape: readonly number[];
  /** Bytes before the first element. */
  readonly size: number;
  /** Bytes of the whole file. */
  readonly total: number;
}

/** The number of bytes that a whole file has, from its first ones; undefined while `head` is too short to say. */
export function idxTotal(head: Uint8Array, options: IdxOptions = {}): number | undefined {
  return readHeader(head, options)?.total;
}

/** Reads a whole file. Its size must be what its header promises. */
export function parseIdx(bytes: Uint8Array, options: IdxOptions = {}): IdxArray {
  const { name = 'idx' } = options;
  const header = readHeader(bytes, options);
  if (!header) throw damaged(name, 'the file ends inside its header', bytes.length, 'a type and its sizes');
  const { kind, shape, size, total } = header;
  if (bytes.length !== total) {
    throw damaged(name, 'the file ends', bytes.length, `${total} bytes, as its header promises`);
  }
  const data = kind.make(elementsOf(shape));
  if (data instanceof Uint8Array) data.set(bytes.subarray(size));
  else {
    const view = viewOf(bytes);
    for (let i = 0; i < data.length; i++) data[i] = kind.read(view, size + i * kind.bytes);
  }
  return { shape, data };
}

function readHeader(head: Uint8Array, { name = 'idx', maxBytes = 2 ** 31 }: IdxOptions): Header | undefined {
  if (head.length < 4) return undefined;
  const [first, second, type = 0, rank = 0] = head;
  if (first !== 0 || second !== 0) throw damaged(name, 'this is not an IDX file', 0, 'two zero bytes');
  const kind = kinds.get(type);
  if (!kind) throw damaged(name, `the element type is ${type}`, 2, 'one of 8, 9, 11, 12, 13, 14');
  const size = 4 + 4 * rank;
  if (head.length < size) return undefined;
  const view = viewOf(head);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const total = size + elementsOf(shape) * kind.bytes;
  checkLimit(name, 'the number of bytes that its header promises', total, maxBytes, 'maxBytes');
  return { kind, shape, size, total };
}
