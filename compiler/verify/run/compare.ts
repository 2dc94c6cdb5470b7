/** Compares what engines leave: bit by bit with each other, and within bounds with the meaning. */
import type { DType } from '../../../src/dtype.ts';
import { ulpsBetween } from '../ulps.ts';
import type { Bounded } from '../bounded/number.ts';
import type { Expected } from './expect.ts';
import type { Observed } from './observe.ts';

/** One element on which two sides differ. */
export interface Difference {
  readonly tensor: string;
  readonly index: number;
  readonly dtype: DType;
  /** Who says what. The first is the oracle. */
  readonly sides: readonly [Side, Side];
  readonly ulps: number;
  /** What rounding explains; null where the bits must be equal. */
  readonly bound: number | null;
}

export interface Side {
  readonly name: string;
  readonly value: number;
}

/** How many elements were compared, and how many were left out because rounding decides them. */
export interface Tally {
  readonly compared: number;
  readonly skipped: number;
}

/** Elements as words of memory; null where they are no typed array. */
const wordsOf = (data: ArrayLike<number>): Uint32Array | null =>
  ArrayBuffer.isView(data) ? new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4) : null;

/** The first place at which words differ, in elements of `count`; `count` where none does. */
function equalUpTo(x: Uint32Array, y: Uint32Array, count: number): number {
  let word = 0;
  while (word < x.length && x[word] === y[word]) word++;
  return word === x.length ? count : Math.floor((word * count) / x.length);
}

/** The first index at which `x` and `y` differ in a bit, or by a length; null where none does. NaN equals NaN. */
function firstDifference(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  if (x.length !== y.length) return Math.min(x.length, y.length);
  const [a, b] = [wordsOf(x), wordsOf(y)];
  const start = a && b && a.length === b.length ? equalUpTo(a, b, x.length) : 0;
  for (let i = start; i < x.length; i++) if (!Object.is(x[i], y[i])) return i;
  return null;
}

/** The first element whose bits differ; NaN equals NaN. */
export function differentBits(
  oracle: { readonly name: string; readonly seen: readonly Observed[] },
  other: { readonly name: string; readonly seen: readonly Observed[] },
): Difference | null {
  for (const [i, right] of oracle.seen.entries()) {
    const { name: tensor, dtype } = right;
    const data = other.seen[i]?.data ?? [];
    const index = firstDifference(right.data, data);
    if (index === null) continue;
    const [x, y] = [right.data[index] ?? Number.NaN, data[index] ?? Number.NaN];
    const sides = [
      { name: oracle.name, value: x },
      { name: other.name, value: y },
    ] as const;
    return { tensor, index, dtype, sides, ulps: ulpsBetween(dtype, x, y), bound: null };
  }
  return null;
}

/** Bounds are first-order sums of roundings; what they leave out is far below this factor. */
const safety = 2;

function within({ value, error }: Bounded, actual: number): boolean {
  if (Object.is(value, actual) || value === actual) return true;
  return Math.abs(actual - value) <= safety * error;
}

/** The first element further from its meaning than rounding explains, of the tensors that have one. */
export function outOfBounds(
  expected: Expected,
  engine: { readonly name: string; readonly seen: readonly Observed[] },
): { readonly difference: Difference | null; readonly tally: Tally } {
  let [compared, skipped] = [0, 0];
  for (const { name: tensor, dtype, data } of engine.seen) {
    const right = expected.get(tensor);
    if (!right) continue;
    for (let index = 0; index < Math.max(right.length, data.length); index++) {
      const [meant, actual] = [right[index], data[index]];
      if (meant?.error === Infinity) {
        skipped++;
        continue;
      }
      compared++;
      if (meant && actual !== undefined && within(meant, actual)) continue;
      const sides = [
        { name: 'meaning', value: meant?.value ?? Number.NaN },
        { name: engine.name, value: actual ?? Number.NaN },
      ] as const;
      const ulps = ulpsBetween(dtype, sides[0].value, sides[1].value);
      const bound = safety * (meant?.error ?? 0);
      return {
        difference: { tensor, index, dtype, sides, ulps, bound },
        tally: { compared, skipped },
      };
    }
  }
  return { difference: null, tally: { compared, skipped } };
}
