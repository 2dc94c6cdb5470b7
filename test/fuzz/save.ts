/** Keeps a failure as a program: a file that throws until the failure is mended, and is a test from then on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { FuzzFailure } from './fuzz.ts';

/** The file that was written; null where it takes a whole program to show the failure. */
export function saveFailure(
  folder: string,
  seed: number,
  { kind, run, program }: FuzzFailure,
): string | null {
  if (program === null) return null;
  const slug = kind
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  const file = path.join(folder, `${slug}-${seed}-${run}.js`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, program);
  return file;
}
