/** Parts of tensors: ranges, single entries, and pieces in a row. */
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Dim, Reduce, ReplaceAxis, Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { divide, product } from '../size.ts';
import { normalAxis } from './index-math.ts';
import { reshape } from './reshape.ts';
import type { Pieces } from './result-types.ts';
import { sliceWith } from './slicing.ts';

export interface SliceOptions<A extends number = number> {
  readonly axis: A;
  /** The first element, default 0; negative numbers count from the end. */
  readonly start?: number | null | undefined;
  /** The element before which to stop, default the size of the axis; negative numbers count from the end. */
  readonly stop?: number | null | undefined;
  /** Every how many elements one is taken, default 1. */
  readonly step?: number | undefined;
}

/** `size` elements of `axis` from `start` on, `step` apart. */
function range<D extends DType>(
  x: Expr<Shape, D>,
  axis: number,
  start: number,
  size: Size,
  step = 1,
): Expr<Shape, D> {
  return sliceWith(x, {
    starts: x.shape.map((_, i) => (i === axis ? start : 0)),
    steps: x.shape.map((_, i) => (i === axis ? step : 1)),
    shape: x.shape.with(axis, size),
  });
}

/** The size of an axis, which must be a number. */
export function knownSize(what: string, x: Expr, axis: number): number {
  const size = must(x.shape[axis], 'size');
  if (typeof size === 'number') return size;
  throw new AdjointError('E-SHAPE-SYMBOLIC', `${what}: axis ${axis} has the named size ${size}`, [
    describe(x),
  ]);
}

/** Python's x[start:stop:step] along one axis: bounds beyond the ends are taken as the ends. */
export function slice<S extends Shape, D extends DType, const A extends number>(
  x: Expr<S, D>,
  options: SliceOptions<A>,
): Expr<ReplaceAxis<S, A, Dim>, D> {
  return sliced(x, options) as unknown as Expr<ReplaceAxis<S, A, Dim>, D>;
}

function sliced(x: Expr, options: SliceOptions): Expr {
  const axis = normalAxis('slice', x, options.axis);
  const step = options.step ?? 1;
  if (!Number.isInteger(step) || step < 1) {
    throw new AdjointError(
      'E-ATTRIBUTE',
      `slice: the step is ${step}`,
      [describe(x)],
      'Use flip() to go backwards.',
    );
  }
  const open = (options.start ?? 0) === 0 && (options.stop ?? null) === null;
  if (open && step === 1) return x;
  const size = knownSize('slice', x, axis);
  const bound = (value: number): number => Math.min(Math.max(value < 0 ? value + size : value, 0), size);
  const start = bound(options.start ?? 0);
  const stop = bound(options.stop ?? size);
  return range(x, axis, start, Math.max(0, Math.ceil((stop - start) / step)), step);
}

/** `length` elements of `axis` from `start` on. */
export function narrow<S extends Shape, D extends DType, const A extends number, const L extends number>(
  x: Expr<S, D>,
  options: { readonly axis: A; readonly start: number; readonly length: L },
): Expr<ReplaceAxis<S, A, L>, D> {
  const part = range(x, normalAxis('narrow', x, options.axis), options.start, options.length);
  return part as unknown as Expr<ReplaceAxis<S, A, L>, D>;
}

/** Entry `index` of `axis`, which disappears; a negative index counts from the end. */
export function select<S extends Shape, D extends DType, const A extends number>(
  x: Expr<S, D>,
  options: { readonly axis: A; readonly index: number },
): Expr<Reduce<S, A, false>, D> {
  const axis = normalAxis('select', x, options.axis);
  const size = knownSize('select', x, axis);
  const index = options.index < 0 ? options.index + size : options.index;
  if (!Number.isInteger(index) || index < 0 || index >= size) {
    throw new AdjointError('E-ATTRIBUTE', `select: axis ${axis} has no entry ${options.index}`, [
      describe(x),
    ]);
  }
  const entry = reshape(range(x, axis, index, 1), x.shape.toSpliced(axis, 1));
  return entry as unknown as Expr<Reduce<S, A, false>, D>;
}

export interface SplitOptions<A extends number, I extends number | readonly number[]> {
  /** Default 0. */
  readonly axis?: A;
  /** How many pieces of equal size, or the size of each piece. */
  readonly into: I;
}

/** Cuts a tensor into pieces along `axis`, in order. */
export function split<
  S extends Shape,
  D extends DType,
  const I extends number | readonly number[],
  const A extends number = 0,
>(x: Expr<S, D>, options: SplitOptions<A, I>): Pieces<S, D, A, I> {
  return pieces(x, options) as unknown as Pieces<S, D, A, I>;
}

function pieces(x: Expr, options: SplitOptions<number, number | readonly number[]>): Expr[] {
  const axis = normalAxis('split', x, options.axis ?? 0);
  const { into } = options;
  if (typeof into === 'number') return equalPieces(x, axis, into);
  const size = knownSize('split', x, axis);
  if (into.reduce((a, b) => a + b, 0) !== size) {
    const headline = `split: pieces of ${into.join(', ')} do not make up axis ${axis}`;
    throw new AdjointError('E-ATTRIBUTE', headline, [describe(x)]);
  }
  let next = 0;
  return into.map((length) => {
    const start = next;
    next += length;
    return range(x, axis, start, length);
  });
}

/** Pieces of equal size, also of a named size: 3*N gives three of N. */
function equalPieces<D extends DType>(x: Expr<Shape, D>, axis: number, count: number): Expr<Shape, D>[] {
  const size = must(x.shape[axis], 'size');
  const piece = count > 0 ? divide(size, count) : null;
  if (piece === null || !Number.isInteger(count)) {
    throw new AdjointError('E-ATTRIBUTE', `split: axis ${axis} does not split into ${count} equal pieces`, [
      describe(x),
    ]);
  }
  if (typeof piece === 'number')
    return Array.from({ length: count }, (_, index) => range(x, axis, index * piece, piece));
  const rows = reshape(x, x.shape.toSpliced(axis, 1, count, piece)) as Expr<Shape, D>;
  return Array.from({ length: count }, (_, index) =>
    reshape(range(rows, axis, index, 1), x.shape.with(axis, product([1, piece]))),
  );
}
