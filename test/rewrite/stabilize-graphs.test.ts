import { describe, expect, test } from 'vitest';
import {
  abs,
  add,
  checkpoint,
  constant,
  div,
  exp,
  gradient,
  input,
  log,
  log1p,
  logSigmoid,
  logSoftmax,
  loss,
  logSumExp,
  max,
  mean,
  mul,
  neg,
  scan,
  softplus,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
} from '../../src/index.ts';
import type { Expr } from '../../src/index.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { must } from '../../src/errors.ts';
import { interpret } from '../../src/interpret.ts';
import { isScan, rootsOf, scanBody } from '../../src/ops/scan.ts';
import { postorder } from '../../src/walk.ts';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import type { Float } from '../../compiler/rewrite/rule.ts';
import { stabilize } from '../../compiler/stabilize/stabilize.ts';

const x = input('x', [3], 'float64') as unknown as Float;
const rows = input('rows', [4, 3], 'float64') as unknown as Float;
const elements = [0.5, -1.25, 2];

function fired(...roots: readonly unknown[]): string[] {
  const rules: string[] = [];
  stabilize(roots as readonly Expr[], ({ rule }) => rules.push(rule));
  return rules;
}

const operators = (root: Expr): string[] => postorder([root]).map(({ op }) => op.name);

function evaluate(root: Expr): readonly number[] {
  const slots = new Map([[must(x.slot, 'slot'), elements]]);
  const [result] = interpret(float64Algebra, expandGradients(stabilize([root])), { slots, sizes: {} });
  return must(result, 'result').data;
}

describe('a variable of a derivative is not bypassed', () => {
  test('by a gradient: d log(1 + e) / d e is 1 / (1 + e) for e = exp(x)', () => {
    const e = exp(x);
    const slope = gradient(sum(log(add(e, 1))) as never, e) as Expr;
    evaluate(slope).forEach((value, i) =>
      expect(value).toBeCloseTo(1 / (1 + Math.exp(elements[i] ?? 0)), 15),
    );
  });

  test('by a checkpoint, whose input is a node on the way', () => {
    const safe = checkpoint((e: Float) => log(sum(e) as Float), exp(x));
    const slope = gradient(safe as never, x) as Expr;
    const total = elements.reduce((all, value) => all + Math.exp(value), 0);
    evaluate(slope).forEach((value, i) => expect(value).toBeCloseTo(Math.exp(elements[i] ?? 0) / total, 14));
  });

  test('by equal nodes of which only one is the variable', () => {
    const [v, w] = [mul(x, 2) as Float, mul(x, 2) as Float];
    const slope = gradient(sum(sqrt(mul(v, w))) as never, v) as Expr;
    evaluate(slope).forEach((value, i) => {
      const [a, root] = [2 * (elements[i] ?? 0), Math.abs(2 * (elements[i] ?? 0))];
      expect(value).toBeCloseTo((0.5 * a) / root, 14);
    });
    expect(fired(slope)).toEqual([]);
  });
});

describe('what is stable stays as it is', () => {
  test.each([
    ['logSoftmax', logSoftmax(rows)],
    ['logSumExp', logSumExp(rows, { axis: 1 })],
    ['logSigmoid', logSigmoid(x)],
    ['softplus', softplus(x)],
    ['the loss of logits', loss.bceWithLogits(x, x as never)],
    ['log1p(exp(-|x|))', log1p(exp(neg(abs(x))))],
    ['a shift by the maximum', log(sum(exp(sub(x, max(x) as Float))) as Float)],
    ['a shift by a constant maximum', log(sum(exp(sub(x, stopGradient(max(x)) as Float))) as Float)],
  ])('%s', (_, root) => {
    expect(fired(root)).toEqual([]);
  });
});

describe('spellings are found', () => {
  const total = sum(exp(rows), { axis: 1, keepdims: true }) as Float;
  const byColumn = sum(exp(rows), { axis: 0 }) as Float;
  const average = (z: Float): Float => mean(z, { axis: 1, keepdims: true }) as Float;

  test.each([
    ['log-softmax', 'over kept axes', log(div(exp(rows), total))],
    ['log-softmax', 'over a leading axis, broadcast', log(div(exp(rows), byColumn as never))],
    ['log-softmax', 'over all axes', log(div(exp(rows), sum(exp(rows)) as Float))],
    ['log-sum-exp', 'with axes kept', log(total)],
    ['variance-in-two-passes', 'with axes kept', sub(average(square(rows)), square(average(rows)))],
    ['log1p-exp', 'of equal nodes', log(add(constant(1, 'float64'), exp(x)))],
  ])('%s %s', (rule, _, root) => {
    expect(fired(root)).toContain(rule);
  });

  test('not where the divisor is another than the number of elements', () => {
    const almost = sub(div(sum(square(x)) as Float, 2), square(div(sum(x) as Float, 2) as Float));
    expect(fired(almost)).toEqual([]);
  });

  test('not where the sums of the rows divide the columns', () => {
    const square = exp(input('square', [3, 3], 'float64') as unknown as Float);
    expect(fired(log(div(square, sum(square, { axis: 1 }) as never)))).toEqual([]);
  });

  test('in the body of a loop, whose derivative is that of the safe spelling', () => {
    const last = scan(({ s }: { s: Float }) => ({ carry: { s: log(add(1, exp(s))) } }), {
      carry: { s: x },
      length: 3,
    }).carry.s;
    const [safe] = stabilize([last as Expr]);
    const loop = must(postorder([must(safe, 'root')]).find(isScan), 'loop');
    const inside = rootsOf(scanBody(loop)).flatMap(operators);
    expect(inside).toContain('log1p');
    expect(fired(last)).toContain('log1p-exp');
    const slope = gradient(sum(last as Float) as never, x) as Expr;
    evaluate(slope).forEach((value, i) => {
      let [s, d] = [elements[i] ?? 0, 1];
      for (let step = 0; step < 3; step++) {
        d *= 1 / (1 + Math.exp(-s));
        s = Math.log1p(Math.exp(s));
      }
      expect(value).toBeCloseTo(d, 13);
    });
  });
});
