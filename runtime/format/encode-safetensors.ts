/** Writing safetensors. */
import type { SizeText } from '../contract.ts';
import { runtimeError } from '../errors.ts';
import { printable } from '../text.ts';
import type { Tensor } from './tensor.ts';
import { numericShape, viewOf, writeElements, writtenBytes } from './tensor.ts';

const typeNames = { float32: 'F32', float64: 'F64', int32: 'I32', bool: 'BOOL' } as const;

/** A tensor to be written: one of a step's, or any other. Its shape must be numbers. */
export interface Named {
  readonly name: string;
  readonly dtype: Tensor['dtype'];
  readonly shape: readonly SizeText[];
  readonly data: Tensor['data'];
}

/**
 * The bytes of a file. Elements are laid out from the widest type to the narrowest, so that all are aligned; the
 * same tensors give the same bytes. A tensor cannot be named `__metadata__`.
 */
export function encodeSafetensors(
  tensors: Iterable<Named>,
  metadata: Iterable<readonly [string, string]> = [],
): Uint8Array {
  const ordered = [...tensors].toSorted((a, b) => writtenBytes[b.dtype] - writtenBytes[a.dtype]);
  const head = encodeHeader(ordered, new Map(metadata));
  const sizes = ordered.map(({ dtype, data }) => writtenBytes[dtype] * data.length);
  const bytes = new Uint8Array(8 + head.length + sizes.reduce((a, b) => a + b, 0));
  const view = viewOf(bytes);
  view.setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let at = 8 + head.length;
  ordered.forEach((tensor, i) => {
    writeElements(tensor, view, at);
    at += sizes[i] ?? 0;
  });
  return bytes;
}

/** The header, padded with spaces to a multiple of 8 bytes. The metadata come first. */
function encodeHeader(tensors: readonly Named[], metadata: ReadonlyMap<string, string>): Uint8Array {
  const entries: string[] = [];
  if (metadata.size > 0) entries.push(`"__metadata__":${JSON.stringify(Object.fromEntries(metadata))}`);
  const names = new Set(['__metadata__']);
  let begin = 0;
  for (const { name, dtype, shape, data } of tensors) {
    if (names.has(name)) throw runtimeError('E-FILE-NAME', { name: printable(name) });
    names.add(name);
    const end = begin + writtenBytes[dtype] * data.length;
    const entry = {
      dtype: typeNames[dtype],
      shape: numericShape(name, shape, data.length),
      data_offsets: [begin, end],
    };
    entries.push(`${JSON.stringify(name)}:${JSON.stringify(entry)}`);
    begin = end;
  }
  const head = new TextEncoder().encode(`{${entries.join(',')}}`);
  const padded = new Uint8Array(Math.ceil(head.length / 8) * 8).fill(0x20);
  padded.set(head);
  return padded;
}
