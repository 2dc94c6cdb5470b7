/** Rank-0 float64 arithmetic that schedules are made of. */
import type { FloatDType } from '../dtype.ts';
import type { Expr, ScalarLike } from '../expr.ts';
import { div } from '../ops/arithmetic.ts';
import { scalarOf } from '../ops/cast.ts';
import { where } from '../ops/compare.ts';
import { floor } from '../ops/rounding.ts';

/** A number that the step computes in float64, whatever the dtype of the program. */
export type Scalar = Expr<[], 'float64'>;

/** `value` as a rank-0 float64. */
export function scalar(value: ScalarLike): Scalar {
  return scalarOf(value, 'float64') as Scalar;
}

/** `x` where `condition` holds, else `y`. */
export function choose(condition: Expr<[], 'bool'>, x: ScalarLike, y: ScalarLike): Scalar {
  return where(condition, scalar(x) as Expr<[], FloatDType>, scalar(y)) as Scalar;
}

/** floor(x / n). */
export function wholeQuotient(x: Scalar, n: number): Scalar {
  return floor(div(x, n));
}
