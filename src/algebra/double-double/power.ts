/** x^y. */
import { float64Pow } from '../float64.ts';
import { abs, fromNumber, mul, neg } from './arithmetic.ts';
import type { DoubleDouble } from './arithmetic.ts';
import { exp, log } from './exponential.ts';

const isInteger = (x: DoubleDouble): boolean => Number.isInteger(x.high) && Number.isInteger(x.low);

const isOdd = (x: DoubleDouble): boolean => (Math.abs(x.high % 2) + Math.abs(x.low % 2)) % 2 === 1;

const isOne = (x: DoubleDouble): boolean => x.high === 1 && x.low === 0;

/**
 * exp(y log|x|), with the sign of an odd power; its relative error grows with |y log|x||, to 1e-28 at 700.
 * Zeros, infinities and NaN as C99's pow has them.
 */
export function pow(x: DoubleDouble, y: DoubleDouble): DoubleDouble {
  const special = x.high === 0 || y.high === 0 || !Number.isFinite(x.high) || !Number.isFinite(y.high);
  if (special || isOne(x)) return fromNumber(float64Pow(x.high, y.high));
  if (x.high < 0 && !isInteger(y)) return fromNumber(NaN);
  const size = exp(mul(y, log(abs(x))));
  return x.high < 0 && isOdd(y) ? neg(size) : size;
}
