import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { doubleDoubleAlgebra, fromNumber, relativeError } from '../../src/algebra/double-double.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';

const k = float64Algebra;
const seed = 64;

describe('erf and erfc are the float64 nearest to the value, also in the tail', () => {
  // mpmath 1.3, rounded to float64.
  const values: readonly (readonly ['erf' | 'erfc', number, number])[] = [
    ['erf', 1e-300, 1.1283791670955126e-300],
    ['erf', 1e-10, 1.1283791670955126e-10],
    ['erf', 0.3, 0.3286267594591274],
    ['erf', -0.84, -0.7651427114549945],
    ['erf', 2, 0.9953222650189527],
    ['erf', 5.5, 0.9999999999999927],
    ['erf', 6, 1],
    ['erfc', -3, 1.9999779095030015],
    ['erfc', 0.5, 0.4795001221869535],
    ['erfc', 2.5, 0.0004069520174449589],
    ['erfc', 10, 2.088487583762545e-45],
    ['erfc', 26.5, 2.2109076642637343e-307],
    ['erfc', 27.5, 0],
  ];
  for (const [name, x, value] of values) test(`${name}(${x})`, () => expect(k[name](x)).toBe(value));
});

describe(`float64 functions are within 3e-16 of double-double, seed ${seed}`, () => {
  const domains = {
    sqrt: [0, 1e300],
    exp: [-700, 700],
    expm1: [-50, 700],
    log: [1e-300, 1e300],
    log1p: [-0.999, 1e300],
    sin: [-1e6, 1e6],
    cos: [-1e6, 1e6],
    tan: [-1e6, 1e6],
    asin: [-1, 1],
    acos: [-1, 1],
    atan: [-1e9, 1e9],
    sinh: [-700, 700],
    cosh: [-700, 700],
    tanh: [-20, 20],
    asinh: [-1e300, 1e300],
    acosh: [1, 1e300],
    atanh: [-1, 1],
    erf: [-7, 7],
    erfc: [-7, 26],
  } as const;
  for (const [name, [min, max]] of Object.entries(domains) as [keyof typeof domains, [number, number]][]) {
    test(name, () => {
      const check = (x: number): void => {
        const error = relativeError(doubleDoubleAlgebra[name](fromNumber(x)), k[name](x));
        expect(error, `${name}(${x})`).toBeLessThan(3e-16);
      };
      fc.assert(fc.property(fc.double({ min, max, noNaN: true }), check), { seed, numRuns: 300 });
      fc.assert(
        fc.property(fc.double({ min: Math.max(min, -2), max: Math.min(max, 2), noNaN: true }), check),
        { seed, numRuns: 300 },
      );
    });
  }
});

describe('pow follows C99 where JavaScript does not', () => {
  const rows: readonly (readonly [x: number, y: number, power: number])[] = [
    [1, NaN, 1],
    [1, Infinity, 1],
    [-1, Infinity, 1],
    [-1, -Infinity, 1],
    [NaN, 0, 1],
    [0, -1, Infinity],
    [-0, -1, -Infinity],
    [-0, 3, -0],
    [-8, 1 / 3, NaN],
  ];
  for (const [x, y, power] of rows) test(`${x}^${y} is ${power}`, () => expect(k.pow(x, y)).toBe(power));
});
