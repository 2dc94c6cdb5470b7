import { describe, expect, it, vi } from 'vitest';
import { AdjointRuntimeError } from '../../runtime/errors.ts';
import { evaluate } from '../../runtime/evaluate.ts';
import type { FitOptions } from '../../runtime/fit-options.ts';
import { fit } from '../../runtime/fit.ts';
import type { FakeStep } from './fake-module.ts';
import { fake, planeData } from './fake-module.ts';

const quiet = { log: (): void => undefined };
const data = planeData(20);

/** What was passed to the step of a run. */
async function batchesSeen(options: Partial<FitOptions>): Promise<FakeStep['seen']> {
  const { step } = await fit(fake, { data, epochs: 1, ...quiet, ...options });
  return 'seen' in step ? (step as FakeStep).seen : [];
}

describe('fit', () => {
  it('prints exactly the line of the tutorial, with the loss of the last batch before its update', async () => {
    const lines: string[] = [];
    const { epochs } = await fit(fake, { data, epochs: 20, logEvery: 10, log: (line) => lines.push(line) });
    expect(lines).toEqual([
      `Epoch [10/20], Loss: ${epochs[9]?.lastLoss.toFixed(4)}`,
      `Epoch [20/20], Loss: ${epochs[19]?.lastLoss.toFixed(4)}`,
    ]);
  });

  it('prints to the console by default, and about ten lines', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    await fit(fake, { data, epochs: 95 });
    expect(log.mock.calls).toHaveLength(9);
    log.mockRestore();
  });

  it('trains on all rows at once by default, and its loss falls', async () => {
    const { epochs, step } = await fit(fake, { data, epochs: 200, ...quiet });
    expect(epochs.at(-1)?.loss).toBeLessThan(0.001);
    expect(epochs[0]?.loss).toBe(epochs[0]?.lastLoss);
    expect(step.capacity).toEqual({ N: 20 });
  });

  it('lets the last batch be smaller, or leaves it out', async () => {
    expect((await batchesSeen({ batchSize: 8 })).map(({ rows }) => rows)).toEqual([8, 8, 4]);
    expect((await batchesSeen({ batchSize: 8, dropLast: true })).map(({ rows }) => rows)).toEqual([8, 8]);
    expect((await batchesSeen({ batchSize: 1000 })).map(({ rows }) => rows)).toEqual([20]);
  });

  it('records the loss of an epoch weighted by rows, and a plain value averaged over batches', async () => {
    const { epochs, step } = await fit(fake, { data, epochs: 1, batchSize: 8, hyper: { lr: 0 }, ...quiet });
    const whole = evaluate(step, data);
    expect(epochs[0]?.loss).toBeCloseTo(whole.loss, 12);
    expect(epochs[0]?.metrics['mae']).toBeCloseTo(whole.metrics['mae'] ?? NaN, 12);
    const parts = [0, 8, 16].map((row) => evaluate(step, rowsOf(row, Math.min(row + 8, 20))));
    const largest = parts.reduce((sum, part) => sum + (part.metrics['largest'] ?? NaN), 0) / 3;
    expect(epochs[0]?.metrics['largest']).toBeCloseTo(largest, 12);
  });

  it('shuffles by seed and epoch alone', async () => {
    const firsts = async (seed: number): Promise<number[]> =>
      (await batchesSeen({ batchSize: 4, epochs: 3, shuffle: true, seed })).map(({ first }) => first);
    const once = await firsts(7);
    expect(await firsts(7)).toEqual(once);
    expect(await firsts(8)).not.toEqual(once);
    expect(once.slice(0, 5)).not.toEqual(once.slice(5, 10));
  });

  it('takes an order of your own, and refuses one that is none', async () => {
    const reversed = (_: number, rows: number): number[] =>
      Array.from({ length: rows }, (_, i) => rows - 1 - i);
    const seen = await batchesSeen({ batchSize: 1, shuffle: reversed });
    expect(seen.map(({ first }) => first)).toEqual(
      Array.from({ length: 20 }, (_, i) => data.x[(19 - i) * 3]),
    );
    for (const order of [() => [1, 2], (_: number, rows: number) => new Int32Array(rows).fill(rows)]) {
      await expect(fit(fake, { data, epochs: 1, shuffle: order, ...quiet })).rejects.toThrow('E-ORDER');
    }
  });

  it('passes hyper-parameters with the first batch of each epoch, fixed or chosen by the epochs before', async () => {
    const seen = await batchesSeen({
      epochs: 2,
      batchSize: 10,
      hyper: (epoch, past) => ({ lr: epoch + past.length }),
    });
    expect(seen.map(({ hyper }) => hyper[0])).toEqual([1, 1, 3, 3]);
  });

  it('starts from the seed or from given parameters', async () => {
    const still = { data, epochs: 1, hyper: { lr: 0 }, ...quiet };
    expect((await fit(fake, { ...still, seed: 42 })).step.parameters[0]?.data[0]).toBe(0.42);
    const { step } = await fit(fake, { ...still, parameters: { weight: [1, 2, 3] } });
    expect([...(step.parameters[0]?.data ?? [])]).toEqual([1, 2, 3]);
  });

  it('evaluates validation data when due and says so on the line', async () => {
    const lines: string[] = [];
    const { epochs } = await fit(fake, {
      data,
      epochs: 4,
      batchSize: 8,
      logEvery: 2,
      log: (line) => lines.push(line),
      validation: { data: planeData(30), every: 2 },
    });
    expect(epochs.map(({ validation }) => validation !== undefined)).toEqual([false, true, false, true]);
    expect(lines[1]).toMatch(/^Epoch \[4\/4\], Loss: \d+\.\d{4}, Validation loss: \d+\.\d{4}$/);
  });

  it('waits for onEpoch', async () => {
    const order: string[] = [];
    const onEpoch = async ({ epoch }: { epoch: number }): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      order.push(`epoch ${epoch}`);
    };
    await fit(fake, { data, epochs: 2, onEpoch, ...quiet });
    expect(order).toEqual(['epoch 1', 'epoch 2']);
  });

  it('stops after the present batch when its signal is aborted', async () => {
    const controller = new AbortController();
    const history = await fit(fake, {
      data,
      epochs: 100,
      signal: controller.signal,
      onEpoch: ({ epoch }) => (epoch === 3 ? controller.abort() : undefined),
      ...quiet,
    });
    expect(history.stopped).toBe('aborted');
    expect(history.epochs).toHaveLength(3);
  });

  it('throws where the loss is not finite, with the state before that step', async () => {
    const diverging = { data, epochs: 500, batchSize: 8, hyper: { lr: 50 }, ...quiet };
    const error: unknown = await fit(fake, diverging).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AdjointRuntimeError);
    expect(String(error)).toMatch(/E-DIVERGED {2}the loss is (Infinity|NaN) at epoch \d+, batch \d of 3/);
    expect(String(error)).toContain('lr = 50, momentum = 0.5');

    const { stopped, divergence, step, epochs } = await fit(fake, { ...diverging, onDivergence: 'stop' });
    expect(stopped).toBe('diverged');
    expect(epochs).toHaveLength((divergence?.epoch ?? 0) - 1);
    for (const { data } of step.parameters) expect([...data].every(Number.isFinite)).toBe(true);
    const { loss } = step.step(divergence?.data ?? {});
    expect(Object.is(loss, divergence?.loss)).toBe(true);
  });

  it('lets other work have its turn during a long run', async () => {
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 5);
    const busy = (): void => {
      const started = performance.now();
      while (performance.now() < started + 60);
    };
    await fit(fake, { data, epochs: 5, onEpoch: busy, ...quiet });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
  });
});

function rowsOf(from: number, to: number): { x: Float64Array; y: Float64Array } {
  return { x: data.x.subarray(from * 3, to * 3), y: data.y.subarray(from, to) };
}
