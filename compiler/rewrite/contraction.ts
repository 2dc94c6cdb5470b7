/**
 * Products of matrices, in the layout in which they are used:
 *
 *     transpose(x y)  =  transpose(y) transpose(x)      each element is the same sum in the same order; where the
 *                                                       rows of transpose(x) are read as they lie in memory
 *     sum(x[..., M, K, 1] * y[..., 1, K, N])  =  x y    over K, which is not the last axis: that sum is sequential
 *     sum(x[..., M, 1, K] * y[..., 1, N, K])  =  x transpose(y)          over K, in another order: inexact
 *
 * Operands are read through views, so that their transposes cost nothing, while the transpose of a product is a
 * product that is stored in the order in which it will be read.
 */
import type { Expr } from '../../src/expr.ts';
import { broadcastOp, broadcastTo, sumOp } from '../../src/ops/broadcast.ts';
import { mulOp } from '../../src/ops/arithmetic.ts';
import { isFloat } from '../../src/dtype.ts';
import { matmulOp } from '../../src/ops/contract.ts';
import { apply } from '../../src/ops/define.ts';
import { permute, permuteOp, transpose } from '../../src/ops/permute.ts';
import { reshape, reshapeOp } from '../../src/ops/reshape.ts';
import type { Size } from '../../src/size.ts';
import type { Rule } from './rule.ts';
import { local, operand } from './rule.ts';

/** Whether rows of `x` lie in memory as they are, so that a kernel reads them in vectors. */
function hasPlainRows(x: Expr): boolean {
  if (x.op.name === reshapeOp.name) return hasPlainRows(operand(x));
  return x.op.lowering.kind !== 'view';
}

/** `axes` with the last two exchanged. */
const exchanged = (axes: readonly number[]): number[] => [...axes.slice(0, -2), ...axes.slice(-2).reverse()];

/** The last two axes exchanged, in one view with what is a view already. */
function transposed(x: Expr): Expr {
  if (x.op.name !== permuteOp.name) return transpose(x) as Expr;
  return permute(operand(x), exchanged(x.attrs['axes'] as readonly number[])) as Expr;
}

/** A product whose columns do not stay the last axis, as the product that has them there. */
function transposedProduct(node: Expr): Expr | null {
  const product = operand(node);
  const axes = node.attrs['axes'] as readonly number[];
  const last = axes.length - 1;
  if (product.op.name !== matmulOp.name || axes[last] !== last - 1) return null;
  const [x, y] = [transposed(operand(product, 1)), transposed(operand(product, 0))];
  if (!hasPlainRows(y)) return null;
  const after = axes.map((axis) => (axis === last ? last - 1 : axis === last - 1 ? last : axis));
  return permute(apply(matmulOp, [x, y], {}), after) as Expr;
}

/** `x` before it was repeated along `axis`, with that axis dropped; null where it is not repeated along it. */
function withoutRepeats(x: Expr, axis: number): Expr | null {
  if (x.op.name !== broadcastOp.name) return null;
  const before = operand(x);
  const lead = x.shape.length - before.shape.length;
  const own = (i: number): Size => (i < lead ? 1 : (before.shape[i - lead] ?? 1));
  if (own(axis) !== 1 || x.shape[axis] === 1) return null;
  const once = reshape(before, x.shape.map((_, i) => own(i)).toSpliced(axis, 1)) as Expr;
  return broadcastTo(once, x.shape.toSpliced(axis, 1)) as Expr;
}

/** The matrix product that a sum of products over axis `inner` is, of factors repeated along `columns` and `rows`. */
function sumOfProducts(node: Expr, inner: -1 | -2): Expr | null {
  const product = operand(node);
  const rank = product.shape.length;
  const [rows, reduced] = [rank - 3, rank + inner];
  const columns = inner === -2 ? rank - 1 : rank - 2;
  const axes = node.attrs['axes'] as readonly number[];
  if (product.op.name !== mulOp.name || rows < 0 || axes.length !== 1 || axes[0] !== reduced) return null;
  if (!isFloat(product.dtype)) return null;
  const factors = [operand(product, 0), operand(product, 1)];
  for (const [left, right] of [factors, factors.toReversed()]) {
    const x = left && withoutRepeats(left, columns);
    const y = right && withoutRepeats(right, rows);
    if (x && y) return apply(matmulOp, [x, inner === -2 ? y : (transpose(y) as Expr)], {});
  }
  return null;
}

export const contraction: readonly Rule[] = [
  local('transpose-of-matmul', permuteOp, transposedProduct),
  local('sum-of-products', sumOp, (node) => sumOfProducts(node, -2)),
];

export const inexactContraction: readonly Rule[] = [
  local('sum-of-last-products', sumOp, (node) => sumOfProducts(node, -1), { exact: false }),
];
