/** The cases of the parity suite that are about steps: optimizers, schedulers, clipping. */
import { readFileSync } from 'node:fs';

const spelled: Readonly<Record<string, number>> = { NaN: NaN, Infinity, '-Infinity': -Infinity };
const decode = (_key: string, value: unknown): unknown =>
  typeof value === 'string' && Object.hasOwn(spelled, value) ? spelled[value] : value;

/** The cases of one file of the fixtures. */
export function casesOf<C>(file: string): readonly C[] {
  const path = new URL(`../parity/fixtures/${file}`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'), decode) as readonly C[];
}
