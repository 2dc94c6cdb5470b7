/** The algebra of double-double numbers: some 30 digits, the oracle for stability. */
import type { Algebra } from './algebra.ts';
import { abs, add, div, fromNumber, mul, neg, sqrt, sub, toNumber } from './double-double/arithmetic.ts';
import type { DoubleDouble } from './double-double/arithmetic.ts';
import { erf, erfc } from './double-double/error-function.ts';
import { exp, expm1, log, log1p } from './double-double/exponential.ts';
import { acosh, asinh, atanh, cosh, sinh, tanh } from './double-double/hyperbolic.ts';
import { pow } from './double-double/power.ts';
import { acos, asin, atan, atan2, cos, sin, tan } from './double-double/trigonometry.ts';

export { fromNumber, relativeError, toNumber } from './double-double/arithmetic.ts';
export type { DoubleDouble } from './double-double/arithmetic.ts';

/**
 * Every function has a relative error below 1e-28 where its value lies between 1e-270 and 1e300 in magnitude;
 * outside, it degrades to float64. NaN, infinities and zeros come out as float64 gives them.
 */
export const doubleDoubleAlgebra: Algebra<DoubleDouble> = {
  name: 'double-double',
  constant: fromNumber,
  primal: toNumber,
  isZero: (x) => x.high === 0,
  add,
  sub,
  mul,
  div,
  neg,
  abs,
  sqrt,
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
  pow,
  step: (x, f) => fromNumber(f(x.high)),
  detach: (x) => x,
};
