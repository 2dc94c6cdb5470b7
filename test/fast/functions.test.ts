import { describe, expect, test } from 'vitest';
import { must } from '../../src/errors.ts';
import {
  cos,
  cosh,
  erf,
  erfc,
  exp,
  exp2,
  expm1,
  gelu,
  inference,
  input,
  log,
  log10,
  log1p,
  log2,
  pow,
  sigmoid,
  sin,
  sinh,
  softmax,
  tan,
  tanh,
} from '../../src/index.ts';
import type { Expr } from '../../src/index.ts';
import { compile } from '../../compiler/index.ts';
import { uniform } from '../kernel/math-points.ts';
import { withRelaxedSimd } from './relaxed-simd.ts';

const seed = 20_261_122;
const points = 1 << 20;

/** The largest error of each function in ulps of float32, as the guide documents it, and where arguments lie. */
const bounds = {
  exp: [1.5, -104, 89],
  expm1: [1.5, -20, 89],
  exp2: [1.5, -151, 128],
  log: [2, 0, 100],
  log1p: [2, -1, 100],
  log2: [2, 0, 100],
  log10: [2, 0, 100],
  sin: [2, -100, 100],
  cos: [2, -100, 100],
  tan: [3, -100, 100],
  sinh: [2, -90, 90],
  cosh: [2, -90, 90],
  tanh: [2.5, -10, 10],
  sigmoid: [3, -104, 20],
  erf: [2, -4.5, 4.5],
  erfc: [4, -4, 10.1],
  root: [1, 0, 100],
  power: [1, 0, 100],
  base: [1, -40, 40],
} as const satisfies Readonly<Record<string, readonly [ulps: number, low: number, high: number]>>;

type Name = keyof typeof bounds;
const names = Object.keys(bounds) as Name[];
type Apply = (x: Expr) => Expr;
const functions = {
  cos,
  cosh,
  erf,
  erfc,
  exp,
  exp2,
  expm1,
  log,
  log10,
  log1p,
  log2,
  sigmoid,
  sin,
  sinh,
  tan,
  tanh,
  root: (x: Expr) => pow(x as never, 0.3125),
  power: (x: Expr) => pow(x as never, -7.25),
  base: (x: Expr) => pow(3.75, x as never),
};

/** Beyond 2^30 nothing is promised of these but that they are in range. */
const waves: ReadonlySet<Name> = new Set<Name>(['sin', 'cos', 'tan']);

const word = new DataView(new ArrayBuffer(4));

/** Half of them any bits of a finite float32, half in the range of interest. */
function argumentsFor(name: Name): Float32Array {
  const random = uniform(seed);
  const [, low, high] = bounds[name];
  return Float32Array.from({ length: points }, (_, i) => {
    if (i % 2 === 0) return low + random() * (high - low);
    word.setUint32(0, Math.floor(random() * 2 ** 32));
    const x = word.getFloat32(0);
    return Number.isFinite(x) ? x : 0;
  });
}

/** What the float64 kernel and the fast float32 one give. */
function valuesOf(name: Name, x: Float32Array, relaxed: boolean): Promise<readonly ArrayLike<number>[]> {
  const f = functions[name] as Apply;
  const shape = [x.length];
  return withRelaxedSimd(relaxed, () => {
    const wide = inference({ outputs: { y: f(input('x', shape, 'float64') as Expr) } });
    const narrow = inference({ outputs: { y: f(input('x', shape) as Expr) } });
    return [compile(wide), compile(narrow, { numerics: 'fast' })].map((module) =>
      must(module.create().predict({ x })['y'], 'output').data.slice(),
    );
  });
}

/** The distance in units of the last place that a float32 has at `exact`. */
function ulps(exact: number, actual: number): number {
  const nearest = Math.fround(exact);
  if (Object.is(nearest, actual)) return 0;
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(exact))), -126);
  // Infinity stands for the first value past the largest.
  const bounded = Math.abs(actual) === Infinity ? Math.sign(actual) * 2 ** 128 : actual;
  const error = Math.abs(bounded - exact) / 2 ** (exponent - 23);
  return Number.isNaN(error) ? Infinity : error;
}

async function worstOf(
  name: Name,
  x: Float32Array,
  relaxed: boolean,
): Promise<{ readonly ulps: number; readonly at: number }> {
  const [exact = [], actual = []] = await valuesOf(name, x, relaxed);
  let [worst, at] = [0, 0];
  x.forEach((value, i) => {
    if (waves.has(name) && Math.abs(value) > 2 ** 30) return;
    const error = ulps(must(exact[i], 'exact'), must(actual[i], 'actual'));
    if (!(error <= worst)) [worst, at] = [error, value];
  });
  return { ulps: worst, at };
}

describe.each([false, true])('float32 functions of fast numerics, relaxed SIMD %s', (relaxed) => {
  test.each(names)(`%s keeps its bound at ${points} points, seed ${seed}`, async (name) => {
    const worst = await worstOf(name, argumentsFor(name), relaxed);
    expect(worst.ulps, `${name}(${worst.at})`).toBeLessThanOrEqual(bounds[name][0]);
  });

  test.each(names)('%s is right at zeros, infinities, NaN, and the ends of the format', async (name) => {
    const ends = [2 ** -149, 2 ** -127, 2 ** -126, 2 ** 127 * (2 - 2 ** -23), 88.7228, 103.97, 1, 0.5];
    const x = Float32Array.of(0, -0, Infinity, -Infinity, Number.NaN, ...ends, ...ends.map((end) => -end));
    const [exact = [], actual = []] = await valuesOf(name, x, relaxed);
    x.forEach((value, i) => {
      const [right, given] = [must(exact[i], 'exact'), must(actual[i], 'actual')];
      const wanted = Math.fround(right);
      const label = `${name}(${value})`;
      if (wanted === 0 || !Number.isFinite(wanted)) expect(given, label).toBe(wanted);
      else if (waves.has(name) && Math.abs(value) > 2 ** 30) expect(given, label).not.toBeNaN();
      else expect(ulps(right, given), label).toBeLessThanOrEqual(bounds[name][0]);
    });
  });
});

test('softmax and gelu of fast numerics are near those of strict', () => {
  const x = input('x', [64, 33]);
  const program = inference({ outputs: { s: softmax(x, { axis: 1 }), g: gelu(x) } });
  const random = uniform(seed);
  const batch = { x: Float32Array.from({ length: 64 * 33 }, () => 20 * random() - 10) };
  const [strict, fast] = (['strict', 'fast'] as const).map((numerics) =>
    compile(program, { numerics }).create().predict(batch),
  );
  for (const name of ['s', 'g']) {
    const [right, near] = [strict?.[name]?.data ?? [], fast?.[name]?.data ?? []];
    for (let i = 0; i < right.length; i++)
      expect(Math.abs((near[i] ?? 0) - (right[i] ?? 0))).toBeLessThanOrEqual(
        4e-6 * Math.abs(right[i] ?? 0) + 1e-6,
      );
  }
});
