/** How a matrix product is cut up: which factors are copied into scratch first, and how much of the inner axis at once. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import type { Size } from '../../../../src/size.ts';
import type { Factor, Product } from './match.ts';
import { strideOf } from './match.ts';
import { isEven } from './operand.ts';

/** Rows of a tile. With two vectors of columns, sums and factors fill the 16 registers of most processors. */
export const tileRows = 4;

/** Rows where products and sums are one instruction: no register is needed between them, and more sums hide its time. */
export const tallRows = 6;

export interface Plan {
  /** Rows of a full tile. */
  readonly rows: number;
  /** Whether the left factor is copied so that the rows of a tile lie side by side. */
  readonly packLeft: boolean;
  /** Whether each panel of the right factor is copied so that its columns lie side by side. */
  readonly packRight: boolean;
  /** Steps over the inner axis at once: all of them, or so many that scratch memory has a size that is known. */
  readonly depth: number | null;
}

/** Steps at once over an inner axis whose size only the module knows. */
const blockDepth = 256;
/** Panels of fewer rows are not used often enough to be worth a copy. */
const fewRows = 16;
const largestScratch = 1 << 24;

const atLeast = (size: Size, least: number): boolean => typeof size !== 'number' || size >= least;

/** Panels and sums that are worth the code of a second form. */
const [wideColumns, longInner] = [16, 32];

/** Whether a product is large enough to be written in tall tiles besides. */
export const isWorthTall = ({ row, column, inner }: Product): boolean =>
  atLeast(row.size, tallRows) && atLeast(column.size, wideColumns) && atLeast(inner.size, longInner);

/** Bytes of a matrix of whole tiles; infinite where its size is not known. */
function matrixBytes(rows: Size, columns: Size, { load }: Factor, tile: number): number {
  if (typeof rows !== 'number' || typeof columns !== 'number') return Infinity;
  return Math.ceil(rows / tile) * tile * (columns + tileRows) * bytesPerElement[load.dtype];
}

export function planOf(product: Product, rows: number = tileRows): Plan {
  const { left, right, row, column, inner } = product;
  const columnsApart = strideOf(right, column) !== 1;
  const rowsTogether = isEven(left, row) && strideOf(left, row) === 1 && strideOf(left, inner) !== 1;
  const known = typeof inner.size === 'number';
  const depth = known ? inner.size : blockDepth;
  const worthLeft =
    rowsTogether && atLeast(column.size, fewRows) && atLeast(row.size, rows) && atLeast(depth, fewRows);
  const packLeft = worthLeft && matrixBytes(row.size, depth, left, rows) <= largestScratch;
  const step = strideOf(right, inner);
  const narrow = typeof step === 'number' && step <= fewRows;
  const worthRight = atLeast(row.size, fewRows) && atLeast(depth, fewRows) && !narrow;
  if (known) return { rows, packLeft, packRight: columnsApart || worthRight, depth: inner.size };
  const blocked = packLeft && worthRight && matrixBytes(row.size, column.size, left, rows) <= largestScratch;
  return blocked
    ? { rows, packLeft, packRight: true, depth }
    : { rows, packLeft: false, packRight: false, depth: null };
}
