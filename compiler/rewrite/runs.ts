/** How the axes of a shape become those of another with as many elements. */
import { must } from '../../src/errors.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';

/** Neighboring axes of one shape, and those of the other that hold the same elements in the same order. */
export interface Run {
  readonly from: readonly number[];
  readonly to: readonly number[];
}

const range = (start: number, length: number): number[] => Array.from({ length }, (_, i) => start + i);

/** The shortest runs, in order; null where a size is 0, because then products say nothing. */
export function runsOf(from: readonly Size[], to: readonly Size[]): Run[] | null {
  if ([...from, ...to].includes(0)) return null;
  const runs: Run[] = [];
  let [i, j] = [0, 0];
  while (i < from.length || j < to.length) {
    const [m, n] = must(shortest(from.slice(i), to.slice(j)), 'run');
    runs.push({ from: range(i, m), to: range(j, n) });
    [i, j] = [i + m, j + n];
  }
  return runs;
}

/** How many first axes of each have the same product: as few as possible. */
function shortest(from: readonly Size[], to: readonly Size[]): readonly [number, number] | null {
  for (let total = 1; total <= from.length + to.length; total++) {
    for (let m = Math.max(0, total - to.length); m <= Math.min(total, from.length); m++) {
      if (product(from.slice(0, m)) === product(to.slice(0, total - m))) return [m, total - m];
    }
  }
  return null;
}
