/**
 * An abstract scalar algebra over which operators state their meaning. Instances: float64 (values), dual numbers
 * (derivatives) and double-double (stability). They share nothing with the derivative rules or the emitters, so
 * one meaning is the oracle for all three.
 */
export interface Algebra<T> {
  readonly name: string;
  constant(value: number): T;
  /** The nearest float64: the value itself, the primal part, or the high part. */
  primal(x: T): number;
  /** Whether x is 0 in every part, derivative parts included: a constant 0. */
  isZero(x: T): boolean;
  add(x: T, y: T): T;
  sub(x: T, y: T): T;
  mul(x: T, y: T): T;
  div(x: T, y: T): T;
  neg(x: T): T;
  abs(x: T): T;
  sqrt(x: T): T;
  exp(x: T): T;
  expm1(x: T): T;
  log(x: T): T;
  log1p(x: T): T;
  sin(x: T): T;
  cos(x: T): T;
  tan(x: T): T;
  asin(x: T): T;
  acos(x: T): T;
  atan(x: T): T;
  atan2(y: T, x: T): T;
  sinh(x: T): T;
  cosh(x: T): T;
  tanh(x: T): T;
  asinh(x: T): T;
  acosh(x: T): T;
  atanh(x: T): T;
  erf(x: T): T;
  erfc(x: T): T;
  pow(x: T, y: T): T;
  /** A piecewise-constant function of the primal part: floor, round, sign. Its derivative is zero. */
  step(x: T, f: (value: number) => number): T;
  /** Drops the derivative part: the same value as a constant. */
  detach(x: T): T;
}
