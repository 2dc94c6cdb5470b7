/** Optimizers made of others: chains, groups, accumulation, averages, sharpness, lazy updates. */
import type { Expr, Loss } from 'adjoint';
import {
  add,
  input,
  loss,
  matmul,
  mean,
  mul,
  optim,
  parameter,
  reshape,
  schedule,
  square,
  sub,
  sum,
  training,
} from 'adjoint';
import { describe, expect, test } from 'vitest';
import { interpreted } from '../parity/interpreted.ts';
import { checkNumbers } from '../parity/tolerance.ts';
import { batch, stepOf, valuesOf } from './program.ts';
import { generator } from './random.ts';

const seed = 7;
const tight = { rtol: 1e-12, atol: 1e-13 };
const weight = { name: 'a.weight', shape: [2, 2], data: [1, -2, 3, -4] };
const bias = { name: 'a.bias', shape: [2], data: [0.5, -0.5] };
const other = { name: 'b.bias', shape: [2], data: [2, 3] };
const all = [weight, bias, other];

/** Batches of gradients for all parameters. */
function batches(count: number): Record<string, number[]>[] {
  const { normal } = generator(seed);
  return Array.from({ length: count }, () =>
    batch(Object.fromEntries(all.map(({ name, data }) => [name, data.map(() => normal())]))),
  );
}

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
      /groups: c\.\* matches no parameter/,
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

/** A linear model with a mean loss; batches of any number of rows. */
function linear(optimizer: optim.Optimizer) {
  const x = input('x', ['N', 2], 'float64');
  const y = input('y', ['N', 1], 'float64');
  const w = parameter('w', [2, 1], { dtype: 'float64' });
  const prediction = matmul(x, w);
  const program = training({ loss: loss.mse(prediction, y), optimizer, outputs: { prediction } });
  return interpreted(program).create({ parameters: { w: [0.3, -0.7] }, capacity: { N: 8 } });
}

const rows = [
  { x: [1, 2], y: 3 },
  { x: [0.5, -1], y: 1 },
  { x: [-2, 0.25], y: -1 },
  { x: [1.5, 1], y: 0.5 },
  { x: [0, -3], y: 2 },
];
const cut = (from: number, to: number) => ({
  x: rows.slice(from, to).flatMap((row) => row.x),
  y: rows.slice(from, to).map((row) => row.y),
});

describe('accumulation', () => {
  const inner = () =>
    optim.chain(
      optim.clipByGlobalNorm(0.5),
      optim.adam({ lr: schedule.exponential({ base: 0.1, gamma: 0.5 }) }),
    );

  test('micro-batches of unlike sizes make the step of their batch, exactly to rounding', () => {
    const [whole, parts] = [linear(inner()), linear(optim.accumulate(inner(), { every: 3 }))];
    for (let i = 0; i < 3; i++) {
      whole.step(cut(0, 5));
      for (const [from, to] of [
        [0, 1],
        [1, 3],
        [3, 5],
      ] as const)
        parts.step(cut(from, to));
      checkNumbers(`w after ${i}`, valuesOf(parts, 'w'), valuesOf(whole, 'w'), tight);
    }
    checkNumbers('moment', valuesOf(parts, 'w.exp_avg'), valuesOf(whole, 'w.exp_avg'), tight);
  });

  test('parameters and state rest between updates', () => {
    const step = linear(optim.accumulate(inner(), { every: 3 }));
    step.step(cut(0, 2));
    step.step(cut(2, 4));
    expect(valuesOf(step, 'w')).toEqual([0.3, -0.7]);
    expect(valuesOf(step, 'w.exp_avg')).toEqual([0, 0]);
  });
});

describe('averages of weights', () => {
  const predictionOf = (step: ReturnType<typeof linear>): number =>
    step.predict({ x: [1, 0] })['prediction']?.data[0] ?? NaN;
  const first = (step: ReturnType<typeof linear>): number => valuesOf(step, 'w')[0] ?? NaN;

  /** The first weight after each of `count` steps, and what prediction shows of it. */
  function follow(optimizer: optim.Optimizer, count: number) {
    const step = linear(optimizer);
    const shown = [predictionOf(step)];
    const weights = [first(step)];
    for (let i = 0; i < count; i++) {
      step.step(cut(i % 3, (i % 3) + 2));
      shown.push(predictionOf(step));
      weights.push(first(step));
    }
    return { shown, weights };
  }

  test('the exponential average starts at the first weights and is what evaluation reads', () => {
    const { shown, weights } = follow(optim.emaWeights(optim.sgd({ lr: 0.1 }), { decay: 0.8 }), 6);
    let average = NaN;
    const expected = weights.map((w, i) => {
      if (i <= 1) average = w;
      else average += 0.2 * (w - average);
      return average;
    });
    checkNumbers('prediction', shown, expected, tight);
  });

  test('stochastic weight averaging is the mean of the weights it samples', () => {
    const { shown, weights } = follow(optim.swa(optim.sgd({ lr: 0.1 }), { start: 2, every: 3 }), 9);
    const expected = weights.map((w, i) => {
      const sampled = weights.filter((_, at) => at <= i && at >= 2 && (at - 2) % 3 === 0);
      return sampled.length === 0 ? w : sampled.reduce((a, b) => a + b) / sampled.length;
    });
    checkNumbers('prediction', shown, expected, tight);
  });

  test('training goes on from the weights, not from their average', () => {
    const averaged = follow(optim.swa(optim.adam({ lr: 0.1 })), 5);
    expect(averaged.weights).toEqual(follow(optim.adam({ lr: 0.1 }), 5).weights);
  });

  test('schedule-free predictions are made with the average of z', () => {
    const step = linear(optim.scheduleFreeAdamw({ lr: 0.05, betas: [0.9, 0.999] }));
    const initial = first(step);
    const zs: number[] = [];
    for (let i = 0; i < 6; i++) {
      step.step(cut(0, 5));
      zs.push(valuesOf(step, 'w.z')[0] ?? NaN);
    }
    expect(initial).toBe(0.3);
    // With a constant rate every z has the same share.
    checkNumbers('prediction', [predictionOf(step)], [zs.reduce((a, b) => a + b) / zs.length], tight);
  });

  test('lookahead returns to the slow weights every k updates', () => {
    const { weights } = follow(optim.lookahead(optim.sgd({ lr: 0.1 }), { k: 3, alpha: 0.25 }), 3);
    const plain = follow(optim.sgd({ lr: 0.1 }), 3).weights;
    checkNumbers('before the look', weights.slice(0, 3), plain.slice(0, 3), tight);
    const [slow = NaN, , , fast = NaN] = plain;
    checkNumbers('look', weights.slice(3), [slow + 0.25 * (fast - slow)], tight);
  });
});

describe('sharpness-aware steps', () => {
  /** loss = mean((w - target)^2 * curvature), whose gradient is known everywhere. */
  const curvature = [1, 4];
  const target = [0.5, -1];
  const gradientAt = (w: readonly number[]): number[] =>
    w.map((value, i) => (value - (target[i] ?? NaN)) * (curvature[i] ?? NaN));

  function bowl(optimizer: optim.Optimizer) {
    const w = parameter('w', [2], { dtype: 'float64' });
    const [c, t] = [input('c', [2], 'float64'), input('t', [2], 'float64')];
    const value: Expr = mean(mul(square(sub(w, t)), c));
    const step = interpreted(training({ loss: value as Loss, optimizer })).create({
      parameters: { w: [2, 1] },
    });
    return () => {
      step.step({ c: curvature, t: target });
      return valuesOf(step, 'w');
    };
  }

  const cases: readonly [string, boolean][] = [
    ['in a ball', false],
    ['in units of the weights', true],
  ];
  test.each(cases)('take the gradient at the highest point nearby, %s', (_title, adaptive) => {
    const next = bowl(optim.sam(optim.sgd({ lr: 0.1 }), { rho: 0.3, adaptive }));
    let w = [2, 1];
    for (let i = 0; i < 4; i++) {
      const g = gradientAt(w);
      const units = w.map((value) => (adaptive ? Math.abs(value) : 1));
      const norm = Math.hypot(...g.map((value, j) => value * (units[j] ?? NaN)));
      const peak = w.map((value, j) => value + (0.3 * (units[j] ?? NaN) ** 2 * (g[j] ?? NaN)) / norm);
      const steepest = gradientAt(peak);
      w = w.map((value, j) => value - 0.1 * (steepest[j] ?? NaN));
      checkNumbers(`w after ${i}`, next(), w, { rtol: 1e-10, atol: 1e-10 });
    }
  });
});

test('lazy updates leave parameters without a gradient alone, and count their own steps', () => {
  const lazy = stepOf(optim.lazy(optim.nadam({ lr: 0.1 })), [bias, other]);
  const alone = stepOf(optim.nadam({ lr: 0.1 }), [bias]);
  const list = batches(4);
  list.forEach((one, i) => {
    const active = i % 2 === 1;
    const g = active ? one['g.a.bias'] : [0, 0];
    lazy.step({ 'g.a.bias': g ?? [], 'g.b.bias': one['g.b.bias'] ?? [] });
    if (active) alone.step({ 'g.a.bias': g ?? [] });
    expect(valuesOf(lazy, 'a.bias')).toEqual(valuesOf(alone, 'a.bias'));
  });
  expect(valuesOf(lazy, 'a.bias.step')).toEqual([2]);
  expect(valuesOf(lazy, 'b.bias.step')).toEqual([4]);
});

test('kept gradients are the gradients, and nothing moves', () => {
  const step = stepOf(optim.keepGradients(), [bias]);
  step.step(batch({ 'a.bias': [3, -4] }));
  expect(valuesOf(step, 'a.bias')).toEqual(bias.data);
  expect(valuesOf(step, 'a.bias.grad')).toEqual([3, -4]);
});

test('a parameter of rank 0 keeps its element type', () => {
  const p = parameter('p', []);
  const x = reshape(input('x', [1]), []);
  const program = training({ loss: add(mul(p, x), 0) as Loss, optimizer: optim.adam() });
  expect(program.step?.updates.map(({ slot, next }) => [slot.dtype, next.dtype])).toEqual(
    program.step?.updates.map(({ slot }) => [slot.dtype, slot.dtype]),
  );
  expect(program.parameters[0]?.dtype).toBe('float32');
});
