/**
 * Broadcast and sum. Broadcasting is sugar: builders insert `broadcastTo`, operators see equal shapes, and
 * un-broadcasting a gradient is the derivative of `broadcastTo`, which is `sum`.
 */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { int32 } from '../kernel/build.ts';
import type { ReduceOptions } from '../methods-types.ts';
import type { Reduce, Shape } from '../shape-types.ts';
import { canonicalSize } from '../size.ts';
import type { Size } from '../size.ts';
import { apply, defineOp, example } from './define.ts';
import type { Example, Op, Tensor } from './define.ts';
import { count, eachIndex, flatIndex, normalAxes } from './index-math.ts';
import { checkShape } from './leaves.ts';
import { reshape } from './reshape.ts';

const only = (node: Expr): Expr => must(node.args[0], 'operand');

type BroadcastAttrs = { readonly shape: readonly Size[] };
export const broadcastOp: Op<BroadcastAttrs> = defineOp<BroadcastAttrs>({
  name: 'broadcastTo',
  family: 'movement',
  doc: 'Repeats along new leading axes and along axes of size 1.',
  examples: [
    example({ shape: [2, 3] }, [3]),
    example({ shape: [2, 3, 4] }, [3, 1]),
    example({ shape: [2, 2] }, []),
    example({ shape: [0, 3] }, [1, 3]),
  ],
  infer: ([x], { shape }) => {
    const operand = must(x, 'operand');
    const lead = shape.length - operand.shape.length;
    if (lead < 0 || !operand.shape.every((size, i) => size === 1 || size === shape[lead + i])) {
      const headline = `broadcastTo ${showShape(shape)}: sizes do not fit`;
      throw new AdjointError('E-SHAPE-BROADCAST', headline, [describe(operand)]);
    }
    return { shape, dtype: operand.dtype };
  },
  meaning: <T>(_k: Algebra<T>, args: readonly Tensor<T>[], { shape }: { shape: readonly number[] }) => {
    const x = must(args[0], 'operand');
    const lead = shape.length - x.shape.length;
    const result: T[] = [];
    eachIndex(shape, (index) => {
      const source = x.shape.map((size, i) => (size === 1 ? 0 : (index[lead + i] ?? 0)));
      result.push(must(x.data[flatIndex(source, x.shape)], 'element'));
    });
    return result;
  },
  vjp: (g, node) => {
    const { shape } = only(node);
    const lead = node.shape.length - shape.length;
    const axes = node.shape.flatMap((size, i) =>
      i < lead || (shape[i - lead] === 1 && size !== 1) ? [i] : [],
    );
    return [reshape(sum(g, { axis: axes }), shape)];
  },
  lowering: {
    kind: 'view',
    read: (node, index, read) => {
      const { shape } = only(node);
      const lead = node.shape.length - shape.length;
      return read(
        0,
        shape.map((size, i) => (size === 1 ? int32(0) : must(index[lead + i], 'axis'))),
      );
    },
  },
});

/** Repeats along new leading axes and along axes of size 1. */
export function broadcastTo<const T extends Shape, D extends DType>(x: Expr<Shape, D>, shape: T): Expr<T, D> {
  checkShape('broadcastTo', shape);
  if (showShape(shape.map(canonicalSize)) === showShape(x.shape)) return x as unknown as Expr<T, D>;
  return apply(broadcastOp, [x], { shape: shape.map(canonicalSize) }) as unknown as Expr<T, D>;
}

/** The shape that both broadcast to; an error that names both where there is none. */
export function broadcastShapes(what: string, x: Expr, y: Expr): Size[] {
  const rank = Math.max(x.shape.length, y.shape.length);
  return Array.from({ length: rank }, (_, i) => {
    const a = x.shape[x.shape.length - rank + i] ?? 1;
    const b = y.shape[y.shape.length - rank + i] ?? 1;
    if (a === b || b === 1) return a;
    if (a === 1) return b;
    throw new AdjointError('E-SHAPE-BROADCAST', `${what}: sizes ${a} and ${b} do not fit`, [
      describe(x),
      describe(y),
    ]);
  });
}

export type ReduceAttrs = { readonly axes: readonly number[] };

/** Over one axis, over several, over all, over none, over an empty one. */
export const reduceExamples: readonly Example<ReduceAttrs>[] = [
  example({ axes: [1] }, [2, 3]),
  example({ axes: [0, 2] }, [2, 3, 4]),
  example({ axes: [0] }, [5]),
  example({ axes: [0] }, [1, 3]),
  example({ axes: [] }, []),
  example({ axes: [0] }, [0, 2]),
];

/** The shape rule of reductions: the named axes disappear. */
export function reducedShape(x: Expr, axes: readonly number[]): Size[] {
  return x.shape.filter((_, i) => !axes.includes(i));
}

/** Folds over the reduced index in row-major order, for every index that is kept. */
export function foldAxes<T>(x: Tensor<T>, axes: readonly number[], start: T, f: (a: T, b: T) => T): T[] {
  const kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
  const shape = kept.map((i) => x.shape[i] ?? 1);
  const result: T[] = Array.from({ length: count(shape) }, () => start);
  eachIndex(x.shape, (index, flat) => {
    const at = flatIndex(
      kept.map((i) => index[i] ?? 0),
      shape,
    );
    result[at] = f(must(result[at], 'element'), must(x.data[flat], 'element'));
  });
  return result;
}

export const sumOp: Op<ReduceAttrs> = defineOp<ReduceAttrs>({
  name: 'sum',
  family: 'reduction',
  doc: 'Adds over axes. Bools are counted.',
  examples: reduceExamples,
  infer: ([x], { axes }) => {
    const operand = must(x, 'operand');
    return { shape: reducedShape(operand, axes), dtype: operand.dtype === 'bool' ? 'int32' : operand.dtype };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { attrs }: { attrs: ReduceAttrs }) =>
    foldAxes(must(args[0], 'operand'), attrs.axes, k.constant(0), (a, b) => k.add(a, b)),
  vjp: (g, node) => {
    const x = only(node);
    if (!isFloat(x.dtype)) return [null];
    return [spread(g, x.shape, node.attrs['axes'] as readonly number[])];
  },
  lowering: { kind: 'reduce', combine: 'sum' },
});

/** The value of a reduction repeated over the axes that it removed. */
export function spread(value: Expr, shape: readonly Size[], axes: readonly number[]): Expr {
  const kept = shape.map((size, i) => (axes.includes(i) ? 1 : size));
  return broadcastTo(reshape(value, kept), shape);
}

/** Applies a reduction with NumPy's arguments. */
export function reduceWith(
  op: Op<ReduceAttrs>,
  x: Expr,
  options: ReduceOptions<number | readonly number[] | undefined, boolean> = {},
): Expr {
  const axes = normalAxes(op.name, x, options.axis);
  const reduced = axes.length === 0 && x.dtype !== 'bool' ? x : apply(op, [x], { axes });
  if (!options.keepdims) return reduced;
  return reshape(
    reduced,
    x.shape.map((size, i) => (axes.includes(i) ? 1 : size)),
  );
}

/** Adds over `axis`, or over everything. Bools are counted, as int32. */
export function sum<
  S extends Shape,
  D extends Exclude<DType, 'bool'>,
  const A extends number | readonly number[] | undefined = undefined,
  K extends boolean = false,
>(x: Expr<S, D>, options?: ReduceOptions<A, K>): Expr<Reduce<S, A, K>, D>;
export function sum<
  S extends Shape,
  const A extends number | readonly number[] | undefined = undefined,
  K extends boolean = false,
>(x: Expr<S, 'bool'>, options?: ReduceOptions<A, K>): Expr<Reduce<S, A, K>, 'int32'>;
export function sum<
  S extends Shape,
  const A extends number | readonly number[] | undefined = undefined,
  K extends boolean = false,
>(x: Expr<S>, options?: ReduceOptions<A, K>): Expr<Reduce<S, A, K>>;
export function sum(
  x: Expr,
  options: ReduceOptions<number | readonly number[] | undefined, boolean> = {},
): Expr {
  return reduceWith(sumOp, x, options);
}
