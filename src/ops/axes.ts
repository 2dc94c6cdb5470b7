/** Axes joined, taken apart and moved. */
import type { DType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import type { Size } from '../size.ts';
import { normalAxis } from './index-math.ts';
import { permute } from './permute.ts';
import { reshape } from './reshape.ts';
import type { FlattenedFrom } from './result-types.ts';

export interface FlattenOptions<A extends number = number, E extends number = number> {
  /** The first axis to join, default 0. */
  readonly start?: A;
  /** The last axis to join, default -1. */
  readonly end?: E;
}

/** The shape after joining axes `A` to `E`, known where `E` is the last one. */
export type Flattened<S extends Shape, A extends number, E extends number> = E extends -1
  ? FlattenedFrom<S, A>
  : Shape;

/** Joins neighboring axes to one; a scalar becomes a vector of one element. */
export function flatten<
  S extends Shape,
  D extends DType,
  const A extends number = 0,
  const E extends number = -1,
>(x: Expr<S, D>, options: FlattenOptions<A, E> = {}): Expr<Flattened<S, A, E>, D> {
  return flattened(x, options) as unknown as Expr<Flattened<S, A, E>, D>;
}

function flattened(x: Expr, options: FlattenOptions): Expr {
  if (x.shape.length === 0) return reshape(x, [1]);
  const start = normalAxis('flatten', x, options.start ?? 0);
  const end = normalAxis('flatten', x, options.end ?? -1);
  if (end < start)
    throw new AdjointError('E-SHAPE-AXIS', 'flatten: the end lies before the start', [describe(x)]);
  const joined = product(x.shape.slice(start, end + 1));
  return reshape(x, x.shape.toSpliced(start, end + 1 - start, joined));
}

/** Takes one axis apart into axes of the sizes `shape`, one of which may be -1. */
export function unflatten<D extends DType>(
  x: Expr<Shape, D>,
  options: { readonly axis: number; readonly shape: readonly Size[] },
): Expr<Shape, D> {
  const axis = normalAxis('unflatten', x, options.axis);
  return reshape(x, x.shape.toSpliced(axis, 1, ...options.shape));
}

/** Moves axis `from` to place `to`; the others keep their order. */
export function moveAxis<D extends DType>(x: Expr<Shape, D>, from: number, to: number): Expr<Shape, D> {
  const [source, target] = [normalAxis('moveAxis', x, from), normalAxis('moveAxis', x, to)];
  const others = x.shape.map((_, i) => i).filter((i) => i !== source);
  return permute(x, others.toSpliced(target, 0, source));
}
