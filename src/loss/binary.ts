/** Losses of yes-or-no predictions; targets are 0, 1, or between. */
import { add, div, mul, neg, sub } from '../ops/arithmetic.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { maximum } from '../ops/compare.ts';
import { withGradient } from '../ops/custom.ts';
import { log, log1p } from '../ops/exponential.ts';
import type { Weights } from './checks.ts';
import { weightsOf } from './checks.ts';
import type { PairLoss, WeightOption } from './pair.ts';
import { pairLoss } from './pair.ts';
import type { Float } from './reduction.ts';
import { softplusBoth } from './stable.ts';

/** Below it p (1 - p) is held fast in the derivative: torch's constant, a float32. */
const leastVariance = Math.fround(1e-12);

/**
 * Binary cross-entropy of probabilities: -(y log p + (1 - y) log(1 - p)), with logarithms of at least -100. The
 * derivative is (p - y) / max(p (1 - p), 1e-12), as torch has it: finite at 0 and 1. `bceWithLogits` is more accurate.
 */
export const bce: PairLoss<WeightOption> = pairLoss<WeightOption>({
  name: 'bce',
  losses: (p, y) => {
    const [logP, logQ] = [maximum(log(p), -100), maximum(log1p(neg(p)), -100)];
    const losses = neg(add(mul(y, logP), mul(sub(1, y), logQ)));
    const slope = (): Float => div(sub(p, y), maximum(mul(p, sub(1, p)), leastVariance));
    return withGradient(losses, [p, y], (g) => [mul(g, slope()), mul(g, sub(logQ, logP))]);
  },
});

export interface BceWithLogitsOptions extends WeightOption {
  /** Factor of the positive part, per class; it broadcasts to the prediction. */
  readonly posWeight?: Weights;
}

/** Binary cross-entropy of logits: posWeight y log(1 + e^-x) + (1 - y) log(1 + e^x), accurate in both tails. */
export const bceWithLogits: PairLoss<BceWithLogitsOptions> = pairLoss<BceWithLogitsOptions>({
  name: 'bceWithLogits',
  losses: (x, y, { posWeight }) => logitsLoss(x, y, weightsOf('bceWithLogits', posWeight, x) as Float | null),
});

/** The losses of `bceWithLogits`, unreduced. */
export function logitsLoss(x: Float, y: Float, posWeight: Float | null): Float {
  const [ofX, ofMinusX] = softplusBoth(x);
  const positive = posWeight ? mul(y, broadcastTo(posWeight, y.shape)) : y;
  return add(mul(positive, ofMinusX), mul(sub(1, y), ofX));
}
