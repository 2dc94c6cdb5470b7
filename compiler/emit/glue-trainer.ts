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
  /** Of each metric, over the batches that `run` trained on: values times weights, and weights. */
  readonly totals: Float64Array;
  #losses = new Float64Array(0);

  constructor(entries: Entries, binder: Binder, values: Float64Array, capacity: ReadonlyMap<string, number>) {
    this.#entries = entries;
    this.#binder = binder;
    this.#values = values;
    this.totals = new Float64Array(values.length);
    this.#capacity = capacity;
  }

  /** `count` batches from number `first` on. */
  run(
    resident: Resident,
    set: DataSet,
    order: ArrayLike<number> | null,
    batchSize: number,
    first: number,
    count: number,
  ): Float64Array {
    const rows = order ? order.length : set.rows;
    this.#checkBatches(set, batchSize, first, count);
    const steps = Math.max(0, Math.min(count, Math.ceil(rows / batchSize) - first));
    this.#reserve(steps);
    for (const [symbol, size] of set.sizes) this.#binder.set(symbol, size);
    resident.begin();
    for (let i = 0; i < steps; i++) {
      const from = (first + i) * batchSize;
      const taken = Math.min(batchSize, rows - from);
      resident.select(order, from, taken);
      this.#binder.set(set.symbol, taken);
      if (!this.#step(i)) return this.#losses.subarray(0, i + 1);
      this.#addMetrics();
    }
    return this.#losses.subarray(0, steps);
  }

  #checkBatches({ symbol }: DataSet, batchSize: number, first: number, count: number): void {
    const capacity = this.#capacity.get(symbol) ?? 0;
    if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > capacity) {
      throw fault(
        'E-BATCH-CAPACITY',
        `batches of ${batchSize} rows`,
        `Choose 1 to ${capacity}, the capacity.`,
      );
    }
    if (Number.isInteger(first) && first >= 0 && count >= 0) return;
    throw fault('E-BATCH-COUNT', `${count} batches from ${first} on`, 'Batches are counted from 0.');
  }

  /** Metrics of weight 0 do not count, whatever they are. */
  #addMetrics(): void {
    for (let i = 0; i < this.totals.length; i += 2) {
      const weight = this.#values[i + 1] as number;
      if (weight === 0) continue;
      this.totals[i] = (this.totals[i] as number) + (this.#values[i] as number) * weight;
      this.totals[i + 1] = (this.totals[i + 1] as number) + weight;
    }
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
    this.#binder.checkSeveral();
    const finite = this.#entries.step?.apply(null, this.#binder.sizes);
    this.#losses[i] = this.#values[0] ?? Number.NaN;
    return Boolean(finite);
  }
}
