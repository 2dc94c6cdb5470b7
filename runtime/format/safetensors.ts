/**
 * safetensors: the length of a JSON header, the header with name, type, shape and place of each tensor, and then
 * all elements without a gap.
 */
import { runtimeError } from '../errors.ts';
import { elementsOf } from '../sizes.ts';
import { printable, quoted } from '../text.ts';
import { Cursor } from './cursor.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { readJsonObject } from './json.ts';
import type { Storage, Tensor } from './tensor.ts';
import { checkLimit, damaged, readElements, storages, viewOf } from './tensor.ts';

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface SafetensorsOptions {
  /** What errors call the file; default `safetensors`. */
  readonly name?: string;
  /** Longer headers are refused; default 100,000,000 bytes. */
  readonly maxHeaderBytes?: number;
}

const storageOf: ReadonlyMap<string, Storage> = new Map([
  ['F32', storages.float32],
  ['F64', storages.float64],
  ['I32', storages.int32],
  ['I64', storages.int64],
  ['BOOL', storages.bool],
]);

/** A tensor as the header declares it: bytes `begin` to `end` after the header. */
interface Declared {
  readonly name: string;
  readonly storage: Storage;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/**
 * Reads a whole file: F32, F64, I32, BOOL, and I64 whose values fit into int32. Duplicate keys, gaps, overlaps and
 * sizes that disagree are errors; nothing is allocated before the header has been checked against the size.
 */
export function parseSafetensors(bytes: Uint8Array, options: SafetensorsOptions = {}): Safetensors {
  const { name = 'safetensors' } = options;
  const { header, start } = readHeader(bytes, options);
  const declared = [...header]
    .filter(([key]) => key !== '__metadata__')
    .map(([key, value]) => declare(key, value, name));
  checkLayout(declared, bytes.length - start, start, name);
  const view = viewOf(bytes);
  const tensors = declared.map(({ name: key, storage, shape, begin }): [string, Tensor] => {
    const place = { name, view, offset: start + begin, littleEndian: true };
    return [key, { dtype: storage.dtype, shape, data: readElements(storage, elementsOf(shape), place) }];
  });
  return { tensors: new Map(tensors), metadata: metadataOf(header.get('__metadata__'), name) };
}

function readHeader(
  bytes: Uint8Array,
  { name = 'safetensors', maxHeaderBytes = 100_000_000 }: SafetensorsOptions,
): { readonly header: JsonObject; readonly start: number } {
  if (bytes.length < 8) throw damaged(name, 'the file ends', bytes.length, 'at least 8 bytes');
  const length = Number(viewOf(bytes).getBigUint64(0, true));
  checkLimit(name, 'the length of the header', length, maxHeaderBytes, 'maxHeaderBytes');
  if (length > bytes.length - 8)
    throw damaged(name, 'the file ends', bytes.length, `a header of ${length} bytes`);
  const text = decode(bytes.subarray(8, 8 + length), name);
  if (!text.startsWith('{'))
    throw damaged(name, `the header starts with ${quoted(text.slice(0, 4))}`, 8, '"{"');
  return { header: readJsonObject(new Cursor(text, name, 8)), start: 8 + length };
}

function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged(name, 'the header is not UTF-8', 8, 'text in UTF-8');
  }
}

function declare(key: string, value: JsonValue, name: string): Declared {
  const wrong = (what: string, expected: string): Error =>
    damaged(name, `${quoted(key)} has ${what}`, 8, expected);
  if (!(value instanceof Map) || value.size !== 3)
    throw wrong('a bad entry', 'dtype, shape and data_offsets');
  const dtype: unknown = value.get('dtype');
  const storage = typeof dtype === 'string' ? storageOf.get(dtype) : undefined;
  if (typeof dtype === 'string' && !storage) {
    const expected = [...storageOf.keys()].join(', ');
    throw runtimeError('E-FILE-DTYPE', {
      file: printable(name),
      found: `${quoted(dtype)} in ${quoted(key)}`,
      expected,
    });
  }
  const shape = integers(value.get('shape'));
  const [begin, end, ...more] = integers(value.get('data_offsets')) ?? [];
  if (!storage || !shape || shape.length > 64)
    throw wrong('a bad dtype or shape', 'a list of at most 64 sizes');
  if (begin === undefined || end === undefined || more.length > 0)
    throw wrong('bad data_offsets', 'a begin and an end');
  const size = elementsOf(shape) * storage.bytes;
  if (end - begin !== size) throw wrong(`${end - begin} bytes of data`, `${size}, by its dtype and shape`);
  return { name: key, storage, shape, begin, end };
}

function integers(value: JsonValue | undefined): readonly number[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : undefined;
}

/** Tensors must follow each other without gaps, from the end of the header to the end of the file. */
function checkLayout(declared: readonly Declared[], length: number, start: number, name: string): void {
  let filled = 0;
  for (const tensor of declared.toSorted((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (tensor.begin !== filled) {
      const problem = `${quoted(tensor.name)} ${tensor.begin < filled ? 'overlaps another tensor' : 'follows a gap'}`;
      throw damaged(name, problem, start + tensor.begin, `data from byte ${start + filled} on`);
    }
    filled = tensor.end;
  }
  if (filled !== length)
    throw damaged(name, 'the file ends', start + length, `its end at byte ${start + filled}`);
}

function metadataOf(value: JsonValue | undefined, name: string): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (value === undefined) return metadata;
  if (!(value instanceof Map))
    throw damaged(name, '"__metadata__" is not an object', 8, 'an object of strings');
  for (const [key, text] of value) {
    if (typeof text !== 'string')
      throw damaged(name, '"__metadata__" is not all strings', 8, 'an object of strings');
    metadata.set(key, text);
  }
  return metadata;
}
