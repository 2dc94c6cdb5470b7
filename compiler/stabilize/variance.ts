/**
 * The variance as the mean square distance from the mean, which cancels nothing:
 *
 *     mean(x * x) - mean(x) * mean(x)  =  mean((x - mean(x)) * (x - mean(x)))
 */
import type { Expr } from '../../src/expr.ts';
import { redeclare } from '../../src/expr.ts';
import { divOp, mulOp, square, sub, subOp } from '../../src/ops/arithmetic.ts';
import { sumOp } from '../../src/ops/broadcast.ts';
import { castOp } from '../../src/ops/cast.ts';
import { sizeOp } from '../../src/ops/leaves.ts';
import { mean } from '../../src/ops/reduce.ts';
import { product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';
import type { Facts, Float, Rule } from '../rewrite/rule.ts';
import { local, operand } from '../rewrite/rule.ts';
import { constantValue, source, underViews } from '../rewrite/views.ts';

/** A mean, seen through views: what it is of, and the same mean of something else. */
interface Mean {
  readonly of: Expr;
  readonly axes: readonly number[];
  readonly ofOther: (other: Expr) => Expr;
}

/** Whether every element of `node` is the number `size`. */
function isSize(node: Expr, size: Size): boolean {
  let at = source(node);
  while (at.op.name === castOp.name) at = source(operand(at));
  if (typeof size === 'number') return constantValue(at) === size;
  return at.op.name === sizeOp.name && at.attrs['size'] === size;
}

function meanAt(node: Expr): Mean | null {
  for (const { node: quotient, through } of underViews(node)) {
    if (quotient.op.name !== divOp.name) continue;
    const [numerator, denominator] = [operand(quotient, 0), operand(quotient, 1)];
    for (const { node: total, through: above } of underViews(numerator)) {
      if (total.op.name !== sumOp.name) continue;
      const of = operand(total);
      const axes = total.attrs['axes'] as readonly number[];
      if (!isSize(denominator, product(axes.map((axis) => of.shape[axis] ?? 1)))) return null;
      const ofOther = (other: Expr): Expr =>
        through(redeclare(quotient, [above(redeclare(total, [other])), denominator]));
      return { of, axes, ofOther };
    }
  }
  return null;
}

/** x, where `node` is x * x. */
function rootOf(node: Expr, facts: Facts): Expr | null {
  if (node.op.name !== mulOp.name || !facts.same(operand(node, 0), operand(node, 1))) return null;
  return operand(node, 0);
}

function twoPasses(node: Expr, facts: Facts): Expr | null {
  const squares = meanAt(operand(node, 0));
  const x = squares && rootOf(squares.of, facts);
  const average = rootOf(operand(node, 1), facts);
  if (!squares || !x || !average || !facts.same(average, squares.ofOther(x))) return null;
  const center = mean(x as Float, { axis: squares.axes, keepdims: true }) as Float;
  return squares.ofOther(square(sub(x as Float, center) as Float));
}

export const variance: readonly Rule[] = [local('variance-in-two-passes', subOp, twoPasses)];
