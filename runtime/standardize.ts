/** Preparing columns of a table for training. */
import { runtimeError } from './errors.ts';

/** What a standardized column was before: value = standardized * deviation + mean. */
export interface Scale {
  /** One per column. */
  readonly mean: Float64Array;
  /** Population standard deviations, one per column; 1 where a column is constant. */
  readonly deviation: Float64Array;
}

/** Rows of `shape[1]` values, row-major: data that `fit` accepts. */
export interface Standardized extends Scale {
  readonly data: Float64Array;
  readonly shape: readonly [rows: number, columns: number];
}

/**
 * Columns of equal length as one row-major matrix in which each column has mean 0 and population standard
 * deviation 1; a constant column becomes zeros. With `scale`, that of the training data, the columns are moved and
 * scaled by it instead.
 */
export function standardize(
  columns: readonly ArrayLike<number>[],
  scale: Scale = scaleOf(columns),
): Standardized {
  const { mean, deviation } = scale;
  const rows = columns[0]?.length ?? 0;
  if (mean.length !== columns.length) {
    throw runtimeError('E-DATA-COLUMNS', {
      found: `${columns.length} columns`,
      expected: `${mean.length}, as in its scale`,
    });
  }
  const data = new Float64Array(rows * columns.length);
  columns.forEach((column, j) => {
    if (column.length !== rows) {
      throw runtimeError('E-DATA-COLUMNS', {
        found: `${column.length} rows in column ${j}`,
        expected: `${rows}, as in column 0`,
      });
    }
    for (let i = 0; i < rows; i++) {
      data[i * columns.length + j] = ((column[i] ?? 0) - (mean[j] ?? 0)) / (deviation[j] ?? 1);
    }
  });
  return { data, shape: [rows, columns.length], mean, deviation };
}

function scaleOf(columns: readonly ArrayLike<number>[]): Scale {
  const mean = Float64Array.from(columns, (column) => average(column, (value) => value));
  return { mean, deviation: Float64Array.from(columns, (column, j) => deviationOf(column, mean[j] ?? 0)) };
}

/** A constant column is recognized by its values: the mean of equal values may differ from them in the last bit. */
function deviationOf(column: ArrayLike<number>, mean: number): number {
  const first = column[0];
  if (Array.prototype.every.call(column, (value) => value === first)) return 1;
  return Math.sqrt(average(column, (value) => (value - mean) ** 2));
}

function average(column: ArrayLike<number>, of: (value: number) => number): number {
  let sum = 0;
  for (let i = 0; i < column.length; i++) sum += of(column[i] ?? 0);
  return sum / column.length;
}
