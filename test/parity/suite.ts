/** Reads a folder of cases. The manifest names the files; nothing else is known beforehand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ParityCase, TensorData } from './cases.ts';

export interface Suite {
  readonly cases: readonly ParityCase[];
  /** The tensors that cases refer to by name. */
  readonly tensors: Readonly<Record<string, TensorData>>;
}

/** JSON has no numbers for these, so the suite spells them. */
const spelled: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function decode(_key: string, value: unknown): unknown {
  return typeof value === 'string' && Object.hasOwn(spelled, value) ? spelled[value] : value;
}

function readJson(folder: string, file: string): unknown {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'), decode);
}

/** Every case of `folder`, in the order of its manifest. */
export function readSuite(folder: string): Suite {
  const manifest = readJson(folder, 'manifest.json') as {
    readonly files: readonly { readonly file: string }[];
    readonly tensors?: string;
  };
  return {
    cases: manifest.files.flatMap(({ file }) => readJson(folder, file) as readonly ParityCase[]),
    tensors: manifest.tensors ? (readJson(folder, manifest.tensors) as Suite['tensors']) : {},
  };
}
