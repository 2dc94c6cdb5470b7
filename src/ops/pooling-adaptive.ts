/** Pooling to a given size: window i along an axis covers [floor(i size / count), ceil((i + 1) size / count)). */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Dim, Shape } from '../shape-types.ts';
import { sum } from './broadcast.ts';
import { where } from './compare.ts';
import { tensor } from './leaves.ts';
import { divideByCounts, maxFirst } from './pooling.ts';
import type { PoolFloat, Pooled } from './pooling.ts';
import { reshape } from './reshape.ts';
import { take } from './take.ts';
import { knownSize } from './windows-geometry.ts';

/** One number for all axes, or one for each; null keeps the size of the input. */
export type OutputSize = number | null | readonly (number | null)[];

interface Interval {
  readonly start: number;
  readonly count: number;
}

function intervals(size: number, count: number): Interval[] {
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * size) / count);
    return { start, count: Math.ceil(((i + 1) * size) / count) - start };
  });
}

/** Axis `axis` as windows and their taps: two axes in its place. Windows that are shorter than others end in `fill`. */
function splitAxis(x: PoolFloat, axis: number, parts: readonly Interval[], fill: number): PoolFloat {
  const size = Number(x.shape[axis]);
  if (size % parts.length === 0) {
    return reshape(x, x.shape.toSpliced(axis, 1, parts.length, size / parts.length)) as PoolFloat;
  }
  const taps = Math.max(...parts.map(({ count }) => count));
  const offsets = Array.from({ length: taps }, (_, i) => i);
  const places = parts.flatMap(({ start }) => offsets.map((i) => Math.min(start + i, size - 1)));
  const inside = parts.flatMap(({ count }) => offsets.map((i) => (i < count ? 1 : 0)));
  const taken = take(x, tensor(places, [parts.length, taps], 'int32'), { axis });
  const behind = x.shape.slice(axis + 1).map(() => 1);
  return where(tensor(inside, [parts.length, taps, ...behind], 'bool') as Expr<Shape, 'bool'>, taken, fill);
}

function outputSizes(what: string, x: Expr, rank: number, outputSize: OutputSize): number[] {
  const wanted = Array.isArray(outputSize) ? outputSize : Array.from({ length: rank }, () => outputSize);
  if (x.shape.length < rank || wanted.length !== rank) {
    throw new AdjointError('E-SHAPE-RANK', `${what}: ${rank} axes and sizes are needed`, [describe(x)]);
  }
  return wanted.map((count, i) => {
    const size = knownSize(what, x, x.shape.length - rank + i);
    const result = count ?? size;
    if (Number.isSafeInteger(result) && result >= 1) return result;
    throw new AdjointError(
      'E-ATTRIBUTE',
      `${what}: outputSize is ${count}`,
      [],
      'Give positive integers, or null.',
    );
  });
}

/** Windows over the last axes: x with two axes for each, the axes of taps, and how many taps count. */
function adaptiveWindows(what: string, x: PoolFloat, rank: number, outputSize: OutputSize, fill: number) {
  const first = x.shape.length - rank;
  const parts = outputSizes(what, x, rank, outputSize).map((count, i) =>
    intervals(Number(x.shape[first + i]), count),
  );
  // From the last axis on, so that the axes before it keep their numbers.
  const split = parts.reduceRight((y, part, i) => splitAxis(y, first + i, must(part, 'axis'), fill), x);
  return {
    split,
    taps: parts.map((_, i) => first + 2 * i + 1),
    counts: parts.map((part) => part.map(({ count }) => count)),
  };
}

type Adaptive<P extends Shape> = <S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  outputSize: OutputSize,
) => Expr<Pooled<S, P>, D>;

function adaptiveAvg<P extends Shape>(name: string, rank: number): Adaptive<P> {
  const build = (x: PoolFloat, outputSize: OutputSize): Expr => {
    const { split, taps, counts } = adaptiveWindows(name, x, rank, outputSize, 0);
    return divideByCounts(sum(split, { axis: taps }) as PoolFloat, counts);
  };
  return build as unknown as Adaptive<P>;
}

function adaptiveMax<P extends Shape>(name: string, rank: number): Adaptive<P> {
  const build = (x: PoolFloat, outputSize: OutputSize): Expr => {
    const { split, taps } = adaptiveWindows(name, x, rank, outputSize, Number.NEGATIVE_INFINITY);
    return maxFirst(split, { axis: taps });
  };
  return build as unknown as Adaptive<P>;
}

/** Means of as many windows along the last axis as `outputSize` says. */
export const adaptiveAvgPool1d: Adaptive<readonly [Dim]> = adaptiveAvg<readonly [Dim]>(
  'adaptiveAvgPool1d',
  1,
);
/** Means of windows over the last two axes, as many as `outputSize` says. */
export const adaptiveAvgPool2d: Adaptive<readonly [Dim, Dim]> = adaptiveAvg<readonly [Dim, Dim]>(
  'adaptiveAvgPool2d',
  2,
);
/** The largest of windows along the last axis, as many as `outputSize` says. */
export const adaptiveMaxPool1d: Adaptive<readonly [Dim]> = adaptiveMax<readonly [Dim]>(
  'adaptiveMaxPool1d',
  1,
);
/** The largest of windows over the last two axes, as many as `outputSize` says. */
export const adaptiveMaxPool2d: Adaptive<readonly [Dim, Dim]> = adaptiveMax<readonly [Dim, Dim]>(
  'adaptiveMaxPool2d',
  2,
);
