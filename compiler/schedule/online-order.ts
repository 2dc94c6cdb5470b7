/**
 * An order of items that wait for each other, kept while more is found out about who waits for whom (Pearce and Kelly,
 * "A dynamic topological sort algorithm for directed acyclic graphs", 2007): a new edge moves only the items between
 * its ends.
 */
import { must } from '../../src/errors.ts';

export class OnlineOrder<T> {
  readonly #created = new Map<T, number>();
  readonly #ranks = new Map<T, number>();
  readonly #before = new Map<T, Set<T>>();
  readonly #after = new Map<T, Set<T>>();

  /** A new item, at the end. */
  add(item: T): void {
    this.#created.set(item, this.#created.size);
    this.#ranks.set(item, this.#ranks.size);
    this.#before.set(item, new Set());
    this.#after.set(item, new Set());
  }

  /** How many items were added before this one. */
  created(item: T): number {
    return must(this.#created.get(item), 'item');
  }

  #rank(item: T): number {
    return must(this.#ranks.get(item), 'rank');
  }

  /** Whether any of `items`, other than `first`, waits for `first` in any number of steps. */
  waits(items: Iterable<T>, first: T): boolean {
    const start = [...items].filter((item) => item !== first);
    return this.#reached(start, this.#before, (item) => this.#rank(item) >= this.#rank(first)).has(first);
  }

  /** From now on `item` waits for `earlier`, which does not wait for it. */
  wait(item: T, earlier: T): void {
    const known = must(this.#before.get(item), 'item');
    if (item === earlier || known.has(earlier)) return;
    known.add(earlier);
    this.#after.get(earlier)?.add(item);
    const [low, high] = [this.#rank(item), this.#rank(earlier)];
    if (high < low) return;
    const byRank = (a: T, b: T): number => this.#rank(a) - this.#rank(b);
    const later = this.#reached([item], this.#after, (other) => this.#rank(other) <= high);
    const sooner = this.#reached([earlier], this.#before, (other) => this.#rank(other) >= low);
    const moved = [...[...sooner].sort(byRank), ...[...later].sort(byRank)];
    const ranks = moved.map((other) => this.#rank(other)).sort((a, b) => a - b);
    moved.forEach((other, i) => this.#ranks.set(other, must(ranks[i], 'rank')));
  }

  /** What is found from `start` along `edges`, itself included, among what is `near`. */
  #reached(start: readonly T[], edges: ReadonlyMap<T, Set<T>>, near: (item: T) => boolean): Set<T> {
    const found = new Set<T>();
    const stack = start.filter(near);
    for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
      if (found.has(item)) continue;
      found.add(item);
      for (const next of must(edges.get(item), 'edges')) if (near(next)) stack.push(next);
    }
    return found;
  }

  /** All items, each after what it waits for. */
  get sorted(): T[] {
    return [...this.#ranks.keys()].sort((a, b) => this.#rank(a) - this.#rank(b));
  }
}
