/** A checksum inside the metadata of a safetensors file, over everything else in it. */
import { crc32 } from './format/crc32.ts';

/** The first entry of the metadata of a file that is to be sealed. */
export const sealEntry: readonly [string, string] = ['checksum', '00000000'];

const opening = `{"__metadata__":{"${sealEntry[0]}":"`;
const from = 8 + opening.length;
const to = from + sealEntry[1].length;

/** Writes the checksum into `bytes`, whose metadata must start with `sealEntry`. */
export function seal(bytes: Uint8Array): void {
  bytes.set(new TextEncoder().encode(checksum(bytes)), from);
}

/** Whether `bytes` are as they were when they were sealed. */
export function isSealed(bytes: Uint8Array): boolean {
  if (bytes.length < to) return false;
  const text = new TextDecoder('latin1').decode(bytes.subarray(8, to));
  return text === opening + checksum(bytes);
}

/** Eight hexadecimal digits; the place where they stand counts as zeros. */
function checksum(bytes: Uint8Array): string {
  const zeros = new TextEncoder().encode(sealEntry[1]);
  const parts = [bytes.subarray(0, from), zeros, bytes.subarray(to)];
  return parts
    .reduce((sum, part) => crc32(part, sum), 0)
    .toString(16)
    .padStart(zeros.length, '0');
}
