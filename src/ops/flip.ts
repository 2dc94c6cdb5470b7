/** Axes backwards. */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType } from '../dtype.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { indexAdd, int32, prim, sizeOf } from '../kernel/build.ts';
import type { Shape } from '../shape-types.ts';
import { apply, defineOp, example } from './define.ts';
import type { MeaningContext, Op, Tensor } from './define.ts';
import { moved, normalAxes } from './index-math.ts';

type FlipAttrs = { readonly axes: readonly number[] };

export const flipOp: Op<FlipAttrs> = defineOp<FlipAttrs>({
  name: 'flip',
  family: 'movement',
  doc: 'The order of the elements along `axes` reversed.',
  examples: [
    example({ axes: [0] }, [3]),
    example({ axes: [0, 2] }, [2, 3, 4]),
    example({ axes: [1] }, [2, 0]),
  ],
  infer: ([x]) => {
    const { shape, dtype } = must(x, 'operand');
    return { shape, dtype };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { attrs, shape }: MeaningContext<FlipAttrs>) => {
    const place = (index: readonly number[]): number[] =>
      index.map((i, axis) => (attrs.axes.includes(axis) ? (shape[axis] ?? 0) - 1 - i : i));
    return moved(must(args[0], 'operand'), shape, place, k.constant(0));
  },
  vjp: (g, node) => [flip(g, { axis: (node.attrs as FlipAttrs).axes })],
  lowering: {
    kind: 'view',
    read: (node, index, read) => {
      const { axes } = node.attrs as FlipAttrs;
      const turned = index.map((i, axis) => {
        if (!axes.includes(axis)) return i;
        return prim('sub', indexAdd(sizeOf(must(node.shape[axis], 'size')), int32(-1)), i);
      });
      return read(0, turned);
    },
  },
});

/** Reverses the order of the elements along `axis`; along all axes when left out. */
export function flip<S extends Shape, D extends DType>(
  x: Expr<S, D>,
  options: { readonly axis?: number | readonly number[] } = {},
): Expr<S, D> {
  const axes = normalAxes('flip', x, options.axis);
  return axes.length === 0 ? x : (apply(flipOp, [x], { axes }) as unknown as Expr<S, D>);
}
