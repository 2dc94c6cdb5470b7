/** Optimizers made of others: accumulation, averages of weights, sharpness-aware and lazy updates. */
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
  training,
} from 'adjoint';
import { describe, expect, test } from 'vitest';
import { interpreted } from '../parity/interpreted.ts';
import { checkNumbers } from '../parity/tolerance.ts';
import { batch, stepOf, valuesOf } from './program.ts';
import { batches, bias, other, seed, tight } from './starts.ts';

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

test(`lazy updates leave parameters without a gradient alone, and count their own steps (seed ${seed})`, () => {
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
