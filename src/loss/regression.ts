/** Losses of real-valued predictions. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { square, sub } from '../ops/arithmetic.ts';
import { sameSignature } from '../ops/elementwise.ts';
import type { Same, Shape } from '../shape-types.ts';
import type { Reduced, Reduction } from './reduction.ts';
import { reduceLoss } from './reduction.ts';

/** Mean squared error: the mean of (prediction - target)^2 over all elements. Nothing is broadcast. */
export function mse<S extends Shape, T extends Shape, D extends FloatDType, R extends Reduction = 'mean'>(
  prediction: Expr<S, D>,
  target: Expr<T, D> & Same<T, S>,
  options: { readonly reduction?: R } = {},
): Expr<Reduced<S, R>, D> {
  sameSignature('mse', [prediction, target as Expr]);
  const errors: Expr = square(sub(prediction, target as Expr<Shape, D>) as Expr);
  return reduceLoss(errors, options.reduction) as unknown as Expr<Reduced<S, R>, D>;
}
