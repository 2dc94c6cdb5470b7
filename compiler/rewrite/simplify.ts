/**
 * Work that changes no bit is left out:
 *
 *     x * 1  =  x        x / 1  =  x        x * -1  =  -x        x / -1  =  -x
 *     x - 0  =  x        x + -0  =  x       x / 2^n  =  x * 2^-n
 *     |x| * |x|  =  x * x        ||x||  =  |x|        max(x, x)  =  x        relu(relu(x))  =  relu(x)
 *     c ? x : x  =  x        true ? x : y  =  x        false ? x : y  =  y
 *     c ? (c ? x : y) : z  =  c ? x : z        c ? x : (c ? y : z)  =  c ? x : z        !c ? x : y  =  c ? y : x
 *     !!c  =  c        c & c  =  c        c | c  =  c        c & true  =  c        c | false  =  c
 *     c & false  =  false        c | true  =  true
 *     stopGradient(x)  =  x, and likewise for other marks that only differentiation reads
 *     cast(cast(x))  =  cast(x)        where the first keeps every value
 *     max, min, product over axes of size 1  =  reshape        sum over axes of size 1  =  reshape + 0
 *     max(max(x, axes), axes)  =  max over both
 *
 * x + 0 is not x: it is +0 for x = -0. 0 * x is not 0: it is -0 or NaN for some x. A sum starts at +0.
 */
import type { DType } from '../../src/dtype.ts';
import { isFloat } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import { abs, add, div, mul, neg, sub } from '../../src/ops/arithmetic.ts';
import { broadcastTo, sumOp } from '../../src/ops/broadcast.ts';
import { cast, castOp } from '../../src/ops/cast.ts';
import { logicalAnd, logicalNot, logicalOr, maximum, minimum, where } from '../../src/ops/compare.ts';
import { stopGradientOp } from '../../src/ops/control.ts';
import { divOp } from '../../src/ops/arithmetic.ts';
import { apply } from '../../src/ops/define.ts';
import type { Op } from '../../src/ops/define.ts';
import { relu } from '../../src/ops/exponential.ts';
import { constant } from '../../src/ops/leaves.ts';
import { standardizedOp } from '../../src/ops/normalization.ts';
import { maxOp, minOp, prodOp } from '../../src/ops/reduce.ts';
import { reshape } from '../../src/ops/reshape.ts';
import { withinOp } from '../../src/ranges.ts';
import type { Bool, Rule } from './rule.ts';
import { local, operand, rule } from './rule.ts';
import { constantValue } from './views.ts';

const zero = { float32: constant(0, 'float32'), float64: constant(0, 'float64') };

const arithmetic: readonly Rule[] = [
  rule('mul-one', (x) => [mul(x, 1), x]),
  rule('div-one', (x) => [div(x, 1), x]),
  rule('mul-minus-one', (x) => [mul(x, -1), neg(x)]),
  rule('div-minus-one', (x) => [div(x, -1), neg(x)]),
  rule('sub-zero', (x) => [sub(x, 0), x]),
  rule('add-minus-zero', (x) => [add(x, -0), x], { holes: ['float'] }),
  rule('abs-squared', (x) => [mul(abs(x), abs(x)), mul(x, x)]),
  rule('abs-abs', (x) => [abs(abs(x)), abs(x)]),
  rule('maximum-same', (x) => [maximum(x, x), x]),
  rule('minimum-same', (x) => [minimum(x, x), x]),
  rule('relu-relu', (x) => [relu(relu(x)), relu(x)]),
  local('div-power-of-two', divOp, dividedByPowerOfTwo),
];

/** The reciprocal of a power of two is exact, so both sides round the same number. */
function dividedByPowerOfTwo(node: Expr): Expr | null {
  const divisor = constantValue(operand(node, 1));
  if (divisor === null || Math.abs(divisor) === 1) return null;
  const exponent = Math.log2(Math.abs(divisor));
  if (!Number.isInteger(exponent) || 2 ** exponent !== Math.abs(divisor) || Math.abs(exponent) > 126)
    return null;
  return mul(operand(node), 1 / divisor) as Expr;
}

const all = (value: 0 | 1, like: Expr): Bool => broadcastTo(constant(value, 'bool'), like.shape) as Bool;
const choice = { holes: ['bool', 'number', 'number'] } as const;
const logic = { holes: ['bool'] } as const;

const selection: readonly Rule[] = [
  rule('where-same', (c, x) => [where(c, x, x), x], { holes: ['bool', 'number'] }),
  rule('where-true', (x, y) => [where(all(1, x), x, y), x]),
  rule('where-false', (x, y) => [where(all(0, x), x, y), y]),
  rule('where-where-then', (c, x, y, z) => [where(c, where(c, x, y), z), where(c, x, z)], {
    holes: ['bool', 'number', 'number', 'number'],
  }),
  rule('where-where-else', (c, x, y, z) => [where(c, x, where(c, y, z)), where(c, x, z)], {
    holes: ['bool', 'number', 'number', 'number'],
  }),
  rule('where-not', (c, x, y) => [where(logicalNot(c), x, y), where(c, y, x)], choice),
  rule('not-not', (c) => [logicalNot(logicalNot(c)), c], logic),
  rule('and-same', (c) => [logicalAnd(c, c), c], logic),
  rule('or-same', (c) => [logicalOr(c, c), c], logic),
  rule('and-true', (c) => [logicalAnd(c, all(1, c)), c], logic),
  rule('or-false', (c) => [logicalOr(c, all(0, c)), c], logic),
  rule('and-false', (c) => [logicalAnd(c, all(0, c)), all(0, c)], logic),
  rule('or-true', (c) => [logicalOr(c, all(1, c)), all(1, c)], logic),
];

/** Operators that are their first operand, once derivatives are expanded and ranges known. */
const marks: readonly Rule[] = [stopGradientOp, standardizedOp, withinOp].map((op) =>
  local(`drop-${op.name}`, op, (node) => operand(node)),
);

/** Whether every value of `from` is one of `to` too. */
const keepsValues: Readonly<Record<DType, readonly DType[]>> = {
  bool: ['bool', 'int32', 'float32', 'float64'],
  int32: ['int32', 'float64'],
  float32: ['float32', 'float64'],
  float64: ['float64'],
};

const casts: readonly Rule[] = [
  local('cast-cast', castOp, (node) => {
    const inner = operand(node);
    if (inner.op.name !== castOp.name) return null;
    const x = operand(inner);
    return keepsValues[x.dtype].includes(inner.dtype) ? cast(x, node.dtype) : null;
  }),
];

const axesOf = (node: Expr): readonly number[] => node.attrs['axes'] as readonly number[];

/** Whether only axes of size 1 are reduced. */
function reducesNothing(node: Expr): boolean {
  const { shape } = operand(node);
  return axesOf(node).every((axis) => shape[axis] === 1);
}

/** Two reductions of one kind as one; axes of the outer one count those that the inner one leaves. */
function joinedReduction(op: Op<{ readonly axes: readonly number[] }>): (node: Expr) => Expr | null {
  return (node) => {
    const inner = operand(node);
    if (inner.op.name !== op.name) return null;
    const x = operand(inner);
    const left = x.shape.map((_, i) => i).filter((i) => !axesOf(inner).includes(i));
    const axes = [...axesOf(inner), ...axesOf(node).map((axis) => left[axis] ?? 0)].sort((a, b) => a - b);
    return apply(op, [x], { axes });
  };
}

const reductions: readonly Rule[] = [
  ...[maxOp, minOp, prodOp].map((op) =>
    local(`${op.name}-of-one`, op, (node) =>
      reducesNothing(node) ? reshape(operand(node), node.shape) : null,
    ),
  ),
  ...[maxOp, minOp].map((op) => local(`${op.name}-${op.name}`, op, joinedReduction(op))),
  local('sum-of-one', sumOp, (node) => {
    const x = operand(node);
    if (!reducesNothing(node) || x.dtype === 'bool') return null;
    const only = reshape(x, node.shape) as Expr;
    return isFloat(x.dtype) ? (add(only, zero[x.dtype]) as Expr) : only;
  }),
];

export const simplify: readonly Rule[] = [...arithmetic, ...selection, ...marks, ...casts, ...reductions];
