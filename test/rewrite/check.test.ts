import { describe, expect, test } from 'vitest';
import { add, gradient, input, mul, parameter, scan, sum } from '../../src/index.ts';
import type { Expr } from '../../src/index.ts';
import { InternalError, must } from '../../src/errors.ts';
import { makeNode } from '../../src/expr.ts';
import { inference, training, loss, nn, optim } from '../../src/index.ts';
import { isScan, placeholder, rewriteBody } from '../../src/ops/scan.ts';
import { postorder } from '../../src/walk.ts';
import { checkGraph } from '../../compiler/check.ts';
import { optimize } from '../../compiler/pipeline.ts';
import type { Float } from '../../compiler/rewrite/rule.ts';

const x = input('x', [2, 3]) as unknown as Float;
const slots = new Set([must(x.slot, 'slot')]);
const expectation = { pass: 'sorting', slots, expanded: true, checked: new Set<Expr>() };

const doubled = mul(x, 2) as Expr;
const total = sum(x, { axis: 1 }) as Expr;
const loop = must(
  postorder([
    scan(({ s }: { s: Float }) => ({ carry: { s: add(s, 1) } }), { carry: { s: x }, length: 2 }).carry
      .s as Expr,
  ]).find(isScan),
  'loop',
);
const stranger = placeholder('stranger', [2, 3], 'float32');

const faults: readonly (readonly [what: string, node: Expr, says: RegExp])[] = [
  [
    'a shape that the operator does not infer',
    makeNode({ ...doubled, shape: [3, 2] }),
    /it is float32 \[3, 2\], and its operands make float32 \[2, 3\]/,
  ],
  [
    'an element type that the operator does not infer',
    makeNode({ ...doubled, dtype: 'float64' }),
    /it is float64/,
  ],
  ['operands that the operator refuses', makeNode({ ...doubled, args: [x, total] }), /shapes differ/],
  [
    'axes that the operand does not have',
    makeNode({ ...total, attrs: { axes: [1, 1] } }),
    /axes \[1, 1\] do not fit/,
  ],
  ['a leaf that the program does not know', input('unknown', []) as Expr, /does not know the slot unknown/],
  ['a derivative', gradient(sum(x) as never, x) as Expr, /gradient is left after differentiation/],
  [
    'a body that reads what is outside',
    rewriteBody(loop, loop.args, ([root]) => [add(must(root, 'root') as Float, x) as Expr]),
    /in a loop: input: the program does not know/,
  ],
  [
    'a body that reads a placeholder that is not its own',
    rewriteBody(loop, loop.args, ([root]) => [add(must(root, 'root') as Float, stranger as Float) as Expr]),
    /does not know the slot stranger/,
  ],
];

describe('a fault names the pass and the node', () => {
  test.each(faults)('%s', (_, node, says) => {
    const check = (): void => checkGraph([node], { ...expectation, checked: new Set() });
    expect(check).toThrow(InternalError);
    expect(check).toThrow(/after sorting/);
    expect(check).toThrow(says);
  });
});

test('well-formed graphs pass', () => {
  checkGraph([doubled, total, loop], expectation);
});

test('derivatives are allowed until they are expanded', () => {
  checkGraph([gradient(sum(x) as never, x) as Expr], { ...expectation, expanded: false });
});

describe('every pass of a program is checked', () => {
  const target = input('target', ['N', 1]);
  const features = input('features', ['N', 3]);
  const prediction = nn.linear(3, 1)(features);
  const program = training({
    loss: loss.mse(prediction, target),
    optimizer: optim.adam(),
    outputs: { prediction },
  });

  test('and none finds a fault', () => {
    const passes: string[] = [];
    optimize(program, (pass) => passes.push(pass));
    expect(passes).toEqual([
      'declare',
      'stabilize',
      'differentiate',
      'trim',
      'intern',
      'canonicalize',
      'simplify',
      'movement',
      'contraction',
    ]);
  });

  test('so a slot that the program does not list is found', () => {
    const weight = parameter('weight', [3]);
    const declared = inference({ outputs: { y: mul(weight, 2) } });
    expect(() => optimize({ ...declared, parameters: [] })).toThrow(
      /after declare: parameter: the program does not know the slot weight/,
    );
  });
});
