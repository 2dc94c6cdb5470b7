/** How well a regression does. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { checkPair } from '../loss/checks.ts';
import { l1, mse as meanSquare } from '../loss/regression.ts';
import type { PairLoss, WeightOption } from '../loss/pair.ts';
import { div, square, sub } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { mean } from '../ops/reduce.ts';
import type { Same, Shape } from '../shape-types.ts';

type Float = Expr<Shape, FloatDType>;

/** The mean absolute error. */
export const mae: PairLoss<WeightOption> = l1;

/** The mean squared error. */
export const mse: PairLoss<WeightOption> = meanSquare;

/**
 * The coefficient of determination: 1 minus the squared errors over the squared distances of the targets from their
 * mean (of each column: all axes but the first). NaN where all targets are equal. Over several batches the distances
 * are those from the mean of each batch: evaluate all rows at once for the coefficient of a data set.
 */
export function r2<S extends Shape, T extends Shape, D extends FloatDType>(
  prediction: Expr<S, D>,
  target: Expr<T, NoInfer<D>> & Same<T, S>,
): Expr<[], D> {
  const [x, y] = [prediction as Float, target as Float];
  checkPair('r2', x, y);
  const center = y.shape.length === 0 ? y : (mean(y, { axis: 0, keepdims: true }) as Float);
  const spread = sum(square(sub(y, center))) as Expr<[], D>;
  const errors = sum(square(sub(x, y))) as Expr<[], D>;
  return div(sub(spread, errors), spread);
}
