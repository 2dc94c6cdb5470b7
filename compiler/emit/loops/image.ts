/**
 * The operand of a sum in scratch memory, with the zeros around and between its elements, so that windows move over
 * it without a guard.
 */
import { axisOf, indexAdd, indexMul, int32, load } from '../../../src/kernel/build.ts';
import type { DType } from '../../../src/dtype.ts';
import type { Axis, Buffer, Scalar, Statement } from '../../../src/kernel/language.ts';
import type { Term } from './linear.ts';
import { isAxis } from './linear.ts';
import type { Source, Window } from './source.ts';

/** Where positions of a window lie: from `least` on, `extent` of them. */
interface Span {
  readonly least: number;
  readonly extent: number;
  /** The elements of the operand that are among them: their numbers along the window. */
  readonly first: number;
  readonly count: number;
}

export interface Image {
  readonly buffer: Buffer;
  readonly size: number;
  /** Whether some of it is not an element, and has to be cleared before it is filled. */
  readonly hasGaps: boolean;
  /** Puts the elements in their places, for the values of the axes that it is made anew for. */
  readonly fill: Statement;
  /** The operand as a load without guards. */
  readonly load: Extract<Scalar, { kind: 'load' }>;
}

/** Hands out scratch memory. */
export type Scratch = (name: string, dtype: DType, size: number) => Buffer;

function spanOf({ position, low, end, spread }: Window): Span {
  const reach = [...position.factors].map(([axis, factor]) => factor * (Number(axis.size) - 1));
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, position.constant);
  const least = sum(reach.map((x) => Math.min(0, x)));
  const most = sum(reach.map((x) => Math.max(0, x)));
  const first = Math.ceil((low ? Math.max(least, 0) : least) / spread);
  const last = Math.floor(Math.min(most, end - 1) / spread);
  return { least, extent: most - least + 1, first, count: Math.max(0, last - first + 1) };
}

/** A dimension of the image: part of its index, of what fills it, and of the operand's index. */
interface Dimension {
  readonly extent: number;
  readonly place: Scalar;
  readonly fresh: Axis;
  readonly target: Scalar;
  readonly source: Scalar;
}

function ofAxis({ of, factor }: Term): Dimension {
  const axis = of as Axis;
  const fresh: Axis = { name: axis.name, size: axis.size };
  const [place, target] = [axisOf(axis), axisOf(fresh)];
  return { extent: Number(axis.size), place, fresh, target, source: indexMul(target, factor) };
}

function ofWindow(window: Window): Dimension {
  const { position, spread, pitch } = window;
  const span = spanOf(window);
  const terms = [...position.factors].map(([axis, factor]) => indexMul(axisOf(axis), factor));
  const shifted = int32(position.constant - span.least);
  const fresh: Axis = { name: 's', size: span.count };
  const number = indexAdd(axisOf(fresh), int32(span.first));
  return {
    extent: span.extent,
    place: [...terms, shifted].reduce(indexAdd),
    fresh,
    target: indexAdd(indexMul(number, spread), int32(-span.least)),
    source: indexMul(number, pitch),
  };
}

/** Whether every position of a window is that of an element. */
const isFull = (window: Window): boolean => spanOf(window).count === spanOf(window).extent;

/** The image of a guarded load, whose index runs over the axes `inside`; it is made anew where others change. */
export function imageOf(
  { load: from, rest, windows }: Source,
  inside: readonly Axis[],
  scratch: Scratch,
): Image {
  const own = rest.filter(({ of }) => of !== null && isAxis(of) && inside.includes(of));
  const bySpan = [...windows].sort((x, y) => y.pitch - x.pitch);
  const dimensions = [...own.map(ofAxis), ...bySpan.map(ofWindow)];
  const size = dimensions.reduce((total, { extent }) => total * extent, 1);
  const buffer = scratch('image', from.dtype, size);
  const at = (of: (dimension: Dimension) => Scalar): Scalar =>
    dimensions.reduce<Scalar>(
      (index, dimension) => indexAdd(indexMul(index, dimension.extent), of(dimension)),
      int32(0),
    );
  const base = rest.filter((term) => !own.includes(term)).map(termScalar);
  const index = [...base, ...dimensions.map(({ source }) => source)].reduce(indexAdd, int32(0));
  const store: Statement = {
    kind: 'store',
    buffer,
    index: at(({ target }) => target),
    value: load(from.buffer, index),
  };
  const fill = dimensions.reduceRight<Statement>(
    (body, { fresh }) => ({ kind: 'loop', axis: fresh, body: [body] }),
    store,
  );
  const place = at((dimension) => dimension.place);
  return {
    buffer,
    size,
    hasGaps: !windows.every(isFull),
    fill,
    load: { kind: 'load', dtype: from.dtype, buffer, index: place },
  };
}

function termScalar({ of, factor }: Term): Scalar {
  if (of === null) return int32(factor);
  return indexMul(isAxis(of) ? axisOf(of) : of, factor);
}
