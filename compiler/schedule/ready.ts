/** What can be done next, the least first: a binary heap. */
import { must } from '../../src/errors.ts';

/** Compared number by number, from the first one. */
export type Rank = readonly number[];

interface Offer<T> {
  readonly item: T;
  readonly rank: Rank;
}

export class Ready<T> {
  readonly #heap: Offer<T>[] = [];
  readonly #taken = new Set<T>();

  /** Offers an item, perhaps again with a lower rank; once it was taken, no more. */
  offer(item: T, rank: Rank): void {
    if (this.#taken.has(item)) return;
    this.#heap.push({ item, rank });
    for (let at = this.#heap.length - 1; at > 0;) {
      const above = (at - 1) >> 1;
      if (!this.#swapIfLess(at, above)) break;
      at = above;
    }
  }

  /** Takes the item of the lowest rank; undefined where there is none. */
  take(): T | undefined {
    for (let least = this.#pop(); least; least = this.#pop()) {
      if (this.#taken.has(least.item)) continue;
      this.#taken.add(least.item);
      return least.item;
    }
    return undefined;
  }

  #pop(): Offer<T> | undefined {
    const [least] = this.#heap;
    const last = this.#heap.pop();
    if (last && last !== least) {
      this.#heap[0] = last;
      this.#sink();
    }
    return least;
  }

  #sink(): void {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      if (left >= this.#heap.length) return;
      const lower = right < this.#heap.length && this.#isLess(right, left) ? right : left;
      if (!this.#swapIfLess(lower, at)) return;
      at = lower;
    }
  }

  #isLess(a: number, b: number): boolean {
    const [x, y] = [must(this.#heap[a], 'offer').rank, must(this.#heap[b], 'offer').rank];
    const at = x.findIndex((value, i) => value !== y[i]);
    return at >= 0 && must(x[at], 'rank') < must(y[at], 'rank');
  }

  #swapIfLess(a: number, b: number): boolean {
    if (!this.#isLess(a, b)) return false;
    const [x, y] = [must(this.#heap[a], 'offer'), must(this.#heap[b], 'offer')];
    this.#heap[a] = y;
    this.#heap[b] = x;
    return true;
  }
}
