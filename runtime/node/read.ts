/** Reading data files, compressed with gzip or not. */
import { open } from 'node:fs/promises';
import { runtimeError } from '../errors.ts';
import type { CsvOptions, Table } from '../format/csv.ts';
import { readTable } from '../format/csv.ts';
import { gunzip, isGzip } from '../format/gzip.ts';
import type { IdxArray } from '../format/idx.ts';
import { idxTotal, parseIdx } from '../format/idx.ts';
import { parseNpy } from '../format/npy.ts';
import type { Safetensors } from '../format/safetensors.ts';
import { parseSafetensors } from '../format/safetensors.ts';
import type { Tensor } from '../format/tensor.ts';
import { checkLimit, damaged } from '../format/tensor.ts';
import { printable } from '../text.ts';
import { messageOf } from './files.ts';

export interface ReadOptions {
  /** Larger files, and files that inflate to more, are refused; default 2^31 bytes, 2^29 - 1 for CSV. */
  readonly maxBytes?: number;
}

/** Reads a CSV file in UTF-8. Errors name the file, line and column. */
export async function readCsv(
  path: string,
  options: Pick<CsvOptions, 'delimiter'> & ReadOptions = {},
): Promise<Table> {
  const bytes = await readBytes(path, { maxBytes: options.maxBytes ?? 2 ** 29 - 1 });
  return readTable(decode(bytes, path), { ...options, name: path });
}

/** Reads an IDX file, such as those of MNIST. */
export async function readIdx(path: string, options: ReadOptions = {}): Promise<IdxArray> {
  const named = { ...options, name: path };
  return parseIdx(await readBytes(path, { ...options, total: (head) => idxTotal(head, named) }), named);
}

/** Reads an npy file: one array of NumPy. */
export async function readNpy(path: string, options: ReadOptions = {}): Promise<Tensor> {
  return parseNpy(await readBytes(path, options), { name: path });
}

/** Reads a safetensors file. */
export async function loadSafetensors(path: string, options: ReadOptions = {}): Promise<Safetensors> {
  return parseSafetensors(await readBytes(path, options), { name: path });
}

interface Expected extends ReadOptions {
  readonly total?: (head: Uint8Array) => number | undefined;
}

/** The bytes of a file, inflated where it is gzip. Its size is checked before it is read. */
async function readBytes(path: string, { maxBytes = 2 ** 31, total }: Expected): Promise<Uint8Array> {
  const bytes = await readWhole(path, maxBytes);
  return isGzip(bytes) ? gunzip(bytes, { name: path, maxBytes, ...(total ? { total } : {}) }) : bytes;
}

async function readWhole(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await open(path).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const { size } = await file.stat();
    checkLimit(path, 'the size', size, maxBytes, 'maxBytes');
    return await file.readFile().catch((cause: unknown) => {
      throw unreadable(path, cause);
    });
  } finally {
    await file.close();
  }
}

function unreadable(path: string, cause: unknown): Error {
  return runtimeError(
    'E-FILE-READ',
    { file: printable(path), problem: printable(messageOf(cause)) },
    { cause },
  );
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw damaged(path, 'the text is not UTF-8', 0, 'a file in UTF-8');
  }
}
