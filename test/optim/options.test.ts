/** Options that many optimizers share, and refusals when they are declared. */
import { AdjointError, add, mul, optim, schedule, sum, tensor } from 'adjoint';
import type { Expr } from 'adjoint';
import { describe, expect, test } from 'vitest';
import { checkNumbers } from '../parity/tolerance.ts';
import { batch, stepOf, valuesOf } from './program.ts';

const weight = { name: 'layer.weight', shape: [2, 2], data: [1, -2, 3, -4] };
const bias = { name: 'layer.bias', shape: [2], data: [0.5, -0.5] };
const uphill = { 'layer.weight': [1, -1, 2, 0.5], 'layer.bias': [-1, 3] };
const downhill = { 'layer.weight': [-1, 1, -2, -0.5], 'layer.bias': [1, -3] };
const still = { 'layer.weight': [0, 0, 0, 0], 'layer.bias': [0, 0] };

type Make = (options: { maximize?: boolean; weightDecay?: number }) => optim.Optimizer;
const makers: Readonly<Record<string, Make>> = {
  sgd: optim.sgd,
  adam: optim.adam,
  adamw: optim.adamw,
  nadam: optim.nadam,
  radam: optim.radam,
  adamax: optim.adamax,
  adadelta: optim.adadelta,
  adagrad: optim.adagrad,
  rmsprop: optim.rmsprop,
  asgd: optim.asgd,
  adafactor: optim.adafactor,
  lion: optim.lion,
  lamb: optim.lamb,
  lars: optim.lars,
  scheduleFreeAdamw: optim.scheduleFreeAdamw,
};

describe.each(Object.entries(makers))('%s', (_name, make) => {
  test('maximizes by following the negated gradient', () => {
    const [up, down] = [stepOf(make({ maximize: true }), [weight, bias]), stepOf(make({}), [weight, bias])];
    for (let i = 0; i < 3; i++) {
      up.step(batch(uphill));
      down.step(batch(downhill));
    }
    for (const { name } of up.parameters) expect(valuesOf(up, name)).toEqual(valuesOf(down, name));
  });

  test('decays matrices alone if told so', () => {
    const options = { weightDecay: 0.1, decayOnly: optim.matrices };
    const [chosen, none] = [options, { weightDecay: 0 }].map((o) => stepOf(make(o), [weight, bias]));
    if (!chosen || !none) throw new Error('unreachable');
    for (const step of [chosen, none]) step.step(batch(still));
    expect(valuesOf(chosen, 'layer.bias')).toEqual(valuesOf(none, 'layer.bias'));
    expect(valuesOf(chosen, 'layer.weight')).not.toEqual(valuesOf(none, 'layer.weight'));
  });
});

test('what decays is refused where its name matches no parameter', () => {
  const optimizer = optim.adamw({ decayOnly: 'layer.wieght' });
  expect(() => stepOf(optimizer, [weight, bias])).toThrow(/adamw: 'layer\.wieght'.*\n.*layer\.weight/);
});

test('a rate can be changed between calls, without another program', () => {
  const step = stepOf(optim.sgd({ lr: 0.5 }), [bias]);
  step.step(batch({ 'layer.bias': [1, 1] }), { lr: 0.25 });
  step.step(batch({ 'layer.bias': [1, 1] }));
  expect(valuesOf(step, 'layer.bias')).toEqual([0, -1]);
});

test('moments that fade are 0 before they are subnormal', () => {
  const step = stepOf(optim.adam({ betas: [0.5, 0.5] }), [bias]);
  step.step(batch({ 'layer.bias': [1e-307, 1] }));
  for (let i = 0; i < 10; i++) step.step(batch({ 'layer.bias': [0, 0] }));
  expect(valuesOf(step, 'layer.bias.exp_avg')[0]).toBe(0);
  expect(valuesOf(step, 'layer.bias.exp_avg')[1]).toBe(2 ** -11);
});

test('flushSubnormal keeps the smallest normal number, infinities and NaN', () => {
  const values = [2 ** -1022, 2 ** -1023, -(2 ** -1022), -5e-324, 0, 1, Infinity, -Infinity, NaN];
  const { length } = values;
  const flushing = optim.optimizer('flushing', {}, () =>
    optim.flushSubnormal(tensor(values, [length], 'float64')),
  );
  const step = stepOf(flushing, [{ name: 'x', shape: [length], data: values.map(() => 1) }]);
  step.step(batch({ x: values.map(() => 0) }));
  expect(valuesOf(step, 'x')).toEqual([2 ** -1022, 0, -(2 ** -1022), 0, 0, 1, Infinity, -Infinity, NaN]);
});

const refused: readonly [string, () => unknown, RegExp][] = [
  ['a negative rate', () => optim.adam({ lr: -1 }), /adam: lr is -1/],
  ['a rate that is NaN', () => optim.sgd({ lr: NaN }), /sgd: lr is NaN/],
  ['a beta of 1', () => optim.adamw({ betas: [0.9, 1] }), /adamw: beta2 is 1/],
  ['a negative beta', () => optim.lion({ betas: [-0.1, 0.9] }), /lion: beta1 is -0\.1/],
  ['a negative decay', () => optim.rmsprop({ weightDecay: -0.1 }), /rmsprop: weightDecay is -0\.1/],
  ['Nesterov without momentum', () => optim.sgd({ nesterov: true }), /nesterov with no momentum/],
  [
    'Nesterov with dampening',
    () => optim.sgd({ nesterov: true, momentum: 0.9, dampening: 0.1 }),
    /nesterov with dampening/,
  ],
  ['step factors out of order', () => optim.rprop({ etas: [1.2, 0.5] }), /rprop: etas 1\.2, 0\.5/],
  ['a positive decay power', () => optim.adafactor({ beta2Decay: 0.1 }), /adafactor: beta2Decay is 0\.1/],
  ['a norm of power 0', () => optim.clipByGlobalNorm(1, { p: 0 }), /clipByGlobalNorm: p is 0/],
  ['half a batch', () => optim.accumulate(optim.sgd(), { every: 0.5 }), /accumulate: every is 0\.5/],
  [
    'a schedule without a base',
    () => optim.sgd({ lr: schedule.exponential({ gamma: 0.9 }) }),
    /sgd: lr: the schedule exponential has no base/,
  ],
  [
    'a scheduled beta out of range',
    () => optim.adam({ betas: [schedule.exponential({ base: 1, gamma: 0.9 }), 0.9] }),
    /adam: beta1 is 1/,
  ],
  ['a vector for Muon', () => stepOf(optim.muon(), [bias]), /muon: layer\.bias has shape \[2\]/],
];

test.each(refused)('%s is refused, by name and with the range', (_what, declare, message) => {
  expect(declare).toThrow(AdjointError);
  expect(declare).toThrow(message);
});

test('a rule that makes another shape is refused with both shapes', () => {
  const wrong = optim.optimizer('wrong', {}, (g) => sum(g) as Expr as optim.Float);
  expect(() => stepOf(wrong, [bias])).toThrow(/the update of layer\.bias has another shape/);
});

test("an optimizer of one's own takes a rule", () => {
  const heavy = optim.optimizer('heavy', { lr: 0.1, momentum: 0.5 }, (g, leaf, { lr, momentum }) => {
    const b = leaf.keep('b');
    const next = add(mul(b.value, momentum), g);
    b.set(next);
    return leaf.parameter.sub(mul(next, lr));
  });
  const step = stepOf(heavy, [bias]);
  step.step(batch({ 'layer.bias': [1, 2] }));
  step.step(batch({ 'layer.bias': [1, 2] }));
  checkNumbers('bias', valuesOf(step, 'layer.bias'), [0.5 - 0.25, -0.5 - 0.5], { rtol: 1e-15, atol: 1e-15 });
  const hyper = Object.fromEntries(step.manifest.hyper.map(({ name, value }) => [name, value]));
  expect(hyper).toEqual({ lr: 0.1, momentum: 0.5 });
});
