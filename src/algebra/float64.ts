/** The algebra of float64: the oracle for values. */
import type { Algebra } from './algebra.ts';
import { fromNumber, toNumber } from './double-double/arithmetic.ts';
import { erf, erfc } from './double-double/error-function.ts';

/** x^y as C99 has it: 1 also for a base of 1 with any exponent, and for -1 to an infinite one. */
export function float64Pow(x: number, y: number): number {
  const isOne = x === 1 || (x === -1 && Math.abs(y) === Infinity);
  return isOne ? 1 : x ** y;
}

/**
 * JavaScript's own functions; erf and erfc, which it lacks, are correctly rounded from double-double but for
 * ties within 1e-28 and subnormal results.
 */
export const float64Algebra: Algebra<number> = {
  name: 'float64',
  constant: (value) => value,
  primal: (x) => x,
  isZero: (x) => x === 0,
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  neg: (x) => -x,
  abs: Math.abs,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  atan2: Math.atan2,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf: (x) => toNumber(erf(fromNumber(x))),
  erfc: (x) => toNumber(erfc(fromNumber(x))),
  pow: float64Pow,
  step: (x, f) => f(x),
  detach: (x) => x,
};
