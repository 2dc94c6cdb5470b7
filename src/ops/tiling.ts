/** Repetition and rotation, by broadcasting, slices and joins. */
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { AtAxis, ReplaceAxis, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import type { Size } from '../size.ts';
import { broadcastTo } from './broadcast.ts';
import { concat } from './concat.ts';
import { normalAxis } from './index-math.ts';
import { knownSize, slice } from './parts.ts';
import { reshape } from './reshape.ts';
import type { Times } from './size-types.ts';

function checkCounts(what: string, x: Expr, counts: readonly number[]): void {
  if (counts.every((count) => Number.isInteger(count) && count >= 0)) return;
  throw new AdjointError('E-ATTRIBUTE', `${what}: ${counts.join(', ')} are not all counts`, [describe(x)]);
}

/** Repeats the whole tensor `counts[i]` times along axis i; counts in front of its axes make new ones. */
export function tile<D extends DType>(x: Expr<Shape, D>, counts: readonly number[]): Expr<Shape, D> {
  checkCounts('tile', x, counts);
  const rank = Math.max(counts.length, x.shape.length);
  const shape: readonly Size[] = [...Array.from({ length: rank - x.shape.length }, () => 1), ...x.shape];
  const times = [...Array.from({ length: rank - counts.length }, () => 1), ...counts];
  const apart = shape.flatMap((size) => [1, size]);
  const repeated = shape.flatMap((size, axis) => [must(times[axis], 'count'), size]);
  return reshape(
    broadcastTo(reshape(x, apart), repeated),
    shape.map((size, axis) => product([must(times[axis], 'count'), size])),
  );
}

/** Repeats each entry of `axis` `count` times in place. */
export function repeatInterleave<
  S extends Shape,
  D extends DType,
  const N extends number,
  const A extends number,
>(
  x: Expr<S, D>,
  options: { readonly count: N; readonly axis: A },
): Expr<ReplaceAxis<S, A, Times<AtAxis<S, A>, N>>, D> {
  const { count } = options;
  checkCounts('repeatInterleave', x, [count]);
  const axis = normalAxis('repeatInterleave', x, options.axis);
  const size = must(x.shape[axis], 'size');
  const apart = reshape(x, x.shape.toSpliced(axis + 1, 0, 1));
  const repeated = broadcastTo(apart, x.shape.toSpliced(axis + 1, 0, count)) as Expr;
  const whole = reshape(repeated, x.shape.with(axis, product([size, count])));
  return whole as unknown as Expr<ReplaceAxis<S, A, Times<AtAxis<S, A>, N>>, D>;
}

/** Broadcasts to `shape`, where -1 keeps the size that the axis has. */
export function expand<D extends DType>(x: Expr<Shape, D>, shape: readonly Size[]): Expr<Shape, D> {
  const lead = shape.length - x.shape.length;
  const kept = shape.map((size, axis) => (size === -1 ? x.shape[axis - lead] : size));
  if (lead < 0 || kept.includes(undefined)) {
    throw new AdjointError('E-SHAPE-BROADCAST', `expand to ${showShape(shape)}`, [describe(x)]);
  }
  return broadcastTo(
    x,
    kept.map((size) => must(size, 'size')),
  );
}

export interface RollOptions {
  /** How far entries move towards higher indices, one number for each axis. */
  readonly shift: number | readonly number[];
  /** The axes; without them the flattened tensor is rotated. */
  readonly axis?: number | readonly number[] | undefined;
}

/** Rotates along axes: what leaves at one end enters at the other. */
export function roll<S extends Shape, D extends DType>(x: Expr<S, D>, options: RollOptions): Expr<S, D> {
  const shifts = [options.shift].flat();
  const { axis } = options;
  if (axis === undefined) {
    const flat = reshape(x as Expr, [product(x.shape)]);
    return reshape(rotate(flat, 0, shifts[0] ?? 0), x.shape) as unknown as Expr<S, D>;
  }
  const axes = [axis].flat();
  if (axes.length !== shifts.length) {
    const headline = `roll: ${shifts.length} shifts for ${axes.length} axes`;
    throw new AdjointError('E-ATTRIBUTE', headline, [describe(x)]);
  }
  const rolled = axes.reduce<Expr<Shape, D>>(
    (y, each, i) => rotate(y, normalAxis('roll', y, each), shifts[i] ?? 0),
    x,
  );
  return rolled as unknown as Expr<S, D>;
}

function rotate<D extends DType>(x: Expr<Shape, D>, axis: number, shift: number): Expr<Shape, D> {
  const size = knownSize('roll', x, axis);
  const start = size === 0 ? 0 : (((size - shift) % size) + size) % size;
  if (start === 0) return x;
  return concat([slice(x, { axis, start }), slice(x, { axis, stop: start })], { axis });
}
