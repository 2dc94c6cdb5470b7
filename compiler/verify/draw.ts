/** Random choices. Generators draw from this interface alone, so fast-check and the fuzz loop share them. */
import type { Random } from 'fast-check';

export interface Draw {
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
}

/** A source of its own, from a seed: the same choices on every machine (mulberry32). */
export function drawFrom(seed: number): Draw {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  };
  return { int: (low, high) => low + Math.floor((next() / 0x100000000) * (high - low + 1)) };
}

/** fast-check's source. */
export function drawOf(random: Random): Draw {
  return { int: (low, high) => random.nextInt(low, high) };
}

/** True in `percent` of 100. */
export function chance(draw: Draw, percent: number): boolean {
  return draw.int(1, 100) <= percent;
}

/** One of `items`, each as likely. */
export function pick<T>(draw: Draw, items: readonly [T, ...T[]] | readonly T[]): T {
  const item = items[draw.int(0, items.length - 1)];
  if (item === undefined) throw new Error('internal: nothing to pick from');
  return item;
}

/** A number in [low, high], on a grid of 2^24 places. */
export function uniformIn(draw: Draw, low: number, high: number): number {
  return low + (draw.int(0, 0x1000000) / 0x1000000) * (high - low);
}

/** `items` in random order. */
export function shuffled<T>(draw: Draw, items: readonly T[]): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = draw.int(0, i);
    [result[i], result[j]] = [result[j] as T, result[i] as T];
  }
  return result;
}
