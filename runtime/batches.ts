/** Cutting a data set into batches. Nothing is copied in the data's own order, and no batch is built twice. */
import type { Batch, BatchEntry } from './contract.ts';
import type { Column, Dataset } from './dataset.ts';
import { copyRows } from './rows.ts';
import { factors, productOf, sizeIn } from './sizes.ts';
import { emptyLike } from './tensors.ts';

/** One pass over the data: batches of equally many rows but for a smaller last one. */
export interface Batches {
  readonly count: number;
  /** The number of rows of batch `index`. */
  rowsOf(index: number): number;
  /**
   * Batch `index` of the rows in their own order, or in `order`, a list of row numbers. Rows in an order are
   * gathered into buffers, which the next such batch overwrites.
   */
  batch(index: number, order?: Int32Array): Batch;
}

/** Batches of `size` rows; `dropLast` leaves out a last one that is smaller. */
export function batchesOf(dataset: Dataset, size: number, dropLast = false): Batches {
  const { columns } = dataset;
  const rowsOf = (index: number): number => Math.min(size, dataset.rows - index * size);
  const inPlace: Batch[] = [];
  const gathered = new Map<number, Batch>();
  const buffers: Column[] = [];
  return {
    count: dropLast ? Math.floor(dataset.rows / size) : Math.ceil(dataset.rows / size),
    rowsOf,
    batch(index, order) {
      const count = rowsOf(index);
      if (!order) return (inPlace[index] ??= cut(dataset, columns, index * size, count));
      if (buffers.length === 0) buffers.push(...columns.map((column) => bufferFor(column, rowsOf(0))));
      const rows = order.subarray(index * size, index * size + count);
      columns.forEach(({ data, width }, i) => {
        const buffer = buffers[i];
        if (buffer && width !== undefined) copyRows(data, rows, width, buffer.data);
      });
      const batch = gathered.get(count) ?? cut(dataset, buffers, 0, count);
      gathered.set(count, batch);
      return batch;
    },
  };
}

/** Rows `from` to `from + count` of each column, as views. */
function cut(dataset: Dataset, columns: readonly Column[], from: number, count: number): Batch {
  const sizes =
    dataset.symbol === undefined ? dataset.sizes : new Map(dataset.sizes).set(dataset.symbol, count);
  return Object.fromEntries(
    columns.map(({ input, data, width }): [string, BatchEntry] => {
      const view = width === undefined ? data : data.subarray(from * width, (from + count) * width);
      const shape = input.shape.map((size) => sizeIn(size, sizes));
      return [input.name, isOpen(input.shape) ? { data: view, shape } : view];
    }),
  );
}

/** Whether the length alone does not say what each symbol of `shape` is. */
function isOpen(shape: readonly (number | string)[]): boolean {
  return productOf(shape).symbols.length > 1 || shape.some((size) => factors(size).coefficient === 0);
}

function bufferFor(column: Column, rows: number): Column {
  const { data, width } = column;
  return width === undefined ? column : { ...column, data: emptyLike(data, rows * width) };
}
