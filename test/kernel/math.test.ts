import { afterAll, describe, expect, test } from 'vitest';
import { evaluatePrim } from '../../src/kernel/evaluate.ts';
import type { MathPrim } from '../../src/kernel/prims.ts';
import { pointsOf, uniform } from './math-points.ts';
import { oracle } from './oracle.ts';
import { real } from './real.ts';
import { double, single, ulpsBetween } from './ulps.ts';

const seed = 20_260_714;
const count = 20_000;
const names = Object.keys(oracle) as MathPrim[];

/** The largest error of each function in float64 ulps, as `src/kernel/math/README.md` documents it. */
const bounds: Readonly<Record<MathPrim, number>> = {
  exp: 0.8,
  expm1: 0.85,
  exp2: 0.8,
  sigmoid: 0.8,
  log: 0.85,
  log1p: 0.85,
  log2: 0.75,
  log10: 0.7,
  sin: 0.8,
  cos: 0.8,
  tan: 0.95,
  asin: 0.7,
  acos: 0.65,
  atan: 0.8,
  atan2: 0.95,
  sinh: 0.85,
  cosh: 0.8,
  tanh: 0.8,
  asinh: 0.65,
  acosh: 0.85,
  atanh: 0.85,
  erf: 0.9,
  erfc: 0.95,
  pow: 0.8,
  fmod: 0,
};

interface Worst {
  ulps: number;
  readonly at: readonly number[];
}

const table: { name: MathPrim; float64: Worst; float32: Worst }[] = [];

function larger(worst: Worst, ulps: number, at: readonly number[]): Worst {
  // A NaN error counts as the largest.
  return ulps <= worst.ulps ? worst : { ulps, at };
}

describe(`math kernels, against the oracle at ${count} points and all breakpoints, seed ${seed}`, () => {
  test.each(names)('%s keeps its documented bound in float64, and rounds once to float32', (name) => {
    let float64: Worst = { ulps: 0, at: [] };
    let float32: Worst = { ulps: 0, at: [] };
    for (const args of pointsOf(name, count, seed)) {
      const [x = 0, y = 0] = args;
      const exact = oracle[name](real(x), real(y));
      const value = evaluatePrim(name, 'float64', ...args);
      float64 = larger(float64, ulpsBetween(value, exact, double), args);
      float32 = larger(float32, ulpsBetween(Math.fround(value), exact, single), args);
    }
    table.push({ name, float64, float32 });
    expect(float64.ulps, `${name}(${float64.at.join(', ')})`).toBeLessThanOrEqual(bounds[name]);
    expect(float32.ulps, `${name}(${float32.at.join(', ')}) in float32`).toBeLessThan(0.5 + 2 ** -27);
  });

  test.each(names)('%s in float32 is the float64 kernel, rounded', (name) => {
    for (const args of pointsOf(name, 300, seed)) {
      const floats = args.map(Math.fround);
      const exact = evaluatePrim(name, 'float64', ...floats);
      expect(evaluatePrim(name, 'float32', ...floats)).toBe(Math.fround(exact));
    }
  });

  test('beyond 2^30, sin and cos are those of a number within two ulps', () => {
    const random = uniform(seed);
    for (let i = 0; i < 3000; i++) {
      const x = 2 ** (30 + 20 * random()) * (random() < 0.5 ? -1 : 1);
      for (const name of ['sin', 'cos'] as const) {
        const exact = oracle[name](real(x), real(0));
        const error = ulpsBetween(evaluatePrim(name, 'float64', x), exact, { bits: 53, minExponent: 0 });
        expect(error * 2 ** -52, `${name}(${x})`).toBeLessThanOrEqual(Math.abs(x) * 2 ** -51 + 2 ** -52);
      }
    }
  });

  test('sin, cos and tan of every finite number are finite, and sin and cos lie in [-1, 1]', () => {
    const random = uniform(seed);
    for (let i = 0; i < 3000; i++) {
      const x = 2 ** (30 + 993 * random());
      expect(Math.abs(evaluatePrim('sin', 'float64', x))).toBeLessThanOrEqual(1);
      expect(Math.abs(evaluatePrim('cos', 'float64', x))).toBeLessThanOrEqual(1);
      expect(Number.isFinite(evaluatePrim('tan', 'float64', x))).toBe(true);
    }
  });

  afterAll(() => {
    const lines = table.map(
      ({ name, float64, float32 }) =>
        `${name.padEnd(8)} ${float64.ulps.toFixed(4)}  ${float32.ulps.toFixed(8)}  at ${float64.at.join(', ')}`,
    );
    console.log(['function float64  float32     (largest error in ulps)', ...lines].join('\n'));
  });
});
