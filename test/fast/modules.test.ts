import { describe, expect, test } from 'vitest';
import { input, loss, nn, optim, training } from '../../src/index.ts';
import { compile, emit, report, reportText } from '../../compiler/index.ts';
import { hasRelaxedSimd, probe } from '../../compiler/emit/wasm/relaxed.ts';
import type { StepModule } from '../../runtime/contract.ts';
import { uniform } from '../kernel/math-points.ts';
import { emitToFolder } from '../module/emit-to-folder.ts';
import { withRelaxedSimd } from './relaxed-simd.ts';

const x = input('x', ['N', 12]);
const y = input('y', ['N', 5]);
const model = nn.sequential(nn.linear(12, 32), nn.gelu(), nn.linear(32, 5));
const program = training({ loss: loss.mse(model(x), y), optimizer: optim.adam({ lr: 0.01 }) });

const random = uniform(20_261_122);
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => 2 * random() - 1);
const batch = { x: numbers(7 * 12), y: numbers(7 * 5) };

/** The losses of a few steps, and the parameters that they leave. */
function trained(module: StepModule): { readonly losses: number[]; readonly weights: number[] } {
  const step = module.create({ capacity: { N: 7 }, seed: 3 });
  const losses = Array.from({ length: 20 }, () => step.step(batch).loss);
  return { losses, weights: step.parameters.flatMap(({ data }) => [...data]) };
}

/** A module whose code is compiled already: that happens when the first step is created. */
function started(module: StepModule): StepModule {
  module.create({ capacity: { N: 1 } });
  return module;
}

const compiledFast = (relaxed: boolean): Promise<StepModule> =>
  withRelaxedSimd(relaxed, () => started(compile(program, { numerics: 'fast' })));

/** The emitted file, run in this process. */
async function emittedFast(relaxed: boolean): Promise<StepModule> {
  const { file, remove } = await emitToFolder(program, 'wasm', { numerics: 'fast' });
  const module = await withRelaxedSimd(relaxed, async () =>
    started((await import(/* @vite-ignore */ file)) as StepModule),
  );
  await remove();
  return module;
}

describe.each([false, true])('a fast module where relaxed SIMD is %s', (relaxed) => {
  test('says which way it took', async () => {
    for (const { manifest } of [await compiledFast(relaxed), await emittedFast(relaxed)]) {
      expect(manifest.numerics).toBe('fast');
      expect(manifest.relaxedSimd).toBe(relaxed);
    }
  });

  test('is reported so', async () => {
    const found = await withRelaxedSimd(relaxed, () => report(program, { numerics: 'fast' }));
    expect(found.relaxedSimd).toBe(relaxed);
    expect(reportText(found)).toContain(`fast numerics ${relaxed ? 'with' : 'without'} relaxed SIMD`);
    expect((await report(program)).relaxedSimd).toBe(null);
  });

  test('has the same bits each time, in memory and as a file', async () => {
    const first = trained(await compiledFast(relaxed));
    expect(trained(await compiledFast(relaxed))).toEqual(first);
    expect(trained(await emittedFast(relaxed))).toEqual(first);
  });

  test('trains as strict numerics do', async () => {
    const [fast, strict] = [trained(await compiledFast(relaxed)), trained(compile(program))];
    fast.losses.forEach((value, i) => expect(value / (strict.losses[i] ?? 0)).toBeCloseTo(1, 4));
  });

  test('leaves all state as it was where the loss is not finite', async () => {
    const step = (await compiledFast(relaxed)).create({ capacity: { N: 7 } });
    const kept = (): number[] => [...step.parameters, ...step.state].flatMap(({ data }) => [...data]);
    step.step(batch);
    const before = kept();
    for (const bad of [Infinity, Number.NaN]) {
      expect(
        Number.isFinite(step.step({ ...batch, y: batch.y.map((value, i) => (i === 3 ? bad : value)) }).loss),
      ).toBe(false);
      expect(kept()).toEqual(before);
    }
  });
});

test('weights trained with relaxed SIMD and without are close', async () => {
  const [fused, plain] = [trained(await compiledFast(true)), trained(await compiledFast(false))];
  const close = fused.weights.map((value, i) => Math.abs(value - (plain.weights[i] ?? 0)));
  expect(Math.max(...close)).toBeLessThan(1e-3);
});

test('strict modules say nothing of relaxed SIMD, and hold no trace of it', () => {
  const { code, manifest } = emit(program);
  expect(manifest).not.toHaveProperty('relaxedSimd');
  expect(compile(program).manifest).not.toHaveProperty('relaxedSimd');
  expect(code).not.toMatch(/relaxed/i);
});

test('one file serves engines with relaxed SIMD and without', async () => {
  expect(await withRelaxedSimd(true, hasRelaxedSimd)).toBe(true);
  expect(await withRelaxedSimd(false, hasRelaxedSimd)).toBe(false);
  expect(probe().length).toBeLessThan(64);
  const { code } = emit(program, { numerics: 'fast' });
  const text = /atob\('([^']*)'\)/.exec(code)?.[1] ?? '';
  const plain = Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
  expect(WebAssembly.validate(plain)).toBe(true);
});
