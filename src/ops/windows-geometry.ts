/**
 * Sliding windows along one axis. The operand is spread (its elements set `spread` apart), padded by `low` and
 * `high` (negative: cropped), and a window of `kernel` taps, `dilation` apart, moves over it by `stride`.
 */
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { AttrValue, Expr } from '../expr.ts';
import { cond, constant, indexAdd, indexMul, int32, prim } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import type { Size } from '../size.ts';

/** What moves along an axis, without the axis itself. */
export interface Slide {
  readonly stride: number;
  readonly low: number;
  readonly high: number;
  readonly dilation: number;
  readonly spread: number;
}

export interface Window extends Slide {
  /** Elements of the operand along the axis. */
  readonly size: number;
  readonly kernel: number;
}

/** The same of several axes, as attributes of a node: one number for each of them. */
export type SlideAttrs = { readonly [K in keyof Slide]: readonly number[] };

export function slideAttrs(slides: readonly Slide[]): SlideAttrs {
  const list = (key: keyof Slide): number[] => slides.map((slide) => slide[key]);
  return {
    stride: list('stride'),
    low: list('low'),
    high: list('high'),
    dilation: list('dilation'),
    spread: list('spread'),
  };
}

/** The slide along axis `i` that attributes describe. */
export function slideAt(attrs: Readonly<Record<string, AttrValue>>, i: number): Slide {
  const read = (key: keyof Slide): number => Number(must((attrs[key] as readonly number[])[i], key));
  return {
    stride: read('stride'),
    low: read('low'),
    high: read('high'),
    dilation: read('dilation'),
    spread: read('spread'),
  };
}

/** Elements from the first to the last of `count` that are `step` apart. */
export const extent = (count: number, step: number): number => (count === 0 ? 0 : (count - 1) * step + 1);

/** How many places the window has; not positive where it does not fit. */
export function placesOf({ size, kernel, stride, low, high, dilation, spread }: Window): number {
  return Math.floor((low + extent(size, spread) + high - extent(kernel, dilation)) / stride) + 1;
}

/** The element under tap `tap` of the window at `place`; null on padding and between spread elements. */
export function elementAt(window: Window, place: number, tap: number): number | null {
  const { stride, dilation, low, spread, size } = window;
  const index = (place * stride + tap * dilation - low) / spread;
  return Number.isInteger(index) && index >= 0 && index < size ? index : null;
}

export interface Guarded {
  readonly index: Scalar;
  /** All hold where the index is one of the operand. */
  readonly tests: readonly Scalar[];
}

/** `elementAt` as kernel scalars; what always holds is not tested. */
export function elementScalar(window: Window, place: Scalar, tap: Scalar): Guarded {
  const { stride, dilation, low, spread, size, kernel } = window;
  const shifted = indexAdd(indexMul(place, stride), indexMul(tap, dilation));
  const position = indexAdd(shifted, int32(0 - low));
  const last = (placesOf(window) - 1) * stride + (kernel - 1) * dilation - low;
  const tests: Scalar[] = [];
  if (low > 0) tests.push(prim('le', int32(0), position));
  if (last >= extent(size, spread)) tests.push(prim('lt', position, int32(extent(size, spread))));
  if (spread > 1) tests.push(prim('eq', prim('irem', position, int32(spread)), int32(0)));
  return { index: spread > 1 ? prim('idiv', position, int32(spread)) : position, tests };
}

/** `value` where all tests hold, else the number `otherwise`; `value` is evaluated only there. */
export function guarded(tests: readonly Scalar[], value: Scalar, otherwise: number): Scalar {
  const [first, ...rest] = tests;
  if (!first) return value;
  const test = rest.reduce((all, next) => prim('and', all, next), first);
  return cond(test, value, constant(value.dtype, otherwise));
}

/** A size that windows move over, which must be known when the program is declared. */
export function knownSize(what: string, x: Expr, axis: number): number {
  const size: Size = must(x.shape[axis], 'size');
  if (typeof size === 'number') return size;
  throw new AdjointError('E-SHAPE-SYMBOLIC', `${what}: axis ${axis} has the named size ${size}`, [
    describe(x),
  ]);
}

/** The number of places, or an error that names the operand and the axis. */
export function checkedPlaces(what: string, x: Expr, axis: number, window: Window): number {
  const places = placesOf(window);
  if (places >= 1) return places;
  const { kernel, dilation, size, low, high, spread } = window;
  const padded = low + extent(size, spread) + high;
  const headline = `${what}: a window of ${extent(kernel, dilation)} does not fit into ${padded} along axis ${axis}`;
  throw new AdjointError('E-SHAPE-WINDOW', headline, [describe(x)]);
}

/** A window option for each of `rank` axes; one number means the same along each. Whole, and at least `least`. */
export function perAxis(
  what: string,
  name: string,
  value: number | readonly number[],
  rank: number,
  least: number,
): readonly number[] {
  const values = typeof value === 'number' ? Array.from({ length: rank }, () => value) : value;
  if (values.length === rank && values.every((v) => Number.isSafeInteger(v) && v >= least)) return values;
  const headline = `${what}: ${name} is ${JSON.stringify(value)}`;
  const hint = `Give one integer of at least ${least}, or one for each of ${rank} axes.`;
  throw new AdjointError('E-ATTRIBUTE', headline, [], hint);
}
