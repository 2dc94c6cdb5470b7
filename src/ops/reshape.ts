/** Reshape and its special cases: the same elements in row-major order under another shape. */
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { int32 } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import type { Reduce, Shape } from '../shape-types.ts';
import { canonicalSize, divide, product } from '../size.ts';
import type { Size } from '../size.ts';
import { apply, defineOp, example } from './define.ts';
import type { Op } from './define.ts';
import { flatten, normalAxis, unflatten } from './index-math.ts';
import { checkShape } from './leaves.ts';
import type { FitsReshape, Inserted, Reshaped } from './result-types.ts';

const only = (node: Expr): Expr => must(node.args[0], 'operand');

type ReshapeAttrs = { readonly shape: readonly Size[] };
export const reshapeOp: Op<ReshapeAttrs> = defineOp<ReshapeAttrs>({
  name: 'reshape',
  family: 'movement',
  doc: 'The same elements in row-major order under another shape.',
  examples: [
    example({ shape: [3, 2] }, [2, 3]),
    example({ shape: [2, 1, 6] }, [4, 3]),
    example({ shape: [] }, [1, 1]),
    example({ shape: [0] }, [2, 0]),
  ],
  infer: ([x], { shape }) => {
    const operand = must(x, 'operand');
    if (product(operand.shape) !== product(shape)) {
      const headline = `reshape to ${showShape(shape)}: the number of elements changes`;
      throw new AdjointError('E-SHAPE-RESHAPE', headline, [describe(operand)]);
    }
    return { shape, dtype: operand.dtype };
  },
  meaning: (_k, [x]) => must(x, 'operand').data,
  vjp: (g, node) => [reshape(g, only(node).shape)],
  lowering: {
    kind: 'view',
    read: (node, index, read) => read(0, reshapeIndex(index, node.shape, only(node).shape)),
  },
});

/**
 * The index in a tensor of shape `to` of the element that has `index` in shape `from`. Axes are matched in runs of
 * equal products, so that an axis which both shapes have stays an axis.
 */
function reshapeIndex(index: readonly Scalar[], from: readonly Size[], to: readonly Size[]): Scalar[] {
  const result: Scalar[] = [];
  let i = 0;
  let j = 0;
  while (i < from.length || j < to.length) {
    const [endI, endJ] = matchRun(from, to, i, j);
    const part = from.slice(i, endI);
    const flat = flatten(index.slice(i, endI), part);
    result.push(...(endJ - j === 1 ? [to[j] === 1 ? int32(0) : flat] : unflatten(flat, to.slice(j, endJ))));
    [i, j] = [endI, endJ];
  }
  return result;
}

/** Ends of the shortest runs from `i` and `j` whose products are equal. */
function matchRun(from: readonly Size[], to: readonly Size[], i: number, j: number): [number, number] {
  for (let total = 1; total <= from.length - i + (to.length - j); total++) {
    for (let a = Math.max(0, total - (to.length - j)); a <= Math.min(total, from.length - i); a++) {
      const b = total - a;
      if (product(from.slice(i, i + a)) === product(to.slice(j, j + b))) return [i + a, j + b];
    }
  }
  return [from.length, to.length];
}

/** The same elements under another shape; one size may be -1 and is then worked out. */
export function reshape<S extends Shape, const T extends Shape, D extends DType>(
  x: Expr<S, D>,
  shape: T & FitsReshape<S, T>,
): Expr<Reshaped<S, T>, D> {
  const open = shape.indexOf(-1);
  let full: readonly Size[] = shape;
  if (open >= 0) {
    const rest = product(shape.filter((_, i) => i !== open));
    const size = divide(product(x.shape), rest);
    if (size === null) {
      const headline = `reshape to ${showShape(shape)}: no size fits at -1`;
      throw new AdjointError('E-SHAPE-RESHAPE', headline, [describe(x)]);
    }
    full = shape.map((s, i) => (i === open ? size : s));
  }
  checkShape('reshape', full);
  full = full.map(canonicalSize);
  if (showShape(full) === showShape(x.shape)) return x as unknown as Expr<Reshaped<S, T>, D>;
  return apply(reshapeOp, [x], { shape: full }) as unknown as Expr<Reshaped<S, T>, D>;
}

/** Drops axis `axis`, which has size 1; without it, every axis of size 1. */
export function squeeze<S extends Shape, D extends DType, const A extends number>(
  x: Expr<S, D>,
  axis: A,
): Expr<Reduce<S, A, false>, D>;
export function squeeze<D extends DType>(x: Expr<Shape, D>): Expr<Shape, D>;
export function squeeze(x: Expr, axis?: number): Expr {
  if (axis === undefined)
    return reshape(
      x,
      x.shape.filter((size) => size !== 1),
    );
  const at = normalAxis('squeeze', x, axis);
  if (x.shape[at] !== 1) {
    const headline = `squeeze: axis ${axis} has size ${x.shape[at]}, not 1`;
    throw new AdjointError('E-SHAPE-AXIS', headline, [describe(x)]);
  }
  return reshape(x, x.shape.toSpliced(at, 1));
}

/** A new axis of size 1 before axis `axis`; -1 appends it. */
export function unsqueeze<S extends Shape, D extends DType, const A extends number>(
  x: Expr<S, D>,
  axis: A,
): Expr<Inserted<S, A, 1>, D> {
  const at = axis < 0 ? axis + x.shape.length + 1 : axis;
  if (!Number.isInteger(at) || at < 0 || at > x.shape.length) {
    throw new AdjointError('E-SHAPE-AXIS', `unsqueeze: there is no place ${axis} for an axis`, [describe(x)]);
  }
  return reshape(x as Expr<Shape, D>, x.shape.toSpliced(at, 0, 1)) as unknown as Expr<Inserted<S, A, 1>, D>;
}
