/** Softmax and its logarithm, stable by construction. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { abs, add, div, neg, sub } from './arithmetic.ts';
import { sum } from './broadcast.ts';
import { eq, where } from './compare.ts';
import { stopGradient } from './control.ts';
import { exp, log } from './exponential.ts';
import { normalAxes } from './index-math.ts';
import { floatReduction } from './norm.ts';
import type { FloatReduction } from './norm.ts';
import { max } from './reduce.ts';
import { reshape } from './reshape.ts';

type Float = Expr<Shape, FloatDType>;

export interface AlongOptions {
  /** Default -1. */
  readonly axis?: number;
}

function shifted(x: Float, axis: number): Float {
  return sub(x, stopGradient(max(x, { axis, keepdims: true }))) as Float;
}

/** e^x / sum(e^x) along an axis, with the maximum subtracted first. */
export function softmax<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: AlongOptions = {},
): Expr<S, D> {
  const axis = options.axis ?? -1;
  const e = exp(shifted(x, axis));
  return div(e, sum(e, { axis, keepdims: true })) as unknown as Expr<S, D>;
}

/** softmax(-x) along an axis. */
export function softmin<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: AlongOptions = {},
): Expr<S, D> {
  return softmax(neg(x), options);
}

/** log(softmax(x)) along an axis, without taking the logarithm of a rounded quotient. */
export function logSoftmax<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: AlongOptions = {},
): Expr<S, D> {
  const axis = options.axis ?? -1;
  const z = shifted(x, axis);
  return sub(z, log(sum(exp(z), { axis, keepdims: true }) as Float)) as unknown as Expr<S, D>;
}

/**
 * log(sum(e^x)) over `axis`, or over everything, with the maximum subtracted first. Where all elements are
 * -Infinity, so is the result, and no derivative flows.
 */
export const logSumExp: FloatReduction<object> = floatReduction<object>(
  'logSumExp',
  (x, { axis, keepdims }) => {
    const axes = normalAxes('logSumExp', x, axis);
    const kept = { axis: axes, keepdims: true };
    const largest = stopGradient(max(x, kept)) as Float;
    const top = where(eq(abs(largest), Number.POSITIVE_INFINITY), 0, largest);
    const total = sum(exp(sub(x, top) as Float), kept) as Float;
    const none = eq(total, 0);
    const result = where(none, Number.NEGATIVE_INFINITY, add(log(where(none, 1, total)), top));
    return keepdims
      ? result
      : reshape(
          result,
          x.shape.filter((_, i) => !axes.includes(i)),
        );
  },
);
