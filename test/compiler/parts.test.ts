/** Derivatives of slices that tile a tensor, and concatenations that are stored part by part. */
import { concat, input, loss, nn, optim, parameter, slice, sum, tanh, training } from 'adjoint';
import type { Expr, Program } from 'adjoint';
import { verify } from 'adjoint/verify';
import { describe, expect, test } from 'vitest';
import { must } from '../../src/errors.ts';
import type { Scalar, Statement } from '../../src/kernel/language.ts';
import { constant } from '../../src/ops/leaves.ts';
import { pullback } from '../../src/ops/scan-pullback.ts';
import { postorder } from '../../src/walk.ts';
import { lower } from '../../compiler/lowered.ts';
import { operands } from '../../compiler/lower/place.ts';
import { optimize } from '../../compiler/pipeline.ts';
import { entryKernels } from '../../compiler/schedule/call.ts';

const x = parameter('x', [2, 6]);
const part = (start: number, stop: number) => slice(x, { axis: 1, start, stop });

/** The names of the operators in what a loop's derivative passes back to `x` from a sum of tanh(part). */
function operatorsOf(parts: readonly Expr[]): string[] {
  const value = parts
    .map((each) => sum(tanh(each as Expr<[2, number], 'float32'>)))
    .reduce((a, b) => a.add(b));
  const received = pullback([[value, constant(1, 'float32')]], new Set([x])).get(x) ?? [];
  return postorder(received).map(({ op }) => op.name);
}

describe('the derivative of slices in a loop', () => {
  test('is a concatenation where they tile the tensor, in any order, some of them twice', () => {
    for (const parts of [
      [part(0, 2), part(2, 6)],
      [part(4, 6), part(0, 4), part(4, 6)],
    ]) {
      expect(operatorsOf(parts)).toContain('concat');
      expect(operatorsOf(parts)).not.toContain('pad');
    }
  });

  test('is a sum of padded ones where they overlap or leave something out', () => {
    expect(operatorsOf([part(0, 4), part(2, 6)])).not.toContain('concat');
    expect(operatorsOf([part(0, 2), part(3, 6)])).not.toContain('concat');
  });
});

/** Whether statements choose between values. */
function chooses(body: readonly Statement[]): boolean {
  const inScalar = (value: Scalar): boolean => value.kind === 'cond' || operands(value).some(inScalar);
  return body.some((statement) => {
    if ('value' in statement && inScalar(statement.value)) return true;
    return 'body' in statement && chooses(statement.body);
  });
}

const layers = {
  gru: () => nn.outputOf(nn.gru(3, 4, { batchFirst: true })),
  lstm: () => nn.outputOf(nn.lstm(3, 4, { batchFirst: true })),
};

function recurrent(kind: keyof typeof layers): Program {
  const layer = layers[kind]();
  const output = layer(input('x', ['N', 5, 3]));
  return training({
    name: kind,
    loss: loss.mse(output, input('y', ['N', 5, 4])),
    optimizer: optim.sgd({ lr: 0.1 }),
  });
}

describe('gates', () => {
  test.each(['gru', 'lstm'] as const)('are passed through by straight loops in a step of %s', (kind) => {
    const { entries } = lower(optimize(recurrent(kind)));
    const step = must(
      entries.find(({ name }) => name === 'step'),
      'step',
    );
    const choosing = entryKernels(step).filter(({ kernel }) => chooses(kernel.body));
    expect(choosing.map(({ kernel }) => kernel.name)).toEqual([]);
  });
});

test('equal parts and others, stored and read again, have the same bits on all targets', () => {
  const a = input('a', ['N', 4]);
  const [weight, other] = [parameter('weight', [12, 3]), parameter('other', [10, 3])];
  const equal = concat([tanh(a), a.mul(2), a.sub(1)], { axis: 1 }).matmul(weight);
  const unequal = concat([tanh(a), a, a.slice({ axis: 1, start: 0, stop: 2 })], { axis: 1 }).matmul(other);
  const program = training({
    name: 'parts',
    loss: loss.mse(equal.add(tanh(unequal)), input('y', ['N', 3])),
    optimizer: optim.adam(),
    outputs: { joined: concat([equal, unequal], { axis: 1 }) },
  });
  verify.program(program, { runs: 15, seed: 9 });
});
