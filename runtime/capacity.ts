/** How many rows a batch may have. */
import type { Batches } from './batches.ts';
import type { Manifest, Step } from './contract.ts';
import type { Dataset } from './dataset.ts';
import { runtimeError } from './errors.ts';
import { integerFrom, checkOption } from './options.ts';
import { sizeIn } from './sizes.ts';
import { printable } from './text.ts';

/** The rows of a batch: `batchSize`, or all rows; 1 where the data cannot be cut. */
export function rowsPerBatch(call: string, dataset: Dataset, batchSize: number | undefined): number {
  if (batchSize === undefined) return dataset.rows;
  checkOption(call, 'batchSize', batchSize, integerFrom(1));
  if (dataset.symbol === undefined) throw runtimeError('E-DATA-WHOLE', { call });
  return Math.min(batchSize, dataset.rows);
}

/** The capacity that batches of `rows` rows of `dataset` need. */
export function capacityFor(dataset: Dataset, rows: number): ReadonlyMap<string, number> {
  return dataset.symbol === undefined ? dataset.sizes : new Map(dataset.sizes).set(dataset.symbol, rows);
}

/** The rows of a batch that fits into `step`; without `batchSize` as many as do. Throws where the data do not fit. */
export function rowsThatFit(
  call: string,
  step: Step,
  dataset: Dataset,
  batchSize: number | undefined,
): number {
  const { symbol: rowSymbol } = dataset;
  const asked = rowsPerBatch(call, dataset, batchSize);
  const room = rowSymbol === undefined ? asked : (step.capacity[rowSymbol] ?? 0);
  const rows = batchSize === undefined ? Math.max(1, Math.min(asked, room)) : asked;
  for (const [symbol, size] of capacityFor(dataset, rows)) {
    const capacity = step.capacity[symbol] ?? 0;
    if (size <= capacity) continue;
    const entry = symbol === rowSymbol && batchSize !== undefined ? 'batchSize' : call;
    throw runtimeError('E-DATA-CAPACITY', { entry, symbol: printable(symbol), found: size, capacity });
  }
  return rows;
}

/** Throws where a batch is too small to take statistics over it. */
export function checkSeveral({ several = [] }: Manifest, dataset: Dataset, { count, rowsOf }: Batches): void {
  const ends = [
    ['the first batch', 0],
    ['the last batch', count - 1],
  ] as const;
  for (const [batch, index] of count > 0 ? ends : []) {
    const sizes = capacityFor(dataset, rowsOf(index));
    const size = several.find((needed) => sizeIn(needed, sizes) === 1);
    if (size !== undefined) throw runtimeError('E-DATA-SINGLE', { batch, size });
  }
}
