/**
 * Sums of exponentials, with the largest taken out first:
 *
 *     log(sum(exp(x)))  =  logSumExp(x)
 *     log(exp(x) / sum(exp(x)))  =  x - logSumExp(x)         in one shift: (x - m) - log(sum(exp(x - m)))
 *
 * What is shifted by its maximum already stays as it is.
 */
import type { Expr } from '../../src/expr.ts';
import { divOp, sub, subOp } from '../../src/ops/arithmetic.ts';
import { broadcastTo, spread, sum, sumOp } from '../../src/ops/broadcast.ts';
import { stopGradient, stopGradientOp } from '../../src/ops/control.ts';
import { exp, log } from '../../src/ops/exponential.ts';
import { max, maxOp } from '../../src/ops/reduce.ts';
import { logSumExp } from '../../src/ops/softmax.ts';
import type { Size } from '../../src/size.ts';
import type { Facts, Float, Rule } from '../rewrite/rule.ts';
import { local, operand } from '../rewrite/rule.ts';
import { source, underViews } from '../rewrite/views.ts';

const axesOf = (node: Expr): readonly number[] => node.attrs['axes'] as readonly number[];

/** A sum of exponentials under views: the exponents, the axes summed over, and the views. */
interface SumOfExponentials {
  readonly sum: Expr;
  readonly exponents: Expr;
  readonly axes: readonly number[];
  readonly through: (other: Expr) => Expr;
}

function sumOfExponentials(node: Expr): SumOfExponentials | null {
  for (const { node: found, through } of underViews(node)) {
    if (found.op.name !== sumOp.name) continue;
    const e = operand(found);
    if (e.op.name !== exp.op.name) return null;
    return { sum: found, exponents: operand(e), axes: axesOf(found), through };
  }
  return null;
}

/** Whether `x` is a difference from a maximum: its exponentials do not overflow. */
function isShifted(x: Expr): boolean {
  if (x.op.name !== subOp.name) return false;
  let shift = source(operand(x, 1));
  while (shift.op.name === stopGradientOp.name) shift = source(operand(shift));
  return shift.op.name === maxOp.name;
}

function logOfSum(node: Expr): Expr | null {
  const found = sumOfExponentials(operand(node));
  if (!found || isShifted(found.exponents)) return null;
  return found.through(logSumExp(found.exponents as Float, { axis: found.axes }) as Expr);
}

/** Whether `total` repeats the value of `sum` along the axes that it removed. */
function repeats(total: Expr, sum: Expr, shape: readonly Size[], facts: Facts): boolean {
  const axes = axesOf(sum);
  if (facts.same(total, spread(sum, shape, axes))) return true;
  return axes.every((axis, i) => axis === i) && facts.same(total, broadcastTo(sum, shape) as Expr);
}

function logOfSoftmax(node: Expr, facts: Facts): Expr | null {
  const quotient = operand(node);
  if (quotient.op.name !== divOp.name) return null;
  const [e, total] = [operand(quotient, 0), operand(quotient, 1)];
  const found = sumOfExponentials(total);
  if (!found || e.op.name !== exp.op.name || !facts.same(operand(e), found.exponents)) return null;
  const { sum: summed, exponents, axes } = found;
  if (!repeats(total, summed, exponents.shape, facts)) return null;
  const kept = { axis: axes, keepdims: true };
  const largest = stopGradient(max(exponents as Float, kept)) as Float;
  const shifted = (isShifted(exponents) ? exponents : sub(exponents as Float, largest)) as Float;
  return sub(shifted, log(sum(exp(shifted), kept) as Float)) as Expr;
}

export const softmax: readonly Rule[] = [
  local('log-softmax', log.op, logOfSoftmax),
  local('log-sum-exp', log.op, logOfSum),
];
