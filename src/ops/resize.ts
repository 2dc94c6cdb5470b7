/** Images made larger and smaller. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { DType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { divide, product } from '../size.ts';
import { add, mul } from './arithmetic.ts';
import { tensor } from './leaves.ts';
import { knownSize } from './parts.ts';
import { permute } from './permute.ts';
import { reshape } from './reshape.ts';
import { take } from './take.ts';

function checkImages(what: string, x: Expr): void {
  if (x.shape.length >= 3) return;
  throw new AdjointError('E-SHAPE-RANK', `${what}: needs [..., channels, height, width]`, [describe(x)]);
}

/** Channels become pixels: [..., C r r, H, W] to [..., C, H r, W r]. */
export function pixelShuffle<D extends DType>(x: Expr<Shape, D>, factor: number): Expr<Shape, D> {
  checkImages('pixelShuffle', x);
  const lead = x.shape.slice(0, -3);
  const [channels, height, width] = [-3, -2, -1].map((axis) => must(x.shape.at(axis), 'size'));
  const outer = divide(must(channels, 'channels'), factor * factor);
  if (outer === null) {
    throw new AdjointError(
      'E-ATTRIBUTE',
      `pixelShuffle: ${channels} channels do not make ${factor} x ${factor}`,
      [describe(x)],
    );
  }
  const [h, w] = [must(height, 'height'), must(width, 'width')];
  const apart = reshape(x, [...lead, outer, factor, factor, h, w]) as Expr<Shape, D>;
  const n = lead.length;
  const order = [...lead.map((_, i) => i), n, n + 3, n + 1, n + 4, n + 2];
  return reshape(permute(apart, order) as Expr<Shape, D>, [
    ...lead,
    outer,
    product([h, factor]),
    product([w, factor]),
  ]);
}

/** Pixels become channels: the inverse of `pixelShuffle`. */
export function pixelUnshuffle<D extends DType>(x: Expr<Shape, D>, factor: number): Expr<Shape, D> {
  checkImages('pixelUnshuffle', x);
  const lead = x.shape.slice(0, -3);
  const [channels, height, width] = [-3, -2, -1].map((axis) => must(x.shape.at(axis), 'size'));
  const [h, w] = [divide(must(height, 'height'), factor), divide(must(width, 'width'), factor)];
  if (h === null || w === null) {
    throw new AdjointError('E-ATTRIBUTE', `pixelUnshuffle: ${factor} does not divide ${height} x ${width}`, [
      describe(x),
    ]);
  }
  const c = must(channels, 'channels');
  const apart = reshape(x, [...lead, c, h, factor, w, factor]) as Expr<Shape, D>;
  const n = lead.length;
  const order = [...lead.map((_, i) => i), n, n + 2, n + 4, n + 1, n + 3];
  return reshape(permute(apart, order) as Expr<Shape, D>, [...lead, product([c, factor * factor]), h, w]);
}

export interface InterpolateOptions {
  /** The new sizes of the last axes. */
  readonly size: readonly number[];
  /** Default 'nearest'. 'bilinear' is linear along each of the axes. */
  readonly mode?: 'nearest' | 'bilinear';
  /** For 'bilinear': whether the outermost pixels keep their places; default false. */
  readonly alignCorners?: boolean;
}

/** Where pixel `i` of `to` lies among `from` pixels. */
function sourcePlace(i: number, from: number, to: number, alignCorners: boolean): number {
  if (alignCorners) return to > 1 ? (i * (from - 1)) / (to - 1) : 0;
  return Math.max(0, ((i + 0.5) * from) / to - 0.5);
}

function resizeLinear(x: Expr<Shape, FloatDType>, axis: number, to: number, alignCorners: boolean): Expr {
  const from = knownSize('interpolate', x, axis);
  const places = Array.from({ length: to }, (_, i) => sourcePlace(i, from, to, alignCorners));
  const lower = places.map((place) => Math.min(Math.floor(place), from - 1));
  const upper = lower.map((place) => Math.min(place + 1, from - 1));
  const weight = places.map((place, i) => place - (lower[i] ?? 0));
  const shape = x.shape.map((_, i) => (i === axis ? to : 1));
  const weighted = (at: readonly number[], by: readonly number[]): Expr =>
    mul(take(x, tensor(at, [to], 'int32'), { axis }) as Expr, tensor(by, shape, x.dtype) as Expr);
  const near = weighted(
    lower,
    weight.map((w) => 1 - w),
  );
  return add(near, weighted(upper, weight));
}

/** PyTorch multiplies by a float32 scale, which decides where a place falls exactly between two pixels. */
function resizeNearest(x: Expr, axis: number, to: number): Expr {
  const from = knownSize('interpolate', x, axis);
  const scale = Math.fround(from / to);
  const places = Array.from({ length: to }, (_, i) => Math.min(Math.floor(Math.fround(i * scale)), from - 1));
  return take(x, tensor(places, [to], 'int32') as Expr<Shape, 'int32'>, { axis });
}

/** The last axes resized: to the nearest earlier pixel, or linearly between neighbors. */
export function interpolate<D extends FloatDType>(
  x: Expr<Shape, D>,
  options: InterpolateOptions,
): Expr<Shape, D> {
  const { size, mode = 'nearest', alignCorners = false } = options;
  const first = x.shape.length - size.length;
  const valid = first >= 0 && size.every((to) => Number.isInteger(to) && to > 0);
  if (!valid) throw new AdjointError('E-ATTRIBUTE', `interpolate: size ${size.join(' x ')}`, [describe(x)]);
  const resized = size.reduce<Expr>((y, to, i) => {
    if (y.shape[first + i] === to) return y;
    if (mode === 'nearest') return resizeNearest(y, first + i, to);
    return resizeLinear(y as Expr<Shape, FloatDType>, first + i, to, alignCorners);
  }, x);
  return resized as unknown as Expr<Shape, D>;
}
