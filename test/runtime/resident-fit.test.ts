/** `fit` over data in the step's memory: the same bits and the same lines as batch by batch, whatever the options. */
import { describe, expect, it } from 'vitest';
import { exp, input, loss, metrics, nn, optim, training } from 'adjoint';
import type { TargetName } from 'adjoint/compiler';
import { compile, targetNames } from 'adjoint/compiler';
import type { FitOptions, History, StepModule } from 'adjoint/runtime';
import { fit } from 'adjoint/runtime';
import { memoryStore } from './memory-store.ts';

const rows = 23;
const wave = (count: number, phase: number): Float64Array =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(i * i + phase));
const labels = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => (i * i) % 3);

/** Dropout, running statistics, weights of classes for all batches, a label that is ignored, metrics. */
function program() {
  const x = input('x', ['N', 5]);
  const label = input('label', ['N'], 'int32');
  const weight = input('weight', [3]);
  const model = nn.sequential(
    nn.linear(5, 6),
    nn.batchNorm1d(6),
    nn.relu(),
    nn.dropout(0.3),
    nn.linear(6, 3),
  );
  const logits = model(x);
  return training({
    model,
    loss: loss.crossEntropy(logits, label, { weight, ignoreIndex: 2 }),
    optimizer: optim.adam({ lr: 0.02 }),
    metrics: { accuracy: metrics.accuracy(logits, label) },
    outputs: { logits },
  });
}

const data = { x: wave(rows * 5, 0), label: labels(rows), weight: Float32Array.of(1, 2, 0.5) };
const held = { x: wave(9 * 5, 1), label: labels(9), weight: Float32Array.of(3, 1, 1) };
const base: FitOptions = { data, epochs: 4, batchSize: 4, seed: 3, logEvery: 1 };

const cases: readonly [string, Partial<FitOptions>][] = [
  ['all rows at once', { batchSize: rows }],
  ['batches in their own order, the last one smaller', {}],
  ['no smaller last batch', { dropLast: true }],
  ['small batches', { batchSize: 2, dropLast: true, shuffle: true }],
  ['shuffled rows', { shuffle: true }],
  [
    'an order of its own, with repetitions',
    { shuffle: (_, n) => Array.from({ length: n }, (__, i) => i >> 1) },
  ],
  ['validation', { shuffle: true, validation: { data: held, every: 2 } }],
  ['rates by epoch', { hyper: (epoch, past) => ({ lr: 0.01 * epoch + (past.at(-1)?.loss ?? 0) / 100 }) }],
];

/** The module without room for data, so that they are passed batch by batch. */
function withoutRoom(module: StepModule): StepModule {
  return {
    manifest: module.manifest,
    create: (options = {}) => {
      if (options.data) throw Object.assign(new Error('E-MEMORY'), { code: 'E-MEMORY' });
      return module.create(options);
    },
  };
}

function outcome({ epochs, step, stopped, divergence }: History): unknown {
  return {
    epochs: epochs.map((record) => ({ ...record, seconds: 0 })),
    tensors: [...step.parameters, ...step.state].map(({ name, data: values }) => [name, [...values]]),
    hyper: [...step.hyper],
    stopped,
    divergence,
  };
}

/** Everything that a run leaves, with its lines. */
async function trained(module: StepModule, options: FitOptions): Promise<unknown> {
  const lines: string[] = [];
  const history = await fit(module, { ...options, log: (line) => lines.push(line) });
  return { lines, ...(outcome(history) as object) };
}

/** The module with a count of its calls of `run`, before each of which `before` is called. */
function observed(module: StepModule, before: (call: number) => void): StepModule {
  let calls = 0;
  return {
    manifest: module.manifest,
    create: (options) => {
      const step = module.create(options);
      const run = step.run.bind(step);
      return Object.assign(step, {
        run: (...args: Parameters<typeof run>) => {
          before(calls++);
          return run(...args);
        },
      });
    },
  };
}

const modules = new Map<TargetName, StepModule>(
  targetNames.map((target) => [target, compile(program(), { target })]),
);

describe.each([...modules])('fit with the %s target', (_, module) => {
  it.each(cases)('trains inside the module as batch by batch: %s', async (__, changes) => {
    const options = { ...base, ...changes };
    let calls = 0;
    const inside = await trained(
      observed(module, () => calls++),
      options,
    );
    expect(inside).toEqual(await trained(withoutRoom(module), options));
    expect(calls).toBeGreaterThan(0);
  });

  it('goes on from a checkpoint within an epoch as if nothing had been', async () => {
    const options: FitOptions = { ...base, batchSize: 2, dropLast: true, shuffle: true };
    const still = { ...options, log: (): void => undefined };
    const whole = outcome(await fit(module, still));
    for (const last of [0, 1, 2, 3, 5]) {
      const store = memoryStore();
      const controller = new AbortController();
      const first = observed(module, (call) => (call === last ? controller.abort() : undefined));
      await fit(first, { ...still, signal: controller.signal, checkpoint: { store, every: 100 } });
      expect(outcome(await fit(module, { ...still, checkpoint: { store } }))).toEqual(whole);
    }
  });
});

it('reports a divergence within an epoch with the same place, batch and state', async () => {
  const x = input('x', ['N', 1]);
  const growing = nn.linear(1, 1)(x);
  const module = compile(
    training({ loss: exp(growing.mul(growing)).mean(), optimizer: optim.sgd({ lr: 0.3 }) }),
  );
  const options: FitOptions = {
    data: { x: wave(60, 2).map((value) => 3 * value) },
    epochs: 50,
    batchSize: 3,
    onDivergence: 'stop',
  };
  const inside = await trained(module, options);
  expect(inside).toEqual(await trained(withoutRoom(module), options));
  expect(inside).toMatchObject({ stopped: 'diverged' });
});

it('passes data batch by batch where their rows are counted by a multiple of a size', async () => {
  const x = input('x', ['2*N', 1]);
  const module = compile(training({ loss: nn.linear(1, 1)(x).mean(), optimizer: optim.sgd({ lr: 0.1 }) }));
  let calls = 0;
  await fit(
    observed(module, () => calls++),
    { data: { x: wave(8, 0) }, epochs: 2, batchSize: 2, log: () => undefined },
  );
  expect(calls).toBe(0);
});
