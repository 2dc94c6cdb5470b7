/**
 * Equations that hold for real numbers and round differently. They run only in `numerics: 'fast'`:
 *
 *     x + 0  =  x            x - x  =  0           x * 0  =  0          -(x - y)  =  y - x
 *     x / k  =  x * (1/k)    (x * j) * k  =  x * (j * k)                (x + j) + k  =  x + (j + k)
 *     log(exp(x))  =  x      exp(log(x))  =  x     sqrt(x) * sqrt(x)  =  x
 *     a * x + b * x  =  (a + b) * x                a * x - b * x  =  (a - b) * x
 *     x / y / z  =  x / (y * z)                    x / z + y / z  =  (x + y) / z
 *     sum(-x)  =  -sum(x)    sum(x * k)  =  sum(x) * k                  sum(sum(x))  =  sum(x)
 *     (x * s) y  =  (x y) * s                      for one number s, where the product is smaller than x
 */
import type { Expr } from '../../src/expr.ts';
import { add, div, mul, neg, sqrt, sub } from '../../src/ops/arithmetic.ts';
import { broadcastOp, broadcastTo, sumOp } from '../../src/ops/broadcast.ts';
import { mulOp } from '../../src/ops/arithmetic.ts';
import { matmulOp } from '../../src/ops/contract.ts';
import { apply } from '../../src/ops/define.ts';
import { exp, log } from '../../src/ops/exponential.ts';
import { constant } from '../../src/ops/leaves.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { inexactContraction } from './contraction.ts';
import type { Float, Rule } from './rule.ts';
import { local, operand, rule } from './rule.ts';

const exact = false;
const zeros = (like: Expr): Float => broadcastTo(constant(0, like.dtype), like.shape) as unknown as Float;
const scaled = { holes: ['float', 'constant', 'constant'], exact } as const;

const scalars: readonly Rule[] = [
  rule('add-zero', (x) => [add(x, 0), x], { exact }),
  rule('sub-self', (x) => [sub(x, x), zeros(x)], { exact }),
  rule('mul-zero', (x) => [mul(x, 0), zeros(x)], { exact }),
  rule('neg-sub', (x, y) => [neg(sub(x, y)), sub(y, x)], { exact }),
  rule('div-constant', (x, k) => [div(x, k), mul(x, div(1, k))], { holes: ['float', 'constant'], exact }),
  rule('mul-mul-constants', (x, j, k) => [mul(mul(x, j), k), mul(x, mul(j, k))], scaled),
  rule('add-add-constants', (x, j, k) => [add(add(x, j), k), add(x, add(j, k))], scaled),
  rule('log-exp', (x) => [log(exp(x)), x], { exact }),
  rule('exp-log', (x) => [exp(log(x)), x], { exact }),
  rule('sqrt-squared', (x) => [mul(sqrt(x), sqrt(x)), x], { exact }),
  rule('factor-common', (a, b, x) => [add(mul(a, x), mul(b, x)), mul(add(a, b), x)], { exact }),
  rule('factor-common-difference', (a, b, x) => [sub(mul(a, x), mul(b, x)), mul(sub(a, b), x)], { exact }),
  rule('div-div', (x, y, z) => [div(div(x, y), z), div(x, mul(y, z))], { exact }),
  rule('common-divisor', (x, y, z) => [add(div(x, z), div(y, z)), div(add(x, y), z)], { exact }),
];

/** The one number that `x` repeats, in rank 0; null where its elements differ. */
function repeated(x: Expr): Expr | null {
  if (x.op.name !== broadcastOp.name) return null;
  const before = operand(x);
  return before.shape.every((size) => size === 1) ? (reshape(before, []) as Expr) : null;
}

/** A product with one repeated number, taken apart. */
function scaledBy(product: Expr): { readonly x: Expr; readonly scale: Expr } | null {
  if (product.op.name !== mulOp.name) return null;
  const [x, y] = [operand(product, 0), operand(product, 1)];
  const [first, second] = [repeated(x), repeated(y)];
  if (second) return { x, scale: second };
  return first ? { x: y, scale: first } : null;
}

const timesNumber = (x: Expr, scale: Expr): Expr =>
  mul(x as Float, broadcastTo(scale, x.shape) as Float) as Expr;
const axesOf = (node: Expr): readonly number[] => node.attrs['axes'] as readonly number[];

const reductions: readonly Rule[] = [
  local(
    'sum-neg',
    sumOp,
    (node) => {
      const x = operand(node);
      return x.op.name === neg.op.name
        ? (neg(apply(sumOp, [operand(x)], { axes: axesOf(node) }) as Float) as Expr)
        : null;
    },
    { exact },
  ),
  local(
    'sum-scaled',
    sumOp,
    (node) => {
      const parts = scaledBy(operand(node));
      return parts && timesNumber(apply(sumOp, [parts.x], { axes: axesOf(node) }), parts.scale);
    },
    { exact },
  ),
  local(
    'sum-sum',
    sumOp,
    (node) => {
      const inner = operand(node);
      if (inner.op.name !== sumOp.name || operand(inner).dtype !== node.dtype) return null;
      const x = operand(inner);
      const left = x.shape.map((_, i) => i).filter((i) => !axesOf(inner).includes(i));
      const axes = [...axesOf(inner), ...axesOf(node).map((axis) => left[axis] ?? 0)].sort((a, b) => a - b);
      return apply(sumOp, [x], { axes });
    },
    { exact },
  ),
  local(
    'scaled-matmul',
    matmulOp,
    (node) => {
      const [x, y] = [operand(node, 0), operand(node, 1)];
      const [left, right] = [scaledBy(x), scaledBy(y)];
      if (left) return timesNumber(apply(matmulOp, [left.x, y], {}), left.scale);
      return right && timesNumber(apply(matmulOp, [x, right.x], {}), right.scale);
    },
    { exact },
  ),
];

/** The equations of fast numerics; each is inexact. */
export const fast: readonly Rule[] = [...scalars, ...reductions, ...inexactContraction];
