/** Axes in another order. */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Permuted, Shape, TransposeLast } from '../shape-types.ts';
import { apply, defineOp, example } from './define.ts';
import type { Op, Tensor } from './define.ts';
import { eachIndex, flatIndex, normalAxis } from './index-math.ts';

type PermuteAttrs = { readonly axes: readonly number[] };
export const permuteOp: Op<PermuteAttrs> = defineOp<PermuteAttrs>({
  name: 'permute',
  family: 'movement',
  doc: 'Axes in another order: axis i of the result is axis `axes[i]` of the operand.',
  examples: [
    example({ axes: [1, 0] }, [2, 3]),
    example({ axes: [2, 0, 1] }, [2, 3, 4]),
    example({ axes: [0, 2, 1] }, [2, 0, 3]),
    example({ axes: [] }, []),
  ],
  infer: ([x], { axes }) => {
    const { shape, dtype } = must(x, 'operand');
    return { shape: axes.map((axis) => must(shape[axis], 'axis')), dtype };
  },
  meaning: <T>(
    _k: Algebra<T>,
    args: readonly Tensor<T>[],
    { attrs, shape }: { attrs: PermuteAttrs; shape: readonly number[] },
  ) => {
    const x = must(args[0], 'operand');
    const result: T[] = [];
    const source = x.shape.map(() => 0);
    eachIndex(shape, (index) => {
      attrs.axes.forEach((axis, i) => (source[axis] = index[i] ?? 0));
      result.push(must(x.data[flatIndex(source, x.shape)], 'element'));
    });
    return result;
  },
  vjp: (g, node) => [permute(g, inversePermutation(node.attrs['axes'] as readonly number[]))],
  lowering: {
    kind: 'view',
    read: (node, index, read) => {
      const axes = node.attrs['axes'] as readonly number[];
      return read(
        0,
        inversePermutation(axes).map((i) => must(index[i], 'axis')),
      );
    },
  },
});

export function inversePermutation(axes: readonly number[]): number[] {
  const result = axes.map(() => 0);
  axes.forEach((axis, i) => (result[axis] = i));
  return result;
}

/** Axes in another order. */
export function permute<S extends Shape, D extends DType, const P extends readonly number[]>(
  x: Expr<S, D>,
  axes: P,
): Expr<Permuted<S, P>, D> {
  const order = axes.map((axis) => normalAxis('permute', x, axis));
  if (order.length !== x.shape.length || new Set(order).size !== order.length) {
    throw new AdjointError('E-SHAPE-AXIS', `permute: [${axes.join(', ')}] is not an order of the axes`, [
      describe(x),
    ]);
  }
  const result = order.every((axis, i) => axis === i) ? x : apply(permuteOp, [x], { axes: order });
  return result as unknown as Expr<Permuted<S, P>, D>;
}

/** The last two axes exchanged; another pair if given. */
export function transpose<S extends Shape, D extends DType>(x: Expr<S, D>): Expr<TransposeLast<S>, D>;
export function transpose<D extends DType>(x: Expr<Shape, D>, axis0: number, axis1: number): Expr<Shape, D>;
export function transpose(x: Expr, axis0 = -2, axis1 = -1): Expr {
  const [a, b] = [normalAxis('transpose', x, axis0), normalAxis('transpose', x, axis1)];
  return permute(
    x,
    x.shape.map((_, i) => (i === a ? b : i === b ? a : i)),
  );
}
