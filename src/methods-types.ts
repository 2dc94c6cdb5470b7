/**
 * The methods of an expression, by type. Unifying overloads come first, so that a user's generic block checks;
 * conditional types come last and read the shape from `this`, so that an expression stays covariant in its shape.
 */
import type { DType, FloatDType } from './dtype.ts';
import type { Expr, ScalarLike } from './expr.ts';
import type {
  Broadcast,
  Dim,
  Fits,
  FitsMatMul,
  MatMul,
  Permuted,
  Reduce,
  ReplaceAxis,
  Shape,
  TransposeLast,
} from './shape-types.ts';
import type { Flattened, FlattenOptions } from './ops/axes.ts';
import type { SliceOptions } from './ops/parts.ts';
import type { FitsReshape, Inserted, Reshaped, Spliced } from './ops/result-types.ts';

export interface ReduceOptions<A, K extends boolean> {
  /** The axes to combine; all when left out. Negative axes count from the end. */
  readonly axis?: A;
  /** Keep combined axes as size 1. */
  readonly keepdims?: K;
}

/** Signatures are declared as methods, which are compared bivariantly: an `Expr<['N', 3]>` is an `Expr`. */
interface Signatures<S extends Shape, D extends DType, R extends DType> {
  binary(other: ScalarLike): Expr<S, R>;
  binary(other: Expr<S, D>): Expr<S, R>;
  binary<L extends Shape, C extends Dim>(
    this: Expr<readonly [...L, C], D>,
    other: Expr<readonly [NoInfer<C>], D>,
  ): Expr<S, R>;
  binary<A extends Shape, B extends Shape>(
    this: Expr<A, D>,
    other: Expr<B, D> & Fits<A, B>,
  ): Expr<Broadcast<A, B>, R>;

  reduction<
    B extends Shape,
    const A extends number | readonly number[] | undefined = undefined,
    K extends boolean = false,
  >(
    this: Expr<B, D>,
    options?: ReduceOptions<A, K>,
  ): Expr<Reduce<B, A, K>, R>;

  float(this: Expr<S, FloatDType>): Expr<S, R>;
}

/** A binary method: a scalar, the same shape, a trailing vector, and at last any two shapes that broadcast. */
export type Binary<S extends Shape, D extends DType, R extends DType = D> = Signatures<S, D, R>['binary'];

/** A reduction over `axis`, or over everything. */
export type Reduction<S extends Shape, D extends DType> = Signatures<S, D, D>['reduction'];

/** A function of floats, elementwise. */
export type Float<S extends Shape, D extends DType> = Signatures<S, D, D>['float'];

interface Sums<S extends Shape, D extends DType> {
  sum<
    B extends Shape,
    const A extends number | readonly number[] | undefined = undefined,
    K extends boolean = false,
  >(
    this: Expr<B, 'bool'>,
    options?: ReduceOptions<A, K>,
  ): Expr<Reduce<B, A, K>, 'int32'>;
  sum<
    B extends Shape,
    const A extends number | readonly number[] | undefined = undefined,
    K extends boolean = false,
  >(
    this: Expr<B, D>,
    options?: ReduceOptions<A, K>,
  ): Expr<Reduce<B, A, K>, D>;
  readonly shape?: S;
}
/** The sum over `axis`, or over everything. */
export type Sum<S extends Shape, D extends DType> = Sums<S, D>['sum'];

interface FloatReductions<S extends Shape, D extends DType, O> {
  reduction<
    B extends Shape,
    const A extends number | readonly number[] | undefined = undefined,
    K extends boolean = false,
  >(
    this: Expr<B, FloatDType>,
    options?: ReduceOptions<A, K> & O,
  ): Expr<Reduce<B, A, K>, D>;
  places<B extends Shape, const A extends number | undefined = undefined, K extends boolean = false>(
    this: Expr<B, D>,
    options?: ReduceOptions<A, K>,
  ): Expr<Reduce<B, A, K>, 'int32'>;
  readonly shape?: S;
}
/** A reduction of floats with options of its own. */
export type FloatReduction<S extends Shape, D extends DType, O> = FloatReductions<S, D, O>['reduction'];
/** The place of an extreme along one axis, or in the flattened tensor. */
export type Places<S extends Shape, D extends DType> = FloatReductions<S, D, object>['places'];

export interface Methods<S extends Shape, D extends DType> {
  /** The same value under a name of yours, for reports and messages. */
  named(name: string): Expr<S, D>;
  /** The same value as another element type. */
  cast<T extends DType>(dtype: T): Expr<S, T>;

  readonly add: Binary<S, D>;
  readonly sub: Binary<S, D>;
  readonly mul: Binary<S, D>;
  readonly div: Binary<S, D>;
  readonly pow: Binary<S, D>;
  readonly maximum: Binary<S, D>;
  readonly minimum: Binary<S, D>;
  readonly eq: Binary<S, D, 'bool'>;
  readonly ne: Binary<S, D, 'bool'>;
  readonly lt: Binary<S, D, 'bool'>;
  readonly le: Binary<S, D, 'bool'>;
  readonly gt: Binary<S, D, 'bool'>;
  readonly ge: Binary<S, D, 'bool'>;

  neg(): Expr<S, D>;
  abs(): Expr<S, D>;
  sign(): Expr<S, D>;
  square(): Expr<S, D>;
  readonly reciprocal: Float<S, D>;
  readonly sqrt: Float<S, D>;
  readonly rsqrt: Float<S, D>;
  readonly exp: Float<S, D>;
  readonly log: Float<S, D>;
  readonly sin: Float<S, D>;
  readonly cos: Float<S, D>;
  readonly tanh: Float<S, D>;
  readonly sigmoid: Float<S, D>;
  readonly relu: Float<S, D>;
  readonly floor: Float<S, D>;
  readonly ceil: Float<S, D>;
  readonly round: Float<S, D>;
  readonly trunc: Float<S, D>;
  /** Not below `min`, not above `max`. */
  clamp(options: { readonly min?: number; readonly max?: number }): Expr<S, D>;

  /** Adds over `axis`, or over everything. Bools are counted, as int32. */
  readonly sum: Sum<S, D>;
  readonly mean: Reduction<S, D>;
  readonly max: Reduction<S, D>;
  readonly min: Reduction<S, D>;
  readonly prod: Reduction<S, D>;
  /** The variance; divides by the count less `correction`, default 1. */
  readonly variance: FloatReduction<S, D, { readonly correction?: number }>;
  /** The square root of the variance. */
  readonly std: FloatReduction<S, D, { readonly correction?: number }>;
  /** The p-norm, default 2. */
  readonly norm: FloatReduction<S, D, { readonly p?: number }>;
  /** log(sum(e^x)) without overflow. */
  readonly logSumExp: FloatReduction<S, D, object>;
  /** The place of the largest entry: the first of ties. */
  readonly argmax: Places<S, D>;
  /** The place of the smallest entry: the first of ties. */
  readonly argmin: Places<S, D>;
  /** e^x / sum(e^x) along an axis, default the last. */
  softmax(this: Expr<S, FloatDType>, options?: { readonly axis?: number }): Expr<S, D>;
  /** log(softmax(x)) along an axis, default the last. */
  logSoftmax(this: Expr<S, FloatDType>, options?: { readonly axis?: number }): Expr<S, D>;
  /** Running sums along an axis. */
  cumsum(options: { readonly axis: number; readonly reverse?: boolean }): Expr<S, D>;

  /** The same elements in row-major order; one size may be -1. */
  reshape<B extends Shape, const T extends Shape>(
    this: Expr<B, D>,
    shape: T & FitsReshape<B, T>,
  ): Expr<Reshaped<B, T>, D>;
  /** Axes `start` (default 0) to `end` (default -1) joined to one. */
  flatten<B extends Shape, const A extends number = 0, const E extends number = -1>(
    this: Expr<B, D>,
    options?: FlattenOptions<A, E>,
  ): Expr<Flattened<B, A, E>, D>;
  /** Python's x[start:stop:step] along one axis. */
  slice<B extends Shape, const A extends number>(
    this: Expr<B, D>,
    options: SliceOptions<A>,
  ): Expr<ReplaceAxis<B, A, Dim>, D>;
  /** Entry `index` of an axis, which disappears. */
  select<B extends Shape, const A extends number>(
    this: Expr<B, D>,
    options: { readonly axis: A; readonly index: number },
  ): Expr<Reduce<B, A, false>, D>;
  /** The entries of an axis (default 0) that `indices` name. */
  take<B extends Shape, I extends Shape, const A extends number = 0>(
    this: Expr<B, D>,
    indices: Expr<I, 'int32'>,
    options?: { readonly axis?: A },
  ): Expr<Spliced<B, A, I>, D>;
  /** The order along `axis`, or along every axis, reversed. */
  flip(options?: { readonly axis?: number | readonly number[] }): Expr<S, D>;
  /** Broadcasts, where -1 keeps the size that the axis has. */
  expand(shape: Shape): Expr<Shape, D>;
  broadcastTo<const T extends Shape>(shape: T): Expr<T, D>;
  permute<B extends Shape, const P extends readonly number[]>(
    this: Expr<B, D>,
    axes: P,
  ): Expr<Permuted<B, P>, D>;
  /** The last two axes exchanged. */
  transpose<B extends Shape>(this: Expr<B, D>): Expr<TransposeLast<B>, D>;
  /** Drops axis `axis`, which has size 1. */
  squeeze<B extends Shape, const A extends number>(this: Expr<B, D>, axis: A): Expr<Reduce<B, A, false>, D>;
  /** A new axis of size 1 before axis `axis`. */
  unsqueeze<B extends Shape, const A extends number>(this: Expr<B, D>, axis: A): Expr<Inserted<B, A, 1>, D>;
  matmul<A extends Shape, B extends Shape>(
    this: Expr<A, D>,
    other: Expr<B, D> & FitsMatMul<A, B>,
  ): Expr<MatMul<A, B>, D>;
}
