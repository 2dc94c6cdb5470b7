/**
 * Exponentials and logarithms near the places where they lose digits or overflow:
 *
 *     log(1 + x)  =  log1p(x)          log(1 - x)  =  log1p(-x)         exp(x) - 1  =  expm1(x)
 *     1 / (1 + exp(-x))  =  sigmoid(x)         1 / (1 + exp(x))  =  sigmoid(-x)
 *     exp(x) / (1 + exp(x))  =  sigmoid(x)     1 - sigmoid(x)  =  sigmoid(-x)
 *     log(sigmoid(x))  =  logSigmoid(x)        log(1 + exp(x))  =  -logSigmoid(-x)
 *     sqrt(x * x)  =  |x|
 *
 * Where one equation makes the left side of another, the other follows.
 */
import { abs, add, div, mul, neg, sqrt, sub } from '../../src/ops/arithmetic.ts';
import { logSigmoid } from '../../src/ops/activation.ts';
import { exp, expm1, log, log1p, sigmoid } from '../../src/ops/exponential.ts';
import { whereOp } from '../../src/ops/compare.ts';
import type { Expr } from '../../src/expr.ts';
import type { Facts, Float, Rule } from '../rewrite/rule.ts';
import { local, operand, rule } from '../rewrite/rule.ts';

/** log(1 + e^x), accurate in both tails. */
const log1pExp = (x: Float): Float => neg(logSigmoid(neg(x)));

/** Whether `x` has one sign by its spelling, -|y| or (c ? -y : y): its exponential is not the one that overflows. */
function isFolded(x: Expr, { same }: Facts): boolean {
  if (x.op === neg.op) return operand(x).op === abs.op;
  const [, then, otherwise] = x.args;
  if (x.op !== whereOp || !then || !otherwise) return false;
  const isNegated = (y: Expr, z: Expr): boolean => y.op === neg.op && same(operand(y), z);
  return isNegated(then, otherwise) || isNegated(otherwise, then);
}

/** log1p(exp(-|x|)) is the safe spelling itself, and stays as it is. */
function log1pOfExp(node: Expr, facts: Facts): Expr | null {
  const power = operand(node);
  if (power.op !== exp.op || isFolded(operand(power), facts)) return null;
  return log1pExp(operand(power) as Float);
}

export const exponential: readonly Rule[] = [
  rule('log-one-plus', (x) => [log(add(x, 1)), log1p(x)]),
  rule('log-one-minus', (x) => [log(sub(1, x)), log1p(neg(x))]),
  rule('exp-minus-one', (x) => [sub(exp(x), 1), expm1(x)]),
  rule('exp-plus-minus-one', (x) => [add(exp(x), -1), expm1(x)]),
  rule('sigmoid', (x) => [div(1, add(exp(neg(x)), 1)), sigmoid(x)]),
  rule('sigmoid-neg', (x) => [div(1, add(exp(x), 1)), sigmoid(neg(x))]),
  rule('sigmoid-quotient', (x) => [div(exp(x), add(exp(x), 1)), sigmoid(x)]),
  rule('one-minus-sigmoid', (x) => [sub(1, sigmoid(x)), sigmoid(neg(x))]),
  rule('log-sigmoid', (x) => [log(sigmoid(x)), logSigmoid(x)]),
  rule('log-one-minus-sigmoid', (x) => [log1p(neg(sigmoid(x))), logSigmoid(neg(x))]),
  local('log1p-exp', log1p.op, log1pOfExp),
  rule('sqrt-square', (x) => [sqrt(mul(x, x)), abs(x)]),
];
