import { describe, expect, test } from 'vitest';
import { evaluatePrim } from '../../src/kernel/evaluate.ts';
import type { MathPrim } from '../../src/kernel/prims.ts';
import { pointsOf } from './math-points.ts';

const nan = Number.NaN;
const inf = Number.POSITIVE_INFINITY;
const least = 5e-324;
const pi = Math.PI;

type Row = readonly [args: readonly number[], value: number];

/** Values at zeros, infinities and the ends of ranges: C99 annex F, and exact results. */
const rows: Readonly<Record<MathPrim, readonly Row[]>> = {
  exp: [
    [[0], 1],
    [[-0], 1],
    [[inf], inf],
    [[-inf], 0],
    [[709.782712893384], 1.7976931348622732e308],
    [[709.7827128933841], inf],
    [[1e300], inf],
    [[-1e300], 0],
    [[-745.13], least],
    [[-746], 0],
  ],
  expm1: [
    [[0], 0],
    [[-0], -0],
    [[least], least],
    [[-1e-300], -1e-300],
    [[inf], inf],
    [[-inf], -1],
    [[-50], -1],
    [[710], inf],
  ],
  exp2: [
    [[0], 1],
    [[10], 1024],
    [[-1022], 2 ** -1022],
    [[-1074], least],
    [[-1075], 0],
    [[1023], 2 ** 1023],
    [[1024], inf],
    [[inf], inf],
    [[-inf], 0],
  ],
  log: [
    [[1], 0],
    [[0], -inf],
    [[-0], -inf],
    [[-1], nan],
    [[-inf], nan],
    [[inf], inf],
  ],
  log2: [
    [[1], 0],
    [[8], 3],
    [[least], -1074],
    [[2 ** 1023], 1023],
    [[0], -inf],
    [[-1], nan],
    [[inf], inf],
  ],
  log10: [
    [[1], 0],
    [[1000], 3],
    [[1e22], 22],
    [[0], -inf],
    [[-1], nan],
    [[inf], inf],
  ],
  log1p: [
    [[0], 0],
    [[-0], -0],
    [[least], least],
    [[-1e-300], -1e-300],
    [[-1], -inf],
    [[-1.5], nan],
    [[inf], inf],
    [[-inf], nan],
  ],
  sin: [
    [[0], 0],
    [[-0], -0],
    [[-least], -least],
    [[inf], nan],
    [[-inf], nan],
  ],
  cos: [
    [[0], 1],
    [[-0], 1],
    [[least], 1],
    [[inf], nan],
  ],
  tan: [
    [[0], 0],
    [[-0], -0],
    [[-least], -least],
    [[-inf], nan],
  ],
  asin: [
    [[0], 0],
    [[-0], -0],
    [[-least], -least],
    [[1], pi / 2],
    [[-1], -pi / 2],
    [[1.0000000000000002], nan],
    [[-inf], nan],
  ],
  acos: [
    [[0], pi / 2],
    [[1], 0],
    [[-1], pi],
    [[0.5], 1.0471975511965979],
    [[1.0000000000000002], nan],
    [[-2], nan],
  ],
  atan: [
    [[0], 0],
    [[-0], -0],
    [[-least], -least],
    [[1], pi / 4],
    [[inf], pi / 2],
    [[-inf], -pi / 2],
  ],
  atan2: [
    [[0, 1], 0],
    [[-0, 1], -0],
    [[0, -1], pi],
    [[-0, -1], -pi],
    [[0, 0], 0],
    [[-0, 0], -0],
    [[0, -0], pi],
    [[-0, -0], -pi],
    [[1, 0], pi / 2],
    [[-1, -0], -pi / 2],
    [[inf, inf], pi / 4],
    [[-inf, inf], -pi / 4],
    [[inf, -inf], (3 * pi) / 4],
    [[-inf, -inf], (-3 * pi) / 4],
    [[1, inf], 0],
    [[-1, inf], -0],
    [[1, -inf], pi],
    [[inf, 1], pi / 2],
    [[-inf, -1], -pi / 2],
    [[least, least], pi / 4],
    [[1e308, 1e308], pi / 4],
    [[least, 1e308], 0],
    [[1e308, least], pi / 2],
    [[0, nan], nan],
    [[nan, inf], nan],
  ],
  sinh: [
    [[0], 0],
    [[-0], -0],
    [[-least], -least],
    [[inf], inf],
    [[-inf], -inf],
    [[711], inf],
    [[-711], -inf],
  ],
  cosh: [
    [[0], 1],
    [[-0], 1],
    [[least], 1],
    [[-inf], inf],
    [[711], inf],
  ],
  tanh: [
    [[0], 0],
    [[-0], -0],
    [[-least], -least],
    [[1e-300], 1e-300],
    [[inf], 1],
    [[-inf], -1],
    [[-30], -1],
  ],
  asinh: [
    [[0], 0],
    [[-0], -0],
    [[-least], -least],
    [[inf], inf],
    [[-inf], -inf],
  ],
  acosh: [
    [[1], 0],
    [[0.9999999999999999], nan],
    [[-inf], nan],
    [[inf], inf],
  ],
  atanh: [
    [[0], 0],
    [[-0], -0],
    [[-least], -least],
    [[1], inf],
    [[-1], -inf],
    [[1.0000000000000002], nan],
    [[-inf], nan],
  ],
  erf: [
    [[0], 0],
    [[-0], -0],
    [[inf], 1],
    [[-inf], -1],
    [[1e300], 1],
    [[-7], -1],
  ],
  erfc: [
    [[0], 1],
    [[-0], 1],
    [[inf], 0],
    [[-inf], 2],
    [[-1e300], 2],
    [[28], 0],
  ],
  sigmoid: [
    [[0], 0.5],
    [[-0], 0.5],
    [[inf], 1],
    [[-inf], 0],
    [[1e300], 1],
    [[-1e300], 0],
    [[-745.13], least],
  ],
  pow: [
    [[2, 10], 1024],
    [[-2, 3], -8],
    [[-2, -2], 0.25],
    [[10, 22], 1e22],
    [[2, -1074], least],
    [[2, 1024], inf],
    [[-2, 1025], -inf],
    [[0.5, 1e300], 0],
    [[nan, 0], 1],
    [[inf, -0], 1],
    [[1, nan], 1],
    [[1, inf], 1],
    [[nan, 1], nan],
    [[2, nan], nan],
    [[-1, inf], 1],
    [[-1, -inf], 1],
    [[-1, 1e300], 1],
    [[-1, 2 ** 53 - 1], -1],
    [[-8, 1 / 3], nan],
    [[0, 3], 0],
    [[-0, 3], -0],
    [[-0, 4], 0],
    [[-0, 2.5], 0],
    [[0, -3], inf],
    [[-0, -3], -inf],
    [[-0, -4], inf],
    [[-0, -inf], inf],
    [[inf, 2], inf],
    [[inf, -2], 0],
    [[-inf, 3], -inf],
    [[-inf, 4], inf],
    [[-inf, 0.5], inf],
    [[-inf, -3], -0],
    [[-inf, -4], 0],
    [[2, inf], inf],
    [[2, -inf], 0],
    [[0.5, inf], 0],
    [[-0.5, -inf], inf],
    [[1 + 2 ** -52, 2 ** 62], inf],
    [[4, 0.5], 2],
    [[least, 0.5], 2 ** -537],
  ],
  fmod: [
    [[5.5, 2], 1.5],
    [[-5.5, 2], -1.5],
    [[5.5, -2], 1.5],
    [[-6, 3], -0],
    [[0, 3], 0],
    [[-0, 3], -0],
    [[3, inf], 3],
    [[-3, -inf], -3],
    [[inf, 3], nan],
    [[3, 0], nan],
    [[3, nan], nan],
    [[nan, 3], nan],
    [[least, 1], least],
    [[1e-320, 3e-321], 1e-320 % 3e-321],
    [[2 ** 128, 3 * 2 ** -149], 2 ** 128 % (3 * 2 ** -149)],
    [[2 ** 900, 3], nan],
  ],
};

const names = Object.keys(rows) as MathPrim[];

describe('math kernels at special values', () => {
  for (const name of names) {
    test.each(rows[name].map(([args, value]) => ({ args, value })))(
      `${name}($args) is $value`,
      ({ args, value }) => {
        expect(evaluatePrim(name, 'float64', ...args)).toBe(value);
      },
    );
  }

  test.each(names)('%s of NaN is NaN', (name) => {
    const args = rows[name][0]?.[0] ?? [];
    args.forEach((_, i) => {
      const withNaN = args.map((arg, j) => (i === j ? nan : Math.abs(arg) + 2));
      expect(evaluatePrim(name, 'float64', ...withNaN)).toBeNaN();
    });
  });

  const odd = ['sin', 'tan', 'asin', 'atan', 'sinh', 'tanh', 'asinh', 'atanh', 'erf'] as const;
  test.each(odd)('%s is odd, to the bit', (name) => {
    for (const [x = 0] of pointsOf(name, 500, 1)) {
      expect(evaluatePrim(name, 'float64', -x)).toBe(-evaluatePrim(name, 'float64', x));
    }
  });

  test.each(['cos', 'cosh'] as const)('%s is even, to the bit', (name) => {
    for (const [x = 0] of pointsOf(name, 500, 1)) {
      expect(evaluatePrim(name, 'float64', -x)).toBe(evaluatePrim(name, 'float64', x));
    }
  });

  test('exp2, log2 and pow are exact at every power of two', () => {
    for (let k = -1074; k <= 1023; k++) {
      expect(evaluatePrim('exp2', 'float64', k)).toBe(2 ** k);
      expect(evaluatePrim('log2', 'float64', 2 ** k)).toBe(k);
      expect(evaluatePrim('pow', 'float64', 2, k)).toBe(2 ** k);
    }
  });

  test('log10 is exact at every power of ten that a float64 holds', () => {
    for (let k = 0; k <= 22; k++) expect(evaluatePrim('log10', 'float64', Number(`1e${k}`))).toBe(k);
  });

  test('pow is exact where the exact power is a float64', () => {
    for (let x = 2; x <= 40; x++) {
      for (let y = 1; x ** y <= 2 ** 53; y++) {
        const exact = Number(BigInt(x) ** BigInt(y));
        expect(evaluatePrim('pow', 'float64', x, y), `${x}^${y}`).toBe(exact);
        expect(evaluatePrim('pow', 'float64', -x, y)).toBe(y % 2 ? -exact : exact);
      }
    }
  });

  test("fmod equals the engine's exact remainder", () => {
    for (const [x = 0, y = 0] of pointsOf('fmod', 3000, 2)) {
      expect(evaluatePrim('fmod', 'float64', x, y), `${x} % ${y}`).toBe(x % y);
    }
  });
});
