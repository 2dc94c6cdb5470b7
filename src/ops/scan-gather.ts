/**
 * Cotangents that are sums over all iterations. Where each term is a matrix product of values of its iteration, the
 * sum is one matrix product over (time, rows) after the loop.
 */
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { product } from '../size.ts';
import { matmulOp } from './contract.ts';
import { apply } from './define.ts';
import { permute, transpose } from './permute.ts';
import { reshape } from './reshape.ts';

/** An operand of a product, read with its last two axes exchanged or as it is. */
interface Operand {
  readonly value: Expr;
  readonly transposed: boolean;
}

/** The sum over all iterations of `left` times `right`. */
export interface Gathered {
  readonly left: Operand;
  readonly right: Operand;
}

function isTransposed({ op, attrs, shape }: Expr): boolean {
  if (op.name !== 'permute') return false;
  const last = shape.length - 1;
  const axes = attrs['axes'] as readonly number[];
  return axes.every((axis, i) => axis === (i === last ? last - 1 : i === last - 1 ? last : i));
}

function operandOf(node: Expr): Operand {
  const transposed = isTransposed(node);
  return { value: transposed ? must(node.args[0], 'operand') : node, transposed };
}

/** The product that a node of a body is, if both operands are among `varying`; what does not vary has no stack. */
export function gatheredOf(node: Expr, varying: ReadonlySet<Expr>): Gathered | null {
  if (node.op.name !== matmulOp.name || !node.args.every((arg) => varying.has(arg))) return null;
  const [left, right] = node.args;
  return { left: operandOf(must(left, 'left')), right: operandOf(must(right, 'right')) };
}

/** A stack over time, with time merged into axis `axis` of each value. */
function merged(stack: Expr, axis: number): Expr {
  const [length, ...shape] = stack.shape;
  const order = shape.map((_, i) => i + 1).toSpliced(axis, 0, 0);
  const size = product([must(length, 'length'), must(shape[axis], 'size')]);
  return reshape(permute(stack, order) as Expr, shape.with(axis, size));
}

function over({ value, transposed }: Operand, stack: Expr, side: 'left' | 'right'): Expr {
  const last = value.shape.length - 1;
  const whole = merged(stack, (side === 'left') === transposed ? last - 1 : last);
  return transposed ? transpose(whole) : whole;
}

/** One product over (time, rows); `stack` gives the stack of a value. */
export function gather({ left, right }: Gathered, stack: (value: Expr) => Expr): Expr {
  return apply(
    matmulOp,
    [over(left, stack(left.value), 'left'), over(right, stack(right.value), 'right')],
    {},
  );
}
