/**
 * Slice and pad, each the other's derivative. Axes with a named size keep it: an axis of size N can be shifted by
 * padding one end as much as the other end is cropped, but not shortened, because N - 1 is no size.
 */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import {
  cond,
  constant as scalarConstant,
  indexAdd,
  indexMul,
  int32,
  prim,
  sizeOf,
} from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { apply, defineOp, example } from './define.ts';
import type { MeaningContext, Op, Read, Tensor } from './define.ts';
import { moved } from './index-math.ts';

const only = (node: Expr): Expr => must(node.args[0], 'operand');

export type SliceAttrs = {
  readonly starts: readonly number[];
  readonly steps: readonly number[];
  readonly shape: readonly Size[];
};

export const sliceOp: Op<SliceAttrs> = defineOp<SliceAttrs>({
  name: 'slice',
  family: 'movement',
  doc: 'Along each axis, `shape` elements from `starts` on, `steps` apart. Named sizes stay whole.',
  examples: [
    example({ starts: [1, 0], steps: [1, 2], shape: [2, 2] }, [3, 4]),
    example({ starts: [0, 3], steps: [1, 1], shape: [3, 0] }, [3, 4]),
    example({ starts: [], steps: [], shape: [] }, []),
  ],
  infer: ([x], attrs) => {
    const operand = must(x, 'operand');
    operand.shape.forEach((size, axis) => checkSlice(operand, size, axis, attrs));
    return { shape: attrs.shape, dtype: operand.dtype };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], context: MeaningContext<SliceAttrs>) => {
    const { starts, steps } = context.attrs;
    const place = (index: readonly number[]): number[] =>
      index.map((i, axis) => (starts[axis] ?? 0) + i * (steps[axis] ?? 1));
    return moved(must(args[0], 'operand'), context.shape, place, k.constant(0));
  },
  vjp: (g, node) => {
    const { starts, steps } = node.attrs as SliceAttrs;
    const high = only(node).shape.map((size, axis) => {
      const kept = node.shape[axis];
      if (typeof size !== 'number' || typeof kept !== 'number') return 0;
      return kept === 0
        ? size - at(starts, axis)
        : size - at(starts, axis) - (kept - 1) * at(steps, axis) - 1;
    });
    const between = steps.map((step) => step - 1);
    return [padWith(g, { low: starts, high, between, value: 0 })];
  },
  lowering: {
    kind: 'view',
    read: (node, index, read) => {
      const { starts, steps } = node.attrs as SliceAttrs;
      return read(
        0,
        index.map((i, axis) => indexAdd(indexMul(i, at(steps, axis)), int32(at(starts, axis)))),
      );
    },
  },
});

const at = (values: readonly number[], axis: number): number => must(values[axis], 'axis');

function checkSlice(x: Expr, size: Size, axis: number, { starts, steps, shape }: SliceAttrs): void {
  const [start, step, kept] = [starts[axis], steps[axis], shape[axis]];
  if (start === 0 && step === 1 && kept === size) return;
  const detail = [describe(x)];
  if (typeof size !== 'number' || typeof kept !== 'number') {
    throw new AdjointError('E-SHAPE-SYMBOLIC', `slice: axis ${axis} has the named size ${size}`, detail);
  }
  const whole = [start, step, kept].every((value) => Number.isInteger(value));
  const last = (start ?? 0) + (kept - 1) * (step ?? 1);
  if (whole && at(starts, axis) >= 0 && at(steps, axis) >= 1 && kept >= 0 && (kept === 0 || last < size))
    return;
  const headline = `slice: ${kept} elements from ${start} by ${step} do not lie in axis ${axis}`;
  throw new AdjointError('E-ATTRIBUTE', headline, detail);
}

export type PadAttrs = {
  /** Elements added before the first one of each axis; a negative number crops. */
  readonly low: readonly number[];
  /** Elements added after the last one. */
  readonly high: readonly number[];
  /** Elements put between neighbors. */
  readonly between: readonly number[];
  readonly value: number;
};

/** The size of an axis that is padded by `low`, `high` and `between`. */
function paddedSize(x: Expr, axis: number, { low, high, between }: PadAttrs): Size {
  const size = must(x.shape[axis], 'size');
  const [before, after, gap] = [at(low, axis), at(high, axis), at(between, axis)];
  if (before + after === 0 && gap === 0) return size;
  if (typeof size !== 'number') {
    throw new AdjointError('E-SHAPE-SYMBOLIC', `pad: axis ${axis} has the named size ${size}`, [describe(x)]);
  }
  const padded = before + (size === 0 ? 0 : size + (size - 1) * gap) + after;
  if (Number.isInteger(padded) && padded >= 0 && gap >= 0) return padded;
  throw new AdjointError(
    'E-ATTRIBUTE',
    `pad: axis ${axis} of ${showShape(x.shape)} would have ${padded} elements`,
    [describe(x)],
  );
}

export const padOp: Op<PadAttrs> = defineOp<PadAttrs>({
  name: 'pad',
  family: 'movement',
  doc: 'Puts `value` before, after and between the elements of each axis; negative amounts at the ends crop.',
  examples: [
    example({ low: [1, 0], high: [2, 1], between: [0, 2], value: 0.5 }, [2, 3]),
    example({ low: [-1, 2], high: [1, -2], between: [0, 0], value: 0 }, [3, 4]),
    example({ low: [2], high: [1], between: [3], value: -1 }, [0]),
  ],
  infer: ([x], attrs) => {
    const operand = must(x, 'operand');
    return { shape: operand.shape.map((_, axis) => paddedSize(operand, axis, attrs)), dtype: operand.dtype };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], context: MeaningContext<PadAttrs>) => {
    const x = must(args[0], 'operand');
    const { low, between, value } = context.attrs;
    const place = (index: readonly number[]): number[] | null => {
      const source = index.map((i, axis) => (i - at(low, axis)) / (at(between, axis) + 1));
      const inside = source.every((i, axis) => Number.isInteger(i) && i >= 0 && i < at(x.shape, axis));
      return inside ? source : null;
    };
    return moved(x, context.shape, place, k.constant(value));
  },
  vjp: (g, node) => {
    const { low, high, between } = node.attrs as PadAttrs;
    const opposite = (amounts: readonly number[]): number[] => amounts.map((amount) => 0 - amount);
    const none = between.map(() => 0);
    const whole = padWith(g, { low: opposite(low), high: opposite(high), between: none, value: 0 });
    const { shape } = only(node);
    return [sliceWith(whole, { starts: none, steps: between.map((gap) => gap + 1), shape })];
  },
  lowering: { kind: 'view', read: readPadded },
});

function readPadded(node: Expr, index: readonly Scalar[], read: Read): Scalar {
  const { low, high, between, value } = node.attrs as PadAttrs;
  const { shape } = only(node);
  const tests: Scalar[] = [];
  const source = index.map((i, axis) => {
    const gap = at(between, axis) + 1;
    const size = must(shape[axis], 'size');
    const moved = indexAdd(i, int32(0 - at(low, axis)));
    const place = gap === 1 ? moved : prim('idiv', moved, int32(gap));
    if (at(low, axis) > 0) tests.push(prim('le', int32(0), moved));
    if (gap > 1) tests.push(prim('eq', prim('irem', moved, int32(gap)), int32(0)));
    if (at(high, axis) > 0) tests.push(prim('lt', place, sizeOf(size)));
    return place;
  });
  const inside = tests.reduce<Scalar | null>((all, test) => (all ? prim('and', all, test) : test), null);
  const element = read(0, source);
  return inside ? cond(inside, element, scalarConstant(node.dtype, value)) : element;
}

/** Slices as `attrs` say; nothing where all elements stay. */
export function sliceWith<D extends DType>(x: Expr<Shape, D>, attrs: SliceAttrs): Expr<Shape, D> {
  if (showShape(attrs.shape) === showShape(x.shape)) return x;
  return apply(sliceOp, [x], attrs) as Expr<Shape, D>;
}

/** Pads as `attrs` say; nothing where no element comes or goes. */
export function padWith<D extends DType>(x: Expr<Shape, D>, attrs: PadAttrs): Expr<Shape, D> {
  const { low, high, between } = attrs;
  if ([...low, ...high, ...between].every((amount) => amount === 0)) return x;
  return apply(padOp, [x], attrs) as Expr<Shape, D>;
}
