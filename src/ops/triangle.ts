/** Triangles and diagonals of matrices. */
import type { DType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import { sub } from './arithmetic.ts';
import { ge, le, where } from './compare.ts';
import { iota } from './leaves.ts';
import { knownSize, slice } from './parts.ts';
import { reshape } from './reshape.ts';

interface DiagonalOptions {
  /** Which diagonal: 0 the main one, positive ones above it. */
  readonly diagonal?: number;
}

function checkMatrix(what: string, x: Expr): void {
  if (x.shape.length >= 2) return;
  throw new AdjointError('E-SHAPE-RANK', `${what}: not a matrix`, [describe(x)]);
}

/** The column's distance from the main diagonal, for each element of a matrix. */
function distance(x: Expr): Expr<Shape, 'int32'> {
  const matrix = x.shape.slice(-2);
  return sub(iota(matrix, 1), iota(matrix, 0));
}

/** The lower triangle of the last two axes: 0 above `diagonal`. */
export function tril<S extends Shape, D extends DType>(
  x: Expr<S, D>,
  options: DiagonalOptions = {},
): Expr<S, D> {
  checkMatrix('tril', x);
  return where(le(distance(x), options.diagonal ?? 0), x as Expr<Shape, D>, 0) as unknown as Expr<S, D>;
}

/** The upper triangle of the last two axes: 0 below `diagonal`. */
export function triu<S extends Shape, D extends DType>(
  x: Expr<S, D>,
  options: DiagonalOptions = {},
): Expr<S, D> {
  checkMatrix('triu', x);
  return where(ge(distance(x), options.diagonal ?? 0), x as Expr<Shape, D>, 0) as unknown as Expr<S, D>;
}

/**
 * A diagonal of the last two axes, which become one: `offset` 0 is the main diagonal, positive ones lie above it.
 * Element i sits columns + 1 places after element i - 1, so the diagonal is a slice of the flattened matrix.
 */
export function diagonal<D extends DType>(
  x: Expr<Shape, D>,
  options: { readonly offset?: number } = {},
): Expr<Shape, D> {
  checkMatrix('diagonal', x);
  const { offset = 0 } = options;
  const rank = x.shape.length;
  const [rows, columns] = [knownSize('diagonal', x, rank - 2), knownSize('diagonal', x, rank - 1)];
  const length = Math.max(0, Math.min(rows + Math.min(offset, 0), columns - Math.max(offset, 0)));
  const start = offset >= 0 ? offset : -offset * columns;
  const flat = reshape(x, [...x.shape.slice(0, -2), product([rows, columns])]) as Expr<Shape, D>;
  const stop = length === 0 ? start : start + (length - 1) * (columns + 1) + 1;
  return slice(flat, { axis: rank - 2, start, stop, step: columns + 1 });
}
