/**
 * One spelling for what can be spelled in several ways:
 *
 *     k + x  =  x + k             constants, then later values, on the right; likewise for * max min = and or
 *     -(-x)  =  x                 two negations meet and are gone, also through views and products
 *     x + -y  =  x - y            -x + y  =  y - x            x - -y  =  x + y
 *     -x * -y  =  x * y           -(-x * y)  =  x * y         -x * k  =  x * -k       -(x * k)  =  x * -k
 *     -x / -y  =  x / y           -(-x / y)  =  x / y         -(x / -y)  =  x / y
 *     -x / k  =  x / -k           -(x / k)  =  x / -k         -(k / x)  =  -k / x
 *     |-x|  =  |x|                -(c ? -x : -y)  =  c ? x : y
 *     -(c ? -x : k)  =  c ? x : -k
 *     -(c ? k : -x)  =  c ? -k : x
 *
 * All of them keep every bit: rounding knows no sign. -(x - y) is not y - x, which is +0 and not -0 for x = y.
 */
import type { Expr } from '../../src/expr.ts';
import { abs, add, div, mul, neg, sub } from '../../src/ops/arithmetic.ts';
import { where } from '../../src/ops/compare.ts';
import { redeclare } from '../../src/expr.ts';
import { commutative } from './match.ts';
import type { Facts, Rule } from './rule.ts';
import { local, operand, rule } from './rule.ts';
import { constantValue } from './views.ts';

/** Whether the operands stand in the wrong order: a constant before what is none, or a later node before an earlier. */
function isReversed(x: Expr, y: Expr, facts: Facts): boolean {
  const [first, second] = [constantValue(x) !== null, constantValue(y) !== null];
  return first === second ? facts.number(x) > facts.number(y) : first;
}

const inOrder: readonly Rule[] = [...commutative].map((name) =>
  local(`order-${name}`, { name }, (node, facts) => {
    const [x, y] = [operand(node, 0), operand(node, 1)];
    return isReversed(x, y, facts) ? redeclare(node, [y, x]) : null;
  }),
);

const negations: readonly Rule[] = [
  rule('neg-neg', (x) => [neg(neg(x)), x]),
  rule('add-neg', (x, y) => [add(x, neg(y)), sub(x, y)]),
  rule('sub-neg', (x, y) => [sub(x, neg(y)), add(x, y)]),
  rule('mul-neg-neg', (x, y) => [mul(neg(x), neg(y)), mul(x, y)]),
  rule('neg-mul-neg', (x, y) => [neg(mul(neg(x), y)), mul(x, y)]),
  rule('mul-neg-constant', (x, k) => [mul(neg(x), k), mul(x, neg(k))], { holes: ['number', 'constant'] }),
  rule('neg-mul-constant', (x, k) => [neg(mul(x, k)), mul(x, neg(k))], { holes: ['number', 'constant'] }),
  rule('div-neg-neg', (x, y) => [div(neg(x), neg(y)), div(x, y)]),
  rule('neg-div-neg', (x, y) => [neg(div(neg(x), y)), div(x, y)]),
  rule('neg-neg-divisor', (x, y) => [neg(div(x, neg(y))), div(x, y)]),
  rule('div-neg-constant', (x, k) => [div(neg(x), k), div(x, neg(k))], { holes: ['float', 'constant'] }),
  rule('neg-div-constant', (x, k) => [neg(div(x, k)), div(x, neg(k))], { holes: ['float', 'constant'] }),
  rule('neg-constant-div', (k, x) => [neg(div(k, x)), div(neg(k), x)], { holes: ['constant', 'float'] }),
  rule('abs-neg', (x) => [abs(neg(x)), abs(x)]),
  rule('neg-where-neg', (c, x, y) => [neg(where(c, neg(x), neg(y))), where(c, x, y)], {
    holes: ['bool', 'number', 'number'],
  }),
  rule('neg-where-neg-constant', (c, x, k) => [neg(where(c, neg(x), k)), where(c, x, neg(k))], {
    holes: ['bool', 'number', 'constant'],
  }),
  rule('neg-where-constant-neg', (c, k, x) => [neg(where(c, k, neg(x))), where(c, neg(k), x)], {
    holes: ['bool', 'constant', 'number'],
  }),
];

export const canonicalize: readonly Rule[] = [...inOrder, ...negations];
