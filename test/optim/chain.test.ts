/** Chains of transformations, and groups of parameters. */
import type { Loss } from 'adjoint';
import { input, mul, optim, parameter, schedule, sum, training } from 'adjoint';
import { describe, expect, test } from 'vitest';
import { interpreted } from '../parity/interpreted.ts';
import { checkNumbers } from '../parity/tolerance.ts';
import { batch, stepOf, valuesOf } from './program.ts';
import { all, batches, bias, other, seed, tight, weight } from './starts.ts';

/** The parameters after `count` steps. */
function after(optimizer: optim.Optimizer, count = 4): Record<string, number[]> {
  const step = stepOf(optimizer, all);
  for (const one of batches(count)) step.step(one);
  return Object.fromEntries(all.map(({ name }) => [name, valuesOf(step, name)]));
}

function expectSame(a: optim.Optimizer, b: optim.Optimizer, count?: number): void {
  const [one, two] = [after(a, count), after(b, count)];
  for (const { name } of all) checkNumbers(name, one[name] ?? [], two[name] ?? [], tight);
}

describe(`chains (seed ${seed})`, () => {
  const pairs: readonly [string, optim.Optimizer, optim.Optimizer][] = [
    [
      'decay before scaling is L2 regularization',
      optim.chain(optim.addDecayedWeights(0.1), optim.scaleByAdam(), optim.sgd({ lr: 0.01 })),
      optim.adam({ lr: 0.01, weightDecay: 0.1 }),
    ],
    [
      'decay after scaling is decoupled',
      optim.chain(optim.scaleByAdam(), optim.addDecayedWeights(0.1), optim.sgd({ lr: 0.01 })),
      optim.adamw({ lr: 0.01, weightDecay: 0.1 }),
    ],
    [
      'a trace is momentum',
      optim.chain(optim.trace({ momentum: 0.8, nesterov: true }), optim.sgd({ lr: 0.1 })),
      optim.sgd({ lr: 0.1, momentum: 0.8, nesterov: true }),
    ],
    ['scaleByRms', optim.chain(optim.scaleByRms(), optim.sgd({ lr: 0.1 })), optim.rmsprop({ lr: 0.1 })],
    [
      'scaleByAdagrad',
      optim.chain(optim.scaleByAdagrad(), optim.sgd({ lr: 0.1 })),
      optim.adagrad({ lr: 0.1 }),
    ],
    ['scaleByAdadelta', optim.chain(optim.scaleByAdadelta(), optim.sgd({ lr: 1 })), optim.adadelta()],
    ['scaleByLion', optim.chain(optim.scaleByLion(), optim.sgd({ lr: 0.1 })), optim.lion({ lr: 0.1 })],
    [
      'scaling by the trust ratio is LAMB',
      optim.chain(optim.scaleByAdam({ eps: 1e-6 }), optim.scaleByTrustRatio(), optim.sgd({ lr: 0.1 })),
      optim.lamb({ lr: 0.1 }),
    ],
    [
      'a scale is a rate',
      optim.chain(optim.scale(schedule.step({ base: 2, stepSize: 2 })), optim.sgd({ lr: 0.1 })),
      optim.sgd({ lr: schedule.step({ base: 0.2, stepSize: 2 }) }),
    ],
    [
      'a running mean is momentum with dampening from zero',
      optim.chain(optim.ema({ decay: 0.5, debias: false }), optim.sgd({ lr: 1 })),
      optim.chain(optim.scale(0.5), optim.trace({ momentum: 0.5 }), optim.sgd({ lr: 1 })),
    ],
    [
      'a debiased mean of one gradient is the gradient',
      optim.chain(optim.ema({ decay: 0 }), optim.sgd({ lr: 1 })),
      optim.sgd({ lr: 1 }),
    ],
  ];
  test.each(pairs)('%s', (_title, chained, whole) => expectSame(chained, whole));

  test('stages carry their names, and a repeated stage its number', () => {
    const { scale, chain, sgd, trace } = optim;
    const step = stepOf(chain(scale(2), trace(), scale(3), sgd({ lr: 1, momentum: 0.5 })), [bias]);
    expect(step.manifest.hyper.map(({ name }) => name).toSorted()).toEqual([
      'lr',
      'momentum',
      'scale.factor',
      'scale2.factor',
      'trace.momentum',
    ]);
    expect(step.manifest.state.map(({ name }) => name).toSorted()).toEqual([
      'a.bias.momentum_buffer',
      'a.bias.trace.momentum_buffer',
    ]);
  });

  test('clipByNorm bounds each tensor by itself', () => {
    const step = stepOf(optim.chain(optim.clipByNorm(1), optim.sgd({ lr: 1 })), [bias, other]);
    step.step(batch({ 'a.bias': [3, 4], 'b.bias': [0.3, 0.4] }));
    checkNumbers('a.bias', valuesOf(step, 'a.bias'), [0.5 - 3 / 5.000001, -0.5 - 4 / 5.000001], tight);
    checkNumbers('b.bias', valuesOf(step, 'b.bias'), [1.7, 2.6], tight);
  });

  test('clipByGlobalNorm knows any power', () => {
    const step = stepOf(optim.chain(optim.clipByGlobalNorm(1, { p: 3 }), optim.sgd({ lr: 1 })), [bias]);
    step.step(batch({ 'a.bias': [2, -3] }));
    const norm = Math.cbrt(8 + 27) + 1e-6;
    checkNumbers('a.bias', valuesOf(step, 'a.bias'), [0.5 - 2 / norm, -0.5 + 3 / norm], tight);
  });

  test('centralize takes the mean over all axes but the first, of matrices alone', () => {
    const step = stepOf(optim.chain(optim.centralize(), optim.sgd({ lr: 1 })), [weight, bias]);
    step.step(batch({ 'a.weight': [1, 3, 5, 5], 'a.bias': [1, 2] }));
    expect(valuesOf(step, 'a.weight')).toEqual([2, -3, 3, -4]);
    expect(valuesOf(step, 'a.bias')).toEqual([-0.5, -2.5]);
  });

  test('addDecayedWeights goes by name', () => {
    const chained = optim.chain(optim.addDecayedWeights(1, { only: '*.weight' }), optim.sgd({ lr: 1 }));
    const step = stepOf(chained, [weight, bias]);
    step.step(batch({ 'a.weight': [0, 0, 0, 0], 'a.bias': [0, 0] }));
    expect(valuesOf(step, 'a.weight')).toEqual([0, 0, 0, 0]);
    expect(valuesOf(step, 'a.bias')).toEqual(bias.data);
  });

  test('zeroNonFinite replaces what is not finite', () => {
    const p = parameter('p', [3], { dtype: 'float64' });
    const g = input('g', [3], 'float64');
    const zero = sum(mul(p, 0)) as Loss;
    const given = optim.transform('given', {}, () => g as optim.Float);
    const optimizer = optim.chain(given, optim.zeroNonFinite(), optim.sgd({ lr: 1 }));
    const step = interpreted(training({ loss: zero, optimizer })).create();
    step.step({ g: [NaN, -Infinity, 2] });
    expect(valuesOf(step, 'p')).toEqual([0, 0, -2]);
  });

  test('noise has the variance eta / (1 + t)^gamma and differs between steps', () => {
    const n = 4000;
    const start = { name: 'p', shape: [n], data: Array.from({ length: n }, () => 0) };
    const noisy = optim.chain(optim.addNoise({ eta: 4, gamma: 1 }), optim.sgd({ lr: 1 }));
    const step = stepOf(noisy, [start]);
    const zeros = batch({ p: start.data });
    step.step(zeros);
    const first = valuesOf(step, 'p');
    step.step(zeros);
    const second = valuesOf(step, 'p').map((value, i) => value - (first[i] ?? 0));
    const variance = (values: readonly number[]): number =>
      values.reduce((total, value) => total + value * value, 0) / n;
    const correlation = first.reduce((total, value, i) => total + value * (second[i] ?? 0), 0) / n;
    // Four standard deviations of the estimates.
    expect(Math.abs(variance(first) - 2)).toBeLessThan(8 * Math.sqrt(2 / n));
    expect(Math.abs(variance(second) - 4 / 3)).toBeLessThan((16 / 3) * Math.sqrt(2 / n));
    expect(Math.abs(correlation)).toBeLessThan(4 * Math.sqrt(8 / 3 / n));
  });
});

describe(`groups (seed ${seed})`, () => {
  test('each parameter takes the steps of its own optimizer', () => {
    const [matrix, rest] = [optim.adamw({ lr: 0.1 }), optim.sgd({ lr: 0.2, momentum: 0.9 })];
    const grouped = after(
      optim.groups([{ parameters: optim.matrices, optimizer: matrix }, { optimizer: rest }]),
    );
    const [first, second] = [after(matrix), after(rest)];
    expect(grouped['a.weight']).toEqual(first['a.weight']);
    expect(grouped['a.bias']).toEqual(second['a.bias']);
    expect(grouped['b.bias']).toEqual(second['b.bias']);
  });

  test('hyper-parameters carry the group, and state the parameter', () => {
    const grouped = optim.groups([
      { parameters: 'a.*', optimizer: optim.nadam(), name: 'body' },
      { parameters: /^b\./, optimizer: optim.sgd({ momentum: 0.9 }) },
    ]);
    const { hyper, state } = stepOf(grouped, all).manifest;
    const names = hyper.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['body.lr', 'body.momentumDecay', '1.lr', '1.momentum']));
    expect(state.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['body.mu_product', 'a.weight.exp_avg', 'b.bias.momentum_buffer']),
    );
  });

  test('a frozen group has no state and does not move', () => {
    const grouped = optim.groups([
      { parameters: ['a.weight', 'a.bias'], optimizer: optim.frozen() },
      { optimizer: optim.adam() },
    ]);
    const step = stepOf(grouped, all);
    for (const one of batches(3)) step.step(one);
    expect(valuesOf(step, 'a.weight')).toEqual(weight.data);
    expect(step.state.filter(({ name }) => name.startsWith('a.'))).toEqual([]);
    expect(valuesOf(step, 'b.bias')).not.toEqual(other.data);
  });

  const refused: readonly [string, () => optim.Optimizer, RegExp][] = [
    [
      'a pattern that matches nothing',
      () => optim.groups([{ parameters: 'c.*', optimizer: optim.sgd() }, { optimizer: optim.sgd() }]),
      /groups: 'c\.\*' matches no parameter/,
    ],
    [
      'a misspelt name',
      () => optim.groups([{ parameters: 'a.wieght', optimizer: optim.sgd() }, { optimizer: optim.sgd() }]),
      /Did you mean a\.weight\?/,
    ],
    [
      'a parameter of two groups',
      () =>
        optim.groups([
          { parameters: 'a.*', optimizer: optim.sgd() },
          { parameters: '*', optimizer: optim.sgd(), name: 'every' },
        ]),
      /a\.weight belongs to 0 and every/,
    ],
    [
      'a parameter of no group',
      () => optim.groups([{ parameters: 'a.*', optimizer: optim.sgd() }]),
      /no group has b\.bias/,
    ],
    [
      'two groups of the rest',
      () => optim.groups([{ optimizer: optim.sgd() }, { optimizer: optim.adam() }]),
      /two groups have no `parameters`/,
    ],
    [
      'two groups of one name',
      () =>
        optim.groups([
          { parameters: 'a.*', optimizer: optim.sgd(), name: 'x' },
          { optimizer: optim.adam(), name: 'x' },
        ]),
      /two groups are called x/,
    ],
  ];
  test.each(refused)('%s is refused', (_what, make, message) => {
    expect(() => stepOf(make(), all)).toThrow(message);
  });
});
