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
  Shape,
  TransposeLast,
} from './shape-types.ts';

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
    other: Expr<readonly [C], D>,
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
}

/** A binary method: a scalar, the same shape, a trailing vector, and at last any two shapes that broadcast. */
export type Binary<S extends Shape, D extends DType, R extends DType = D> = Signatures<S, D, R>['binary'];

/** A reduction over `axis`, or over everything. */
export type Reduction<S extends Shape, D extends DType> = Signatures<S, D, D>['reduction'];

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
  square(): Expr<S, D>;
  sqrt(this: Expr<S, FloatDType>): Expr<S, D>;
  exp(this: Expr<S, FloatDType>): Expr<S, D>;
  log(this: Expr<S, FloatDType>): Expr<S, D>;
  tanh(this: Expr<S, FloatDType>): Expr<S, D>;
  sigmoid(this: Expr<S, FloatDType>): Expr<S, D>;
  relu(this: Expr<S, FloatDType>): Expr<S, D>;

  readonly sum: Reduction<S, D>;
  readonly mean: Reduction<S, D>;
  readonly max: Reduction<S, D>;
  readonly min: Reduction<S, D>;

  reshape<const T extends Shape>(shape: T): Expr<T, D>;
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
  unsqueeze(axis: number): Expr<Shape, D>;
  matmul<A extends Shape, B extends Shape>(
    this: Expr<A, D>,
    other: Expr<B, D> & FitsMatMul<A, B>,
  ): Expr<MatMul<A, B>, D>;
}
