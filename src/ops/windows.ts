/**
 * Windows as a view, and their adjoint. `windows` appends one axis of taps for each axis that it moves along;
 * pooling, unfolding and sliding sums are compositions over it.
 */
import type { Algebra } from '../algebra/algebra.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { indexAdd, indexMul, int32, prim } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import type { Size } from '../size.ts';
import { apply, defineOp, example } from './define.ts';
import type { Example, MeaningContext, Op, Read, Tensor } from './define.ts';
import { eachIndex, flatIndex, moved } from './index-math.ts';
import type { Slide, SlideAttrs, Window } from './windows-geometry.ts';
import {
  checkedPlaces,
  elementAt,
  elementScalar,
  guarded,
  knownSize,
  placesOf,
  slideAt,
  slideAttrs,
} from './windows-geometry.ts';

export type TapAttrs = SlideAttrs & {
  /** The axes that windows move along. */
  readonly axes: readonly number[];
  /** Taps along each of them. */
  readonly kernel: readonly number[];
};
type WindowsAttrs = TapAttrs & { readonly value: number };
type OverlapAttrs = TapAttrs & {
  /** The sizes of the axes that windows moved along. */
  readonly sizes: readonly number[];
};

const only = (node: Expr): Expr => must(node.args[0], 'operand');
const at = <T>(values: readonly T[], i: number): T => must(values[i], 'axis');

/** The window along each of the axes, whose sizes are `sizes`. */
function windowsOf(attrs: TapAttrs, sizes: readonly number[]): Window[] {
  return attrs.kernel.map((kernel, i) => ({ ...slideAt(attrs, i), kernel, size: at(sizes, i) }));
}

const sizesAlong = (x: Expr, axes: readonly number[]): number[] =>
  axes.map((axis) => knownSize('windows', x, axis));

/** Windows, and the shape of what they move over. */
const tapExamples: readonly (readonly [TapAttrs, readonly number[]])[] = [
  [{ ...slideAttrs([slideOf({ axis: 1, kernel: 3 })]), axes: [1], kernel: [3] }, [2, 5]],
  [
    { ...slideAttrs([slideOf({ axis: 0, kernel: 2, stride: 3, padding: [1, 2] })]), axes: [0], kernel: [2] },
    [7, 2],
  ],
  [
    {
      ...slideAttrs([
        slideOf({ axis: 2, kernel: 2, dilation: 2, padding: [-1, 1] }),
        slideOf({ axis: 1, kernel: 3, stride: 2, padding: [2, 0] }),
      ]),
      axes: [2, 1],
      kernel: [2, 3],
    },
    [2, 4, 5],
  ],
];

/** The adjoint's operand has the shape that windows make. */
function overlapExample([attrs, shape]: readonly [TapAttrs, readonly number[]]): Example<OverlapAttrs> {
  const sizes = attrs.axes.map((axis) => at(shape, axis));
  const places = [...shape];
  windowsOf(attrs, sizes).forEach((window, i) => (places[at(attrs.axes, i)] = placesOf(window)));
  return example({ ...attrs, sizes }, [...places, ...attrs.kernel]);
}

export const windowsOp: Op<WindowsAttrs> = defineOp<WindowsAttrs>({
  name: 'windows',
  family: 'movement',
  doc: 'Each place of a sliding window: `axes` become places, and their taps are new last axes. Padding is `value`.',
  examples: tapExamples.map(([attrs, shape]) => example({ ...attrs, value: 0.5 }, shape)),
  infer: ([x], attrs) => {
    const operand = must(x, 'operand');
    const windows = windowsOf(attrs, sizesAlong(operand, attrs.axes));
    const shape = [...operand.shape];
    windows.forEach((window, i) => {
      shape[at(attrs.axes, i)] = checkedPlaces('windows', operand, at(attrs.axes, i), window);
    });
    return { shape: [...shape, ...attrs.kernel], dtype: operand.dtype };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { attrs, shape }: MeaningContext<WindowsAttrs>) => {
    const x = must(args[0], 'operand');
    const windows = windowsOf(
      attrs,
      attrs.axes.map((axis) => at(x.shape, axis)),
    );
    const source = (index: readonly number[]): number[] | null => {
      const place = index.slice(0, x.shape.length);
      const taps = index.slice(x.shape.length);
      for (const [i, window] of windows.entries()) {
        const element = elementAt(window, at(place, at(attrs.axes, i)), at(taps, i));
        if (element === null) return null;
        place[at(attrs.axes, i)] = element;
      }
      return place;
    };
    return moved(x, shape, source, k.constant(attrs.value));
  },
  vjp: (g, node) => {
    const { value: _value, ...attrs } = node.attrs as WindowsAttrs;
    return [apply(overlapAddOp, [g], { ...attrs, sizes: sizesAlong(only(node), attrs.axes) })];
  },
  lowering: { kind: 'view', read: readWindow },
});

function readWindow(node: Expr, index: readonly Scalar[], read: Read): Scalar {
  const attrs = node.attrs as WindowsAttrs;
  const x = only(node);
  const place = index.slice(0, x.shape.length);
  const taps = index.slice(x.shape.length);
  const tests = windowsOf(attrs, sizesAlong(x, attrs.axes)).flatMap((window, i) => {
    const axis = at(attrs.axes, i);
    const guard = elementScalar(window, at(place, axis), at(taps, i));
    place[axis] = guard.index;
    return guard.tests;
  });
  return guarded(tests, read(0, place), attrs.value);
}

export const overlapAddOp: Op<OverlapAttrs> = defineOp<OverlapAttrs>({
  name: 'overlapAdd',
  family: 'contraction',
  doc: 'The adjoint of `windows`: each element is the sum, over the taps in order, of the windows that cover it.',
  examples: tapExamples.map(overlapExample),
  infer: ([x], { axes, sizes }) => {
    const { shape, dtype } = must(x, 'operand');
    const whole: Size[] = shape.slice(0, shape.length - axes.length);
    axes.forEach((axis, i) => (whole[axis] = at(sizes, i)));
    return { shape: whole, dtype };
  },
  meaning: overlapMeaning,
  vjp: (g, node) => {
    const { sizes: _sizes, ...attrs } = node.attrs as OverlapAttrs;
    return [apply(windowsOp, [g], { ...attrs, value: 0 })];
  },
  lowering: {
    kind: 'contraction',
    axes: (node) => (node.attrs as OverlapAttrs).kernel,
    value: overlapTerm,
  },
});

function overlapMeaning<T>(
  k: Algebra<T>,
  args: readonly Tensor<T>[],
  { attrs, shape }: MeaningContext<OverlapAttrs>,
): T[] {
  const x = must(args[0], 'operand');
  const windows = windowsOf(attrs, attrs.sizes);
  const result: T[] = [];
  eachIndex(shape, (index) => {
    let total = k.constant(0);
    eachIndex(attrs.kernel, (taps) => {
      const place = [...index];
      const covered = windows.every((window, i) => {
        const axis = at(attrs.axes, i);
        const start = at(index, axis) + window.low - at(taps, i) * window.dilation;
        place[axis] = start / window.stride;
        return start >= 0 && start % window.stride === 0 && at(place, axis) < placesOf(window);
      });
      if (covered) total = k.add(total, must(x.data[flatIndex([...place, ...taps], x.shape)], 'element'));
    });
    result.push(total);
  });
  return result;
}

/** The window whose tap lies on the element: place = (element + low - tap * dilation) / stride, if it is one. */
function overlapTerm(node: Expr, index: readonly Scalar[], inner: readonly Scalar[], read: Read): Scalar {
  const attrs = node.attrs as OverlapAttrs;
  const place = [...index];
  const tests = windowsOf(attrs, attrs.sizes).flatMap((window, i) => {
    const axis = at(attrs.axes, i);
    const shift = indexAdd(at(index, axis), int32(window.low));
    const start = window.kernel === 1 ? shift : prim('sub', shift, indexMul(at(inner, i), window.dilation));
    const found = window.stride === 1 ? start : prim('idiv', start, int32(window.stride));
    place[axis] = found;
    const touches = [prim('le', int32(0), start), prim('lt', found, int32(placesOf(window)))];
    if (window.stride === 1) return touches;
    return [...touches, prim('eq', prim('irem', start, int32(window.stride)), int32(0))];
  });
  return guarded(tests, read(0, [...place, ...inner]), 0);
}

/** A window along one axis: taps, and how they move. Everything but the taps has a default. */
export interface WindowSpec {
  readonly axis: number;
  readonly kernel: number;
  /** Default 1. */
  readonly stride?: number;
  /** Default 1. */
  readonly dilation?: number;
  /** Elements added below and above, negative to crop; default none. */
  readonly padding?: readonly [low: number, high: number];
}

export function slideOf({ stride = 1, dilation = 1, padding: [low, high] = [0, 0] }: WindowSpec): Slide {
  return { stride, dilation, low, high, spread: 1 };
}
