/** Softmax and its logarithm, stable by construction. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { add, div, sub } from './arithmetic.ts';
import { stopGradient } from './control.ts';
import { sum } from './broadcast.ts';
import { exp, log } from './exponential.ts';
import { max } from './reduce.ts';

type Float<S extends Shape, D extends FloatDType> = Expr<S, D>;

function shifted(x: Expr<Shape, FloatDType>, axis: number): Expr<Shape, FloatDType> {
  return sub(x, stopGradient(max(x, { axis, keepdims: true }))) as Expr<Shape, FloatDType>;
}

/** e^x / sum(e^x) along `axis` (default: the last), with the maximum subtracted first. */
export function softmax<S extends Shape, D extends FloatDType>(
  x: Float<S, D>,
  options: { readonly axis?: number } = {},
): Float<S, D> {
  const axis = options.axis ?? -1;
  const e = exp(shifted(x, axis));
  return div(e, sum(e, { axis, keepdims: true })) as unknown as Float<S, D>;
}

/** log(softmax(x)) along `axis` (default: the last), without taking the logarithm of a rounded quotient. */
export function logSoftmax<S extends Shape, D extends FloatDType>(
  x: Float<S, D>,
  options: { readonly axis?: number } = {},
): Float<S, D> {
  const axis = options.axis ?? -1;
  const z = shifted(x, axis);
  return sub(z, log(sum(exp(z), { axis, keepdims: true }) as Expr<Shape, FloatDType>)) as unknown as Float<
    S,
    D
  >;
}

/** log(sum(e^x)) along `axis`, with the maximum subtracted first. */
export function logSumExp(
  x: Expr<Shape, FloatDType>,
  options: { readonly axis?: number; readonly keepdims?: boolean } = {},
): Expr<Shape, FloatDType> {
  const axis = options.axis ?? -1;
  const top = stopGradient(max(x, { axis, keepdims: true }));
  const total = log(
    sum(exp(sub(x, top) as Expr<Shape, FloatDType>), { axis, keepdims: true }) as Expr<Shape, FloatDType>,
  );
  const full = add(total, top) as Expr<Shape, FloatDType>;
  return options.keepdims ? full : (sum(full, { axis }) as Expr<Shape, FloatDType>);
}
