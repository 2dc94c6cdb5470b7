/** Losses of real-valued predictions. */
import { abs, div, mul, square, sub } from '../ops/arithmetic.ts';
import { lt, where } from '../ops/compare.ts';
import { checkOption } from './checks.ts';
import type { PairLoss, WeightOption } from './pair.ts';
import { pairLoss } from './pair.ts';
import type { Float } from './reduction.ts';

/**
 * Mean squared error: (prediction - target)^2. With `weight` the mean divides by the sum of the weights.
 */
export const mse: PairLoss<WeightOption> = pairLoss<WeightOption>({
  name: 'mse',
  losses: (prediction, target) => square(sub(prediction, target)),
  meanOver: 'weights',
});

/**
 * Mean absolute error: |prediction - target|; the derivative at equality is 0. With `weight` the mean divides by the
 * sum of the weights.
 */
export const l1: PairLoss<WeightOption> = pairLoss<WeightOption>({
  name: 'l1',
  meanOver: 'weights',
  losses: (prediction, target) => abs(sub(prediction, target)),
});

/** Half the square of `size` where it is below `bend`, else what `beyond` says. */
function bent(size: Float, bend: number, near: Float, beyond: Float): Float {
  return where(lt(size, bend), near, beyond) as Float;
}

export interface SmoothL1Options {
  /** Where the parabola ends and the line begins, at least 0; default 1. At 0 the loss is `l1`. */
  readonly beta?: number;
}

/** d^2 / (2 beta) where |d| < beta, else |d| - beta / 2, of d = prediction - target. */
export const smoothL1: PairLoss<SmoothL1Options> = pairLoss<SmoothL1Options>({
  name: 'smoothL1',
  check: ({ beta = 1 }) => checkOption('smoothL1', beta >= 0, `beta is ${beta}, not at least 0`),
  losses: (prediction, target, { beta = 1 }) => {
    const difference = sub(prediction, target);
    const size = abs(difference);
    if (beta === 0) return size;
    return bent(size, beta, div(mul(square(difference), 0.5), beta), sub(size, beta / 2));
  },
});

export interface HuberOptions extends WeightOption {
  /** Where the parabola ends and the line begins, above 0; default 1. */
  readonly delta?: number;
}

/**
 * d^2 / 2 where |d| < delta, else delta (|d| - delta / 2), of d = prediction - target. The mean divides by the
 * number of elements, also with `weight`.
 */
export const huber: PairLoss<HuberOptions> = pairLoss<HuberOptions>({
  name: 'huber',
  check: ({ delta = 1 }) => checkOption('huber', delta > 0, `delta is ${delta}, not above 0`),
  losses: (prediction, target, { delta = 1 }) => {
    const difference = sub(prediction, target);
    const size = abs(difference);
    return bent(size, delta, mul(square(difference), 0.5), mul(sub(size, delta / 2), delta));
  },
});
