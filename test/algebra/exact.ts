/** Exact rational numbers, to measure rounding errors that float64 cannot see. */
import type { DoubleDouble } from '../../src/algebra/double-double.ts';

/** numerator / denominator, with a positive denominator. */
export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** x, whose integer is reached by doubling. Throws where x is not finite. */
function fromFloat64(x: number): Rational {
  if (!Number.isFinite(x)) throw new Error(`${x} is not a rational number`);
  let integer = x;
  let denominator = 1n;
  for (; !Number.isInteger(integer); integer *= 2) denominator *= 2n;
  return { numerator: BigInt(integer), denominator };
}

export const fromDoubleDouble = (x: DoubleDouble): Rational => sum(fromFloat64(x.high), fromFloat64(x.low));

/** Reads text such as '-1.25e-3'. */
export function fromDecimal(text: string): Rational {
  const [digits = '', exponent = '0'] = text.split('e');
  const [integer = '', fraction = ''] = digits.split('.');
  const power = Number(exponent) - fraction.length;
  const numerator = BigInt(integer + fraction);
  return power < 0
    ? { numerator, denominator: 10n ** BigInt(-power) }
    : { numerator: numerator * 10n ** BigInt(power), denominator: 1n };
}

export const sum = (x: Rational, y: Rational): Rational => ({
  numerator: x.numerator * y.denominator + y.numerator * x.denominator,
  denominator: x.denominator * y.denominator,
});

export const product = (x: Rational, y: Rational): Rational => ({
  numerator: x.numerator * y.numerator,
  denominator: x.denominator * y.denominator,
});

const magnitude = (x: bigint): bigint => (x < 0n ? -x : x);

/** |x - exact| / |exact|, rounded down to a multiple of 2^-200; the exact value is not 0. */
export function errorOf(x: DoubleDouble, exact: Rational): number {
  const got = fromDoubleDouble(x);
  const difference = magnitude(got.numerator * exact.denominator - exact.numerator * got.denominator);
  const quotient = (difference << 200n) / (magnitude(exact.numerator) * got.denominator);
  return Number(quotient) * 2 ** -200;
}
