/** Reductions other than the sum: extremes, product, and means as compositions. */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Combine } from '../kernel/language.ts';
import type { ReduceOptions } from '../methods-types.ts';
import type { Reduce, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import { div, mul } from './arithmetic.ts';
import { foldAxes, reduceExamples, reduceWith, reducedShape, spread, sum } from './broadcast.ts';
import type { ReduceAttrs } from './broadcast.ts';
import { cast } from './cast.ts';
import { eq, maximum, where } from './compare.ts';
import { productOfOthers } from './cumulative.ts';
import { defineOp } from './define.ts';
import type { MeaningContext, Op, Tensor } from './define.ts';
import { normalAxes } from './index-math.ts';
import { sizeOf } from './leaves.ts';
import { inversePermutation, permute } from './permute.ts';
import { reshape } from './reshape.ts';

type Options = ReduceOptions<number | readonly number[] | undefined, boolean>;

const only = (node: Expr): Expr => must(node.args[0], 'operand');
const axesOf = (node: Expr): readonly number[] => node.attrs['axes'] as readonly number[];

/** The int32 nearest to `value`: integers have no infinities to start from. */
const clampToInt32 = (value: number): number => Math.min(Math.max(value, -2147483648), 2147483647);

interface ReductionLiteral {
  readonly name: Combine;
  readonly doc: string;
  readonly start: number;
  readonly combine: <T>(k: Algebra<T>, a: T, b: T) => T;
  readonly vjp: (g: Expr, x: Expr, y: Expr, axes: readonly number[]) => Expr;
}

function reduction({ name, doc, start, combine, vjp }: ReductionLiteral): Op<ReduceAttrs> {
  return defineOp<ReduceAttrs>({
    name,
    family: 'reduction',
    doc,
    kinks: 'ties',
    examples: reduceExamples,
    infer: ([x], { axes }) => {
      const operand = must(x, 'operand');
      return { shape: reducedShape(operand, axes), dtype: operand.dtype };
    },
    meaning: <T>(
      k: Algebra<T>,
      args: readonly Tensor<T>[],
      { attrs, dtype }: MeaningContext<ReduceAttrs>,
    ) => {
      const neutral = k.constant(isFloat(dtype) ? start : clampToInt32(start));
      return foldAxes(must(args[0], 'operand'), attrs.axes, neutral, (a, b) => combine(k, a, b));
    },
    vjp: (g, node) => [isFloat(node.dtype) ? vjp(g, only(node), node, axesOf(node)) : null],
    lowering: { kind: 'reduce', combine: name },
  });
}

/** The gradient of an extreme goes to the places that attain it, in equal parts. */
function shareTies(g: Expr, x: Expr, y: Expr, axes: readonly number[]): Expr {
  const attained = eq(x, spread(y, x.shape, axes));
  // At least 1, because nothing attains the extreme of an empty axis, or a NaN.
  const ties = cast(maximum(sum(cast(attained, 'int32'), { axis: axes }), 1) as Expr, g.dtype as FloatDType);
  return where(attained, spread(div(g, ties), x.shape, axes), 0);
}

const isLarger = <T>(k: Algebra<T>, a: T, b: T): T =>
  Number.isNaN(k.primal(a)) || k.primal(a) >= k.primal(b) ? a : b;
const isSmaller = <T>(k: Algebra<T>, a: T, b: T): T =>
  Number.isNaN(k.primal(a)) || k.primal(a) <= k.primal(b) ? a : b;

export const maxOp: Op<ReduceAttrs> = reduction({
  name: 'max',
  doc: 'The largest over axes; NaN wins; tied places share the gradient equally.',
  start: Number.NEGATIVE_INFINITY,
  combine: isLarger,
  vjp: shareTies,
});

export const minOp: Op<ReduceAttrs> = reduction({
  name: 'min',
  doc: 'The smallest over axes; NaN wins; tied places share the gradient equally.',
  start: Number.POSITIVE_INFINITY,
  combine: isSmaller,
  vjp: shareTies,
});

/** The cotangent of a product: that of each factor is the product of all others, also where factors are zero. */
function prodCotangent(g: Expr, x: Expr, _y: Expr, axes: readonly number[]): Expr {
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const order = [...kept, ...axes];
  const moved = permute(x, order) as Expr;
  const joined = reshape(moved, [
    ...moved.shape.slice(0, kept.length),
    product(moved.shape.slice(kept.length)),
  ]);
  const others = reshape(productOfOthers(joined as Expr, kept.length), moved.shape) as Expr;
  return mul(spread(g, x.shape, axes), permute(others, inversePermutation(order)) as Expr);
}

export const prodOp: Op<ReduceAttrs> = reduction({
  name: 'prod',
  doc: 'Multiplies over axes; the gradient is exact where factors are zero.',
  start: 1,
  combine: (k, a, b) => k.mul(a, b),
  vjp: prodCotangent,
});

/** A reduction builder with NumPy's arguments, by type. */
export interface ReductionBuilder {
  <
    S extends Shape,
    D extends DType,
    const A extends number | readonly number[] | undefined = undefined,
    K extends boolean = false,
  >(
    x: Expr<S, D>,
    options?: ReduceOptions<A, K>,
  ): Expr<Reduce<S, A, K>, D>;
}

function builder(build: (x: Expr, options?: Options) => Expr): ReductionBuilder {
  return build as unknown as ReductionBuilder;
}

/** The largest over `axis`, or over everything. */
export const max: ReductionBuilder = builder((x, options) => reduceWith(maxOp, x, options));
/** The smallest over `axis`, or over everything. */
export const min: ReductionBuilder = builder((x, options) => reduceWith(minOp, x, options));
/** The product over `axis`, or over everything. */
export const prod: ReductionBuilder = builder((x, options) => reduceWith(prodOp, x, options));

/** The sum divided by the number of elements, over `axis` or over everything. */
export const mean: ReductionBuilder = builder((x, options = {}) => {
  if (!isFloat(x.dtype)) throw new AdjointError('E-DTYPE', `mean: needs float32 or float64`, [describe(x)]);
  const axes = normalAxes('mean', x, options.axis);
  const total = sum(x, options);
  const size = sizeOf(axes.map((axis) => must(x.shape[axis], 'axis')));
  return div(total, cast(size, x.dtype) as Expr);
});
