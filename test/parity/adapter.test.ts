import { describe, expect, test } from 'vitest';
import type { OpCase, ParityCase } from './cases.ts';
import { interpreted } from './interpreted.ts';
import { judge } from './replay.ts';
import { parityLine, reportText } from './report.ts';
import { checkNumbers, matches } from './tolerance.ts';

const suite = { cases: [], tensors: {} };
const engines = { interpreter: interpreted };

const square: OpCase = {
  id: 'op/square/0',
  kind: 'op',
  op: 'square',
  attrs: {},
  inputs: [{ name: 'input', shape: [2], dtype: 'float64', data: [3, -0.5], requires_grad: true }],
  cotangents: [[1, 10]],
  outputs: [{ name: 'output', shape: [2], dtype: 'float64', data: [9, 0.25] }],
  grads: [[6, -10]],
};

const statusOf = async (changed: object): Promise<string> =>
  (await judge({ ...square, ...changed } as ParityCase, engines, suite)).status;

describe('a case', () => {
  test('passes where values and gradients are the expected ones', async () => {
    expect(await judge(square, engines, suite)).toEqual({
      id: 'op/square/0',
      kind: 'op',
      status: 'pass',
      reason: '',
    });
  });

  const output = square.outputs[0];
  const failures: Readonly<Record<string, object>> = {
    'a value differs': { outputs: [{ ...output, data: [9, 0.250000001] }] },
    'a gradient differs': { grads: [[6, -10.0000001]] },
    'the shape differs': { outputs: [{ ...output, shape: [2, 1] }] },
    'the element type differs': { outputs: [{ ...output, dtype: 'int64' }] },
    'there are more outputs': { outputs: [output, output], cotangents: [[1, 10], null] },
    'the operation throws': { inputs: [] },
  };
  for (const [what, changed] of Object.entries(failures)) {
    test(`fails where ${what}`, async () => expect(await statusOf(changed)).toBe('fail'));
  }

  for (const changed of [{ op: 'no such operation' }, { kind: 'no such kind' }, { op: 'constructor' }]) {
    test(`is unsupported with ${JSON.stringify(changed)}`, async () => {
      expect(await statusOf(changed)).toBe('unsupported');
    });
  }

  test('must hold on every engine', async () => {
    const broken = (): never => {
      throw new Error('broken');
    };
    const verdict = await judge(square, { interpreter: interpreted, broken }, suite);
    expect(verdict).toMatchObject({ status: 'fail', reason: 'broken: broken' });
  });
});

describe('a number', () => {
  const tolerance = { rtol: 1e-9, atol: 1e-10 };
  const rows: readonly (readonly [actual: number, expected: number, match: boolean])[] = [
    [NaN, NaN, true],
    [1, NaN, false],
    [NaN, 1, false],
    [Infinity, Infinity, true],
    [-Infinity, Infinity, false],
    [1e308, Infinity, false],
    [Infinity, 1e308, false],
    [-0, 0, true],
    [1e-10, 0, true],
    [1.1e-10, 0, false],
    [1000.000001, 1000, true],
    [1000.0000011, 1000, false],
  ];
  for (const [actual, expected, match] of rows) {
    test(`${actual} ${match ? 'matches' : 'does not match'} ${expected}`, () =>
      expect(matches(actual, expected, tolerance)).toBe(match));
  }

  test('that is missing is a mismatch', () => {
    expect(() => checkNumbers('x', [1], [1, 2], tolerance)).toThrow('x has 1 elements, not 2');
  });
});

test('the line counts all cases and each kind, the report lists what did not pass', () => {
  const verdicts = [
    { id: 'a', kind: 'op', status: 'pass', reason: '' },
    { id: 'b', kind: 'op', status: 'fail', reason: 'js: wrong' },
    { id: 'c', kind: 'loss', status: 'unsupported', reason: 'none' },
  ] as const;
  expect(parityLine(verdicts)).toBe(
    'PARITY {"pass":1,"fail":1,"unsupported":1,"kinds":' +
      '{"op":{"pass":1,"fail":1,"unsupported":0},"loss":{"pass":0,"fail":0,"unsupported":1}}}',
  );
  expect(JSON.parse(reportText(verdicts))).toEqual([
    { id: 'b', status: 'fail', reason: 'js: wrong' },
    { id: 'c', status: 'unsupported', reason: 'none' },
  ]);
});
