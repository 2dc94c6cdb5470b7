import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFixed } from '../../runtime/format-number.ts';

const seed = 20261;

/** `value * 10^digits` rounded half to even in exact integer arithmetic, with the point put back. */
function exactly(value: number, digits: number): string {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const word = bits.getBigUint64(0);
  const biased = (word >> 52n) & 0x7ffn;
  const fraction = word & 0xfffffffffffffn;
  const mantissa = biased === 0n ? fraction : fraction | (1n << 52n);
  const exponent = (biased === 0n ? 1n : biased) - 1075n;
  const scaled = mantissa * 10n ** BigInt(digits);
  let whole = exponent >= 0n ? scaled << exponent : scaled >> -exponent;
  if (exponent < 0n) {
    const rest = scaled - (whole << -exponent);
    const half = 1n << (-exponent - 1n);
    if (rest > half || (rest === half && whole % 2n === 1n)) whole += 1n;
  }
  const text = whole.toString().padStart(digits + 1, '0');
  const point = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
  return `${word >> 63n ? '-' : ''}${point}`;
}

describe('formatFixed', () => {
  const printed: readonly (readonly [number, number, string])[] = [
    [0.1234, 4, '0.1234'],
    [0.03125, 4, '0.0312'],
    [0.09375, 4, '0.0938'],
    [2.5, 0, '2'],
    [3.5, 0, '4'],
    [0.5, 0, '0'],
    [1.005, 2, '1.00'],
    [-0.00001, 4, '-0.0000'],
    [-0, 4, '-0.0000'],
    [1e22, 2, '10000000000000000000000.00'],
    [1e21, 0, '1000000000000000000000'],
    [NaN, 4, 'nan'],
    [Infinity, 4, 'inf'],
    [-Infinity, 4, '-inf'],
  ];
  for (const [value, digits, text] of printed) {
    it(`prints ${value} with ${digits} digits as Python 3 does: ${text}`, () => {
      expect(formatFixed(value, digits)).toBe(text);
    });
  }

  it(`equals exact integer arithmetic on any double (seed ${seed})`, () => {
    const value = fc.double({ noNaN: true, noDefaultInfinity: true });
    const property = fc.property(value, fc.integer({ min: 0, max: 99 }), (value, digits) => {
      expect(formatFixed(value, digits)).toBe(exactly(value, digits));
    });
    fc.assert(property, { seed, numRuns: 2000 });
  });

  it(`equals exact integer arithmetic on ties and next to them (seed ${seed})`, () => {
    const near = fc.record({
      digits: fc.integer({ min: 0, max: 12 }),
      count: fc.integer({ min: -9_000_000, max: 9_000_000 }),
      nudge: fc.integer({ min: -1, max: 1 }),
    });
    const property = fc.property(near, ({ digits, count, nudge }) => {
      const tie = (2 * count + 1) / 2 ** (digits + 1);
      const value = tie * (1 + nudge * Number.EPSILON);
      expect(formatFixed(value, digits)).toBe(exactly(value, digits));
    });
    fc.assert(property, { seed, numRuns: 5000 });
  });

  it('refuses a number of digits that it cannot print', () => {
    for (const digits of [-1, 1.5, 100, NaN]) expect(() => formatFixed(1, digits)).toThrow(RangeError);
  });
});
