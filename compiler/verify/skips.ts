/** Counts what is left out of comparisons, by reason. */
import type { Skipped } from './report.ts';

export class Skips {
  readonly #counts = new Map<string, number>();

  add(reason: string, count: number = 1): void {
    if (count > 0) this.#counts.set(reason, (this.#counts.get(reason) ?? 0) + count);
  }

  get list(): Skipped[] {
    return [...this.#counts].map(([reason, count]) => ({ reason, count }));
  }
}
