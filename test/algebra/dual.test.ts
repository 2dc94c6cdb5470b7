import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Algebra } from '../../src/algebra/algebra.ts';
import type { DoubleDouble } from '../../src/algebra/double-double.ts';
import { doubleDoubleAlgebra, fromNumber, toNumber } from '../../src/algebra/double-double.ts';
import { dualAlgebra, dualOver, seed, tangent } from '../../src/algebra/dual.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';

const randomSeed = 7;

/** A function of one variable, written once over any algebra, and where to differentiate it. */
type OverAnyAlgebra = <T>(k: Algebra<T>, x: T) => T;

const functions: Readonly<Record<string, readonly [f: OverAnyAlgebra, min: number, max: number]>> = {
  'x + x x': [(k, x) => k.add(x, k.mul(x, x)), -3, 3],
  '1 - x': [(k, x) => k.sub(k.constant(1), x), -3, 3],
  'x / (2 + x)': [(k, x) => k.div(x, k.add(k.constant(2), x)), -1, 5],
  '-x^3': [(k, x) => k.neg(k.pow(x, k.constant(3))), -3, 3],
  '|x|': [(k, x) => k.abs(x), 0.1, 3],
  '|-x|': [(k, x) => k.abs(k.neg(x)), 0.1, 3],
  'sqrt x': [(k, x) => k.sqrt(x), 0.3, 4],
  'exp x': [(k, x) => k.exp(x), -3, 3],
  'expm1 x': [(k, x) => k.expm1(x), -3, 3],
  'log x': [(k, x) => k.log(x), 0.3, 4],
  'log1p x': [(k, x) => k.log1p(x), -0.7, 4],
  'sin x': [(k, x) => k.sin(x), -4, 4],
  'cos x': [(k, x) => k.cos(x), -4, 4],
  'tan x': [(k, x) => k.tan(x), -1.2, 1.2],
  'asin x': [(k, x) => k.asin(x), -0.8, 0.8],
  'acos x': [(k, x) => k.acos(x), -0.8, 0.8],
  'atan x': [(k, x) => k.atan(x), -4, 4],
  'atan2(x, 2)': [(k, x) => k.atan2(x, k.constant(2)), -4, 4],
  'atan2(2, x)': [(k, x) => k.atan2(k.constant(2), x), -4, 4],
  'atan2(-x, x - 9)': [(k, x) => k.atan2(k.neg(x), k.sub(x, k.constant(9))), 0.1, 4],
  'sinh x': [(k, x) => k.sinh(x), -3, 3],
  'cosh x': [(k, x) => k.cosh(x), -3, 3],
  'tanh x': [(k, x) => k.tanh(x), -3, 3],
  'asinh x': [(k, x) => k.asinh(x), -4, 4],
  'acosh x': [(k, x) => k.acosh(x), 1.3, 4],
  'atanh x': [(k, x) => k.atanh(x), -0.8, 0.8],
  'erf x': [(k, x) => k.erf(x), -3, 3],
  'erfc x': [(k, x) => k.erfc(x), -3, 3],
  'x^2.5': [(k, x) => k.pow(x, k.constant(2.5)), 0.3, 4],
  '2.5^x': [(k, x) => k.pow(k.constant(2.5), x), -3, 3],
  'x^x': [(k, x) => k.pow(x, x), 0.3, 3],
  'exp(sin x) / sqrt(1 + x x)': [
    (k, x) => k.div(k.exp(k.sin(x)), k.sqrt(k.add(k.constant(1), k.mul(x, x)))),
    -3,
    3,
  ],
};

/** Central differences of order 1 or 2 at h, h/2, ..., h/32, extrapolated to h = 0 (Richardson), in double-double. */
function richardson(f: (x: DoubleDouble) => DoubleDouble, at: number, order: 1 | 2): DoubleDouble {
  const k = doubleDoubleAlgebra;
  const central = (h: number): DoubleDouble => {
    const right = f(k.add(fromNumber(at), fromNumber(h)));
    const left = f(k.sub(fromNumber(at), fromNumber(h)));
    if (order === 1) return k.div(k.sub(right, left), fromNumber(2 * h));
    const twice = k.mul(fromNumber(2), f(fromNumber(at)));
    return k.div(k.add(k.sub(right, twice), left), fromNumber(h * h));
  };
  let row = [0, 1, 2, 3, 4, 5].map((halving) => central(2 ** (-6 - halving)));
  for (let factor = 4; row.length > 1; factor *= 4) {
    row = row.slice(1).map((fine, i) => {
      const coarse = row[i] ?? fine;
      return k.add(fine, k.div(k.sub(fine, coarse), fromNumber(factor - 1)));
    });
  }
  return row[0] ?? fromNumber(NaN);
}

/** |x - y| relative to the larger of |y| and 1. */
function difference(x: DoubleDouble, y: DoubleDouble): number {
  const gap = toNumber(doubleDoubleAlgebra.sub(x, y));
  return Math.abs(gap) / Math.max(1, Math.abs(toNumber(y)));
}

describe(`dual numbers agree with Richardson differences, seed ${randomSeed}`, () => {
  const exact = dualOver(doubleDoubleAlgebra);
  const [zero, one] = [fromNumber(0), fromNumber(1)];
  for (const [title, [f, min, max]] of Object.entries(functions)) {
    test(`${title}: first and second derivatives`, () => {
      const check = (at: number): void => {
        const plain = (x: DoubleDouble): DoubleDouble => f(doubleDoubleAlgebra, x);
        const first = richardson(plain, at, 1);
        const second = richardson(plain, at, 2);
        expect(difference(tangent(f(exact, seed(fromNumber(at), one))), first)).toBeLessThan(1e-18);
        expect(difference(fromNumber(tangent(f(dualAlgebra, seed(at, 1)))), first)).toBeLessThan(1e-14);

        const twice = f(dualOver(exact), seed(seed(fromNumber(at), one), seed(one, zero)));
        expect(difference(tangent(tangent(twice)), second)).toBeLessThan(1e-16);
        expect(difference(tangent(twice).value, first)).toBeLessThan(1e-18);
        expect(difference(twice.value.tangent, first)).toBeLessThan(1e-18);
        const float64Twice = f(dualOver(dualAlgebra), seed(seed(at, 1), seed(1, 0)));
        expect(difference(fromNumber(tangent(tangent(float64Twice))), second)).toBeLessThan(1e-13);
      };
      fc.assert(fc.property(fc.double({ min, max, noNaN: true }), check), { seed: randomSeed, numRuns: 20 });
    });
  }
});

test('the value of a dual number is the value', () => {
  for (const [f, min, max] of Object.values(functions)) {
    const at = (min + max) / 2 + 0.1;
    expect(f(dualAlgebra, seed(at, 1)).value).toBe(f(float64Algebra, at));
    expect(dualAlgebra.primal(f(dualAlgebra, seed(at, 1)))).toBe(f(float64Algebra, at));
  }
});

test('a direction through several variables sums their parts', () => {
  const k = dualAlgebra;
  // d/dt of x y + x / y at x = 3 + 2t, y = 4 - t.
  const x = seed(3, 2);
  const y = seed(4, -1);
  expect(tangent(k.add(k.mul(x, y), k.div(x, y)))).toBeCloseTo(2 * 4 - 3 + 2 / 4 + 3 / 16, 14);
});

test('different directions in the two layers give a mixed derivative', () => {
  const k = dualOver(dualAlgebra);
  // d2/dx dy of x^y = x^(y - 1) (1 + y log x).
  const power = k.pow(seed(seed(1.5, 1), seed(0, 0)), seed(seed(2.5, 0), seed(1, 0)));
  expect(tangent(tangent(power))).toBeCloseTo(1.5 ** 1.5 * (1 + 2.5 * Math.log(1.5)), 13);
});

test('detach and step have no derivative', () => {
  expect(dualAlgebra.detach(seed(3, 1))).toEqual({ value: 3, tangent: 0 });
  expect(dualAlgebra.step(seed(3.7, 1), Math.floor)).toEqual({ value: 3, tangent: 0 });
  const twice = dualOver(dualAlgebra);
  expect(twice.detach(seed(seed(3, 1), seed(1, 0)))).toEqual(twice.constant(3));
});

describe('derivatives at kinks and poles', () => {
  const k = dualAlgebra;
  const c = k.constant;
  const at = (x: number) => seed(x, 1);
  const rows: readonly (readonly [title: string, derivative: number, expected: number])[] = [
    ['|x| at 0', tangent(k.abs(at(0))), 0],
    ['|x| at -2', tangent(k.abs(at(-2))), -1],
    ['sqrt x at 0', tangent(k.sqrt(at(0))), Infinity],
    ['sqrt of a constant 0', tangent(k.sqrt(c(0))), 0],
    ['log x at 0', tangent(k.log(at(0))), Infinity],
    ['x^2 at 0', tangent(k.pow(at(0), c(2))), 0],
    ['x^1 at 0', tangent(k.pow(at(0), c(1))), 1],
    ['x^0 at 0', tangent(k.pow(at(0), c(0))), 0],
    ['x^0.5 at 0', tangent(k.pow(at(0), c(0.5))), Infinity],
    ['x^3 at -2', tangent(k.pow(at(-2), c(3))), 12],
    ['0^x at 2', tangent(k.pow(c(0), at(2))), 0],
    ['0^x at 0, where PyTorch says 0', tangent(k.pow(c(0), at(0))), 0],
    ['0^x at -1', tangent(k.pow(c(0), at(-1))), -Infinity],
    ['x^x for a base of 0 that moves', tangent(k.pow(at(0), at(2))), 0],
    ['asin x at 1', tangent(k.asin(at(1))), Infinity],
    ['acos x at 1', tangent(k.acos(at(1))), -Infinity],
    ['atanh x at 1', tangent(k.atanh(at(1))), Infinity],
    ['acosh x at 1', tangent(k.acosh(at(1))), Infinity],
    ['acosh x at -2, outside its domain', tangent(k.acosh(at(-2))), NaN],
    ['a product of infinity and a constant 0', tangent(k.mul(seed(Infinity, 1), c(0))), 0],
    ['exp x at -Infinity', tangent(k.exp(at(-Infinity))), 0],
    ['x / infinity', tangent(k.div(at(1), c(Infinity))), 0],
  ];
  for (const [title, derivative, expected] of rows) {
    test(`${title} is ${expected}`, () => expect(derivative).toBe(expected));
  }
  test('the second derivative of x^2 at 0 is 2', () => {
    const twice = dualOver(dualAlgebra);
    const square = twice.pow(seed(seed(0, 1), seed(1, 0)), twice.constant(2));
    expect(tangent(tangent(square))).toBe(2);
  });
  test('the second derivative of log(4 + x^2) at 0, where the first one vanishes, is 1/2', () => {
    const k = dualOver(dualAlgebra);
    const x = seed(seed(0, 1), seed(1, 0));
    expect(tangent(tangent(k.log(k.add(k.constant(4), k.mul(x, x)))))).toBe(0.5);
  });
  test('the second derivative of sqrt x at 0 is -Infinity', () => {
    const root = dualOver(dualAlgebra).sqrt(seed(seed(0, 1), seed(1, 0)));
    expect(tangent(tangent(root))).toBe(-Infinity);
  });
});

describe('slopes keep their digits where the function saturates', () => {
  const rows: readonly (readonly [title: string, slope: number, expected: number])[] = [
    ['tanh at 20', tangent(dualAlgebra.tanh(seed(20, 1))), 4 * Math.exp(-40)],
    ['tanh at -300', tangent(dualAlgebra.tanh(seed(-300, 1))), 4 * Math.exp(-600)],
    ['erf at 8', tangent(dualAlgebra.erf(seed(8, 1))), (2 / Math.sqrt(Math.PI)) * Math.exp(-64)],
    ['expm1 at -50', tangent(dualAlgebra.expm1(seed(-50, 1))), Math.exp(-50)],
  ];
  for (const [title, slope, expected] of rows) {
    test(title, () => expect(Math.abs(slope / expected - 1)).toBeLessThan(1e-15));
  }
  test('the second derivative of tanh is 0, not NaN, at 1000', () => {
    const saturated = dualOver(dualAlgebra).tanh(seed(seed(1000, 1), seed(1, 0)));
    expect(Math.abs(tangent(tangent(saturated)))).toBe(0);
  });
});
