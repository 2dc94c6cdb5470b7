import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DoubleDouble } from '../../src/algebra/double-double.ts';
import { doubleDoubleAlgebra, fromNumber, relativeError, toNumber } from '../../src/algebra/double-double.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { errorOf, fromDecimal, fromDoubleDouble, product, sum } from './exact.ts';
import type { Argument, Sample, Sampled } from './samples.ts';
import { samples } from './samples.ts';

const k = doubleDoubleAlgebra;
const seed = 20;

const read = (x: Argument): DoubleDouble =>
  typeof x === 'number' ? fromNumber(x) : { high: x[0], low: x[1] };

function apply(name: Sampled, args: readonly Argument[]): DoubleDouble {
  const [x, y] = args.map(read);
  if (!x) throw new Error(`${name} needs arguments`);
  if (name === 'pow' || name === 'atan2') return k[name](x, y ?? x);
  return k[name](x);
}

describe('double-double functions agree with mpmath to 1e-28', () => {
  for (const [name, rows] of Object.entries(samples) as [Sampled, readonly Sample[]][]) {
    test(`${name} at ${rows.length} arguments`, () => {
      for (const { args, value } of rows) {
        const error = errorOf(apply(name, args), fromDecimal(value));
        expect(error, `${name}(${args.join(', ')})`).toBeLessThan(1e-28);
      }
    });
  }
});

describe('double-double numbers reach known constants to 1e-31', () => {
  const c = fromNumber;
  // The first 40 digits, from the On-Line Encyclopedia of Integer Sequences.
  const constants: readonly (readonly [name: string, value: DoubleDouble, digits: string])[] = [
    ['pi, A000796', k.mul(c(4), k.atan(c(1))), '3.141592653589793238462643383279502884197'],
    ['pi, A000796', k.acos(c(-1)), '3.141592653589793238462643383279502884197'],
    ['e, A001113', k.exp(c(1)), '2.718281828459045235360287471352662497757'],
    ['log 2, A002162', k.log(c(2)), '0.6931471805599453094172321214581765680755'],
    ['log 10, A002392', k.log(c(10)), '2.302585092994045684017991454684364207601'],
    ['sqrt 2, A002193', k.sqrt(c(2)), '1.414213562373095048801688724209698078570'],
    [
      'the golden ratio, A001622',
      k.div(k.add(c(1), k.sqrt(c(5))), c(2)),
      '1.618033988749894848204586834365638117720',
    ],
    ['sin 1, A049469', k.sin(c(1)), '0.8414709848078965066525023216302989996226'],
    ['cos 1, A049470', k.cos(c(1)), '0.5403023058681397174009366074429766037323'],
    ['sinh 1, A073742', k.sinh(c(1)), '1.175201193643801456882381850595600815156'],
    ['erf 1, A099286', k.erf(c(1)), '0.8427007929497148693412206350826092592961'],
  ];
  for (const [name, value, digits] of constants) {
    test(name, () => expect(errorOf(value, fromDecimal(digits))).toBeLessThan(1e-31));
  }
});

/** Numbers of either sign from 1e-60 to 1e60, spread over the exponents, with a random low part. */
const anyNumber: fc.Arbitrary<DoubleDouble> = fc
  .tuple(
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.integer({ min: -200, max: 200 }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  )
  .map(([mantissa, exponent, rest]) => {
    const high = (mantissa < 0 ? mantissa - 1 : mantissa + 1) * 2 ** exponent;
    return k.add(fromNumber(high), fromNumber(rest * high * 2 ** -53));
  });

describe(`double-double arithmetic is exact to 2^-102, seed ${seed}`, () => {
  const bound = 2 ** -102;
  const holds = (property: (x: DoubleDouble, y: DoubleDouble) => void): void =>
    fc.assert(fc.property(anyNumber, anyNumber, property), { seed, numRuns: 500 });

  test('sums and differences, also where they cancel', () =>
    holds((x, y) => {
      const near = k.mul(x, fromNumber(1 + 2 ** -40));
      for (const other of [y, near]) {
        const exact = sum(fromDoubleDouble(x), fromDoubleDouble(other));
        if (exact.numerator !== 0n) expect(errorOf(k.add(x, other), exact)).toBeLessThan(bound);
        const difference = sum(fromDoubleDouble(x), fromDoubleDouble(k.neg(other)));
        if (difference.numerator !== 0n) expect(errorOf(k.sub(x, other), difference)).toBeLessThan(bound);
      }
    }));
  test('products', () =>
    holds((x, y) => {
      const exact = product(fromDoubleDouble(x), fromDoubleDouble(y));
      expect(errorOf(k.mul(x, y), exact)).toBeLessThan(bound);
    }));
  test('quotients, multiplied back exactly', () =>
    holds((x, y) => {
      const ratio = k.div(x, y);
      const { numerator, denominator } = product(fromDoubleDouble(ratio), fromDoubleDouble(y));
      expect(errorOf(x, { numerator, denominator })).toBeLessThan(bound);
    }));
  test('square roots, squared exactly', () =>
    holds((x) => {
      const root = fromDoubleDouble(k.sqrt(k.abs(x)));
      expect(errorOf(k.abs(x), product(root, root))).toBeLessThan(2 * bound);
    }));
  test('the high part is the float64 nearest to the sum', () =>
    holds((x, y) => {
      for (const z of [k.add(x, y), k.mul(x, y), k.div(x, y)]) expect(z.high + z.low).toBe(z.high);
    }));
  test('products and quotients of numbers near the largest do not overflow inside', () => {
    const [x, y] = [fromNumber(1.1 * 2 ** 999), fromNumber(1.3)];
    expect(errorOf(k.mul(x, y), product(fromDoubleDouble(x), fromDoubleDouble(y)))).toBeLessThan(bound);
    const large = fromNumber(1.5 * 2 ** 1022);
    expect(k.mul(large, fromNumber(0.5))).toEqual({ high: 1.5 * 2 ** 1021, low: 0 });
    expect(k.div(large, large)).toEqual({ high: 1, low: 0 });
    expect(k.mul(fromNumber(Number.MAX_VALUE), fromNumber(0.5)).high).toBe(Number.MAX_VALUE / 2);
  });
});

describe(`double-double functions satisfy their identities, seed ${seed}`, () => {
  const close = (x: DoubleDouble, y: DoubleDouble): void => {
    expect(errorOf(x, fromDoubleDouble(y))).toBeLessThan(1e-29);
  };
  const one = fromNumber(1);
  const identities: readonly (readonly [
    title: string,
    min: number,
    max: number,
    check: (x: DoubleDouble) => void,
  ])[] = [
    ['exp(log x) = x', 1e-9, 1e9, (x) => close(k.exp(k.log(x)), x)],
    ['log(exp x) = x', 0.01, 20, (x) => close(k.log(k.exp(x)), x)],
    ['log1p(expm1 x) = x', 1e-9, 20, (x) => close(k.log1p(k.expm1(x)), x)],
    ['expm1 x = exp x - 1', 0.01, 20, (x) => close(k.expm1(x), k.sub(k.exp(x), one))],
    ['exp x exp(-x) = 1', -300, 300, (x) => close(k.mul(k.exp(x), k.exp(k.neg(x))), one)],
    [
      'sin^2 + cos^2 = 1',
      -1e9,
      1e9,
      (x) => close(k.add(k.mul(k.sin(x), k.sin(x)), k.mul(k.cos(x), k.cos(x))), one),
    ],
    ['tan = sin / cos', 0.01, 1e9, (x) => close(k.tan(x), k.div(k.sin(x), k.cos(x)))],
    ['tan(atan x) = x', 1e-9, 100, (x) => close(k.tan(k.atan(x)), x)],
    ['sin(asin x) = x', 1e-9, 1, (x) => close(k.sin(k.asin(x)), x)],
    ['cos(acos x) = x', 0.01, 1, (x) => close(k.cos(k.acos(x)), x)],
    [
      'cosh^2 - sinh^2 = 1',
      -2,
      2,
      (x) => close(k.sub(k.mul(k.cosh(x), k.cosh(x)), k.mul(k.sinh(x), k.sinh(x))), one),
    ],
    ['tanh = sinh / cosh', 1e-9, 300, (x) => close(k.tanh(x), k.div(k.sinh(x), k.cosh(x)))],
    ['sinh(asinh x) = x', 1e-9, 1e9, (x) => close(k.sinh(k.asinh(x)), x)],
    ['cosh(acosh x) = x', 1, 1e9, (x) => close(k.cosh(k.acosh(x)), x)],
    ['tanh(atanh x) = x', 1e-9, 0.999, (x) => close(k.tanh(k.atanh(x)), x)],
    ['erf + erfc = 1', -6, 6, (x) => close(k.add(k.erf(x), k.erfc(x)), one)],
    ['erf(-x) = -erf x', 1e-9, 8, (x) => close(k.erf(k.neg(x)), k.neg(k.erf(x)))],
    ['x^3 = x x x', 1e-9, 1e9, (x) => close(k.pow(x, fromNumber(3)), k.mul(x, k.mul(x, x)))],
    ['x^0.5 = sqrt x', 1e-9, 1e9, (x) => close(k.pow(x, fromNumber(0.5)), k.sqrt(x))],
  ];
  for (const [title, min, max, check] of identities) {
    test(title, () => {
      const argument = fc.double({ min, max, noNaN: true }).map(fromNumber);
      fc.assert(fc.property(argument, check), { seed, numRuns: 100 });
    });
  }
});

test('erfc and erf join without a step where their methods change', () => {
  const below = k.sub(fromNumber(2), fromNumber(2 ** -60));
  const slope = k.div(k.sub(k.erfc(below), k.erfc(fromNumber(2))), fromNumber(2 ** -60));
  // 2 / sqrt(pi) exp(-4) = 0.02066698535...; the difference quotient keeps 10 digits of 30.
  expect(slope.high).toBeCloseTo(0.020666985354092, 9);
});

describe('double-double specials come out as float64 gives them', () => {
  const specials = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 2, -2, 0.5, -3, 1000, -1000, -1e20];
  const agree = (title: string, got: DoubleDouble, expected: number): void => {
    if (Number.isFinite(expected) && expected !== 0) {
      expect(relativeError(got, expected), title).toBeLessThan(1e-15);
    } else {
      expect(got, title).toEqual({ high: expected, low: 0 });
    }
  };
  const unary = (Object.keys(samples) as Sampled[]).filter((name) => name !== 'pow' && name !== 'atan2');
  for (const name of [...unary, 'neg', 'abs'] as const) {
    test(name, () => {
      for (const x of specials) agree(`${name}(${x})`, k[name](fromNumber(x)), float64Algebra[name](x));
    });
  }
  for (const name of ['add', 'sub', 'mul', 'div', 'pow', 'atan2'] as const) {
    test(name, () => {
      for (const x of specials) {
        for (const y of specials) {
          const got = k[name](fromNumber(x), fromNumber(y));
          agree(`${name}(${x}, ${y})`, got, float64Algebra[name](x, y));
        }
      }
    });
  }
});

test('a step sees the nearest float64, and its result is exact', () => {
  expect(k.step({ high: 2.5, low: 1e-17 }, Math.floor)).toEqual({ high: 2, low: 0 });
});

test('odd and even powers of negative numbers tell parity in the low part', () => {
  const odd = k.add(fromNumber(2 ** 60), fromNumber(1));
  expect(toNumber(k.pow(fromNumber(-1), odd))).toBe(-1);
  expect(toNumber(k.pow(fromNumber(-1), fromNumber(2 ** 60)))).toBe(1);
  expect(toNumber(k.pow(fromNumber(-2), fromNumber(0.5)))).toBeNaN();
});

test('relativeError measures a float64 against a double-double', () => {
  const third = k.div(fromNumber(1), fromNumber(3));
  expect(relativeError(third, 1 / 3)).toBeCloseTo(2 ** -54, 30);
  expect(relativeError(third, 0)).toBe(1);
  expect(relativeError(fromNumber(0), -0)).toBe(0);
  expect(relativeError(fromNumber(0), 1e-300)).toBe(Infinity);
  expect(relativeError(fromNumber(NaN), NaN)).toBe(0);
  expect(relativeError(fromNumber(Infinity), Infinity)).toBe(0);
  expect(relativeError(fromNumber(Infinity), -Infinity)).toBe(Infinity);
  expect(relativeError(fromNumber(1), NaN)).toBe(Infinity);
});
