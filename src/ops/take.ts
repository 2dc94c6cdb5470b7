/** Choosing entries by index: rows, single elements, embeddings. */
import type { DType, FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Reduce, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import type { Size } from '../size.ts';
import { add } from './arithmetic.ts';
import { sum } from './broadcast.ts';
import { cast } from './cast.ts';
import { eq, where } from './compare.ts';
import { stopGradient } from './control.ts';
import { apply } from './define.ts';
import { normalAxis } from './index-math.ts';
import { gatherOp, scatterAddOp } from './indexing.ts';
import { iota } from './leaves.ts';
import { mean } from './reduce.ts';
import { reshape, unsqueeze } from './reshape.ts';
import type { RowsAt, Spliced } from './result-types.ts';
import { padWith, sliceWith } from './slicing.ts';

type Indices = Expr<Shape, 'int32'>;

/** Views: each element of the result is an element of the operand, so a bound on the operand holds. */
const views: ReadonlySet<string> = new Set(['reshape', 'permute', 'broadcastTo', 'slice', 'flip']);

/** Whether indices lie in [0, size) whatever the data: because their input promises it, or they are constants. */
function staysInside(indices: Expr, size: Size): boolean {
  let source = indices;
  while (views.has(source.op.name)) source = must(source.args[0], 'operand');
  if (typeof size !== 'number') return false;
  const { slot } = source;
  if (slot?.kind === 'data') return slot.data.every((value) => value >= 0 && value < size);
  if (slot?.kind === 'input' && slot.range) return slot.range[0] >= 0 && slot.range[1] <= size;
  return false;
}

/** `gatherOp` on indices of the operand's rank. */
export function gatherAlong(x: Expr, indices: Expr, axis: number, inside = false): Expr {
  const checked = !inside && !staysInside(indices, must(x.shape[axis], 'size'));
  return apply(gatherOp, [x, indices], { axis, checked });
}

export interface TakeOptions<A extends number> {
  /** Default 0. */
  readonly axis?: A;
}

/**
 * The entries of `axis` that `indices` name, in their place and shape: rows of a table for a table and axis 0.
 * An index outside the axis gives NaN (0 for integers).
 */
export function take<S extends Shape, I extends Shape, D extends DType, const A extends number = 0>(
  x: Expr<S, D>,
  indices: Expr<I, 'int32'>,
  options: TakeOptions<A> = {},
): Expr<Spliced<S, A, I>, D> {
  const axis = normalAxis('take', x, options.axis ?? 0);
  const flat = x.shape.map((_, i) => (i === axis ? product(indices.shape) : 1));
  const taken = gatherAlong(x, reshape(indices as Indices, flat), axis);
  return reshape(taken, x.shape.toSpliced(axis, 1, ...indices.shape)) as unknown as Expr<Spliced<S, A, I>, D>;
}

function sameRank(what: string, x: Expr, indices: Expr): void {
  if (x.shape.length === indices.shape.length) return;
  throw new AdjointError('E-SHAPE-RANK', `${what}: indices need the rank of what they index`, [
    describe(x),
    describe(indices),
  ]);
}

/** The leading part of `x`, of the size `shape`, for elements at the places of `indices`. */
function leading(what: string, x: Expr, indices: Expr, shape: readonly Size[]): Expr {
  const fits = shape.every((size, i) => {
    const whole = must(x.shape[i], 'size');
    return size === whole || (typeof size === 'number' && typeof whole === 'number' && size <= whole);
  });
  if (!fits) {
    const headline = `${what}: the shape of the indices does not fit`;
    throw new AdjointError('E-SHAPE-SAME', headline, [describe(x), describe(indices)]);
  }
  return sliceWith(x, { starts: shape.map(() => 0), steps: shape.map(() => 1), shape });
}

/** For each place p of `indices`, the element of `x` at p with coordinate `axis` replaced by the index there. */
export function gather<I extends Shape, D extends DType>(
  x: Expr<Shape, D>,
  indices: Expr<I, 'int32'>,
  options: { readonly axis: number },
): Expr<I, D> {
  sameRank('gather', x, indices);
  const axis = normalAxis('gather', x, options.axis);
  const shape = indices.shape.with(axis, must(x.shape[axis], 'size'));
  return gatherAlong(leading('gather', x, indices, shape), indices, axis) as unknown as Expr<I, D>;
}

/**
 * `x`, with each element of `source` added at its own place with coordinate `axis` replaced by the index there.
 * Elements of one place are added in order; an index outside adds nothing.
 */
export function scatterAdd<S extends Shape, D extends DType>(
  x: Expr<S, D>,
  indices: Indices,
  source: Expr<Shape, D>,
  options: { readonly axis: number },
): Expr<S, D> {
  sameRank('scatterAdd', x, indices);
  sameRank('scatterAdd', source, indices);
  const axis = normalAxis('scatterAdd', x, options.axis);
  const size = must(x.shape[axis], 'size');
  const used = leading('scatterAdd', source, indices, indices.shape);
  const added = apply(scatterAddOp, [indices, used], { axis, size, checked: !staysInside(indices, size) });
  const missing = x.shape.map((full, i) => {
    const part = added.shape[i];
    return typeof full === 'number' && typeof part === 'number' ? full - part : 0;
  });
  const none = missing.map(() => 0);
  const whole = padWith(added, { low: none, high: missing, between: none, value: 0 });
  return add(x as Expr, whole) as unknown as Expr<S, D>;
}

/** A new last axis of size `classes`: 1 at the index, 0 elsewhere. */
export function oneHot<I extends Shape, const C extends number, D extends DType = 'int32'>(
  indices: Expr<I, 'int32'>,
  classes: C,
  dtype?: D,
): Expr<[...I, C], D> {
  const columns = iota([...indices.shape, classes], indices.shape.length);
  const hot: Expr = eq(columns as Expr, unsqueeze(indices as Expr, -1) as Expr);
  return cast(hot, dtype ?? 'int32') as unknown as Expr<[...I, C], D>;
}

export interface EmbeddingOptions {
  /** The row that stands for padding: it gets no gradient. */
  readonly paddingIndex?: number | undefined;
}

/** Rows of `weight` [rows, width], by index: a new last axis of size `width`. */
export function embedding<I extends Shape, W extends Shape, D extends FloatDType>(
  indices: Expr<I, 'int32'>,
  weight: Expr<W, D>,
  options: EmbeddingOptions = {},
): Expr<RowsAt<I, W>, D> {
  return rowsOf(indices, weight, options) as unknown as Expr<RowsAt<I, W>, D>;
}

function rowsOf(indices: Expr<Shape, 'int32'>, weight: Expr, { paddingIndex }: EmbeddingOptions): Expr {
  if (weight.shape.length !== 2) {
    throw new AdjointError('E-SHAPE-RANK', 'embedding: the weight is not a matrix', [describe(weight)]);
  }
  const rows: Expr = take(weight, indices);
  if (paddingIndex === undefined) return rows;
  const size = weight.shape[0];
  const index = paddingIndex < 0 && typeof size === 'number' ? paddingIndex + size : paddingIndex;
  const isPadding = eq(unsqueeze(indices, -1) as Expr, index) as Expr<Shape, 'bool'>;
  return where(isPadding, stopGradient(rows), rows);
}

/** The sum or the mean of the rows that each bag names; `indices` are [bags, entries]. */
export function embeddingBag<I extends Shape, W extends Shape, D extends FloatDType>(
  indices: Expr<I, 'int32'>,
  weight: Expr<W, D>,
  options: { readonly mode?: 'sum' | 'mean' } = {},
): Expr<Reduce<RowsAt<I, W>, -2, false>, D> {
  const rows = rowsOf(indices, weight, {});
  const bags = options.mode === 'sum' ? sum(rows, { axis: -2 }) : mean(rows, { axis: -2 });
  return bags as unknown as Expr<Reduce<RowsAt<I, W>, -2, false>, D>;
}
