/** Loops over steps inside a module. Embedded, as `glue.ts` is. */
import type { Binder } from './glue-batch.ts';
import { fault } from './glue-batch.ts';
import type { DataSet, Resident } from './glue-resident.ts';
import type { Entries } from './glue-types.ts';

/** Many steps in one call; their losses come back together. */
export class Trainer {
  readonly #entries: Entries;
  readonly #binder: Binder;
  readonly #values: Float64Array;
  readonly #capacity: ReadonlyMap<string, number>;
  #losses = new Float64Array(0);

  constructor(entries: Entries, binder: Binder, values: Float64Array, capacity: ReadonlyMap<string, number>) {
    this.#entries = entries;
    this.#binder = binder;
    this.#values = values;
    this.#capacity = capacity;
  }

  run(resident: Resident, set: DataSet, order: ArrayLike<number> | null, batchSize: number): Float64Array {
    const capacity = this.#capacity.get(set.symbol) ?? 0;
    if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > capacity) {
      throw fault(
        'E-BATCH-CAPACITY',
        `batches of ${batchSize} rows`,
        `Choose 1 to ${capacity}, the capacity.`,
      );
    }
    const rows = order ? order.length : set.rows;
    const steps = Math.ceil(rows / batchSize);
    this.#reserve(steps);
    for (const [symbol, size] of set.sizes) this.#binder.set(symbol, size);
    for (let i = 0; i < steps; i++) {
      const count = Math.min(batchSize, rows - i * batchSize);
      resident.select(order, i * batchSize, count);
      this.#binder.set(set.symbol, count);
      if (!this.#step(i)) return this.#losses.subarray(0, i + 1);
    }
    return this.#losses.subarray(0, steps);
  }

  repeat(count: number): Float64Array {
    this.#reserve(count);
    for (let i = 0; i < count; i++) if (!this.#step(i)) return this.#losses.subarray(0, i + 1);
    return this.#losses.subarray(0, count);
  }

  #reserve(steps: number): void {
    if (this.#losses.length < steps) this.#losses = new Float64Array(steps);
  }

  /** One step on the batch in place; false where its loss is not finite. */
  #step(i: number): boolean {
    const finite = this.#entries.step?.apply(null, this.#binder.sizes);
    this.#losses[i] = this.#values[0] ?? Number.NaN;
    return Boolean(finite);
  }
}
