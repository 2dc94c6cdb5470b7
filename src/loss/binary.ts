/** Losses of yes-or-no predictions; targets are 0, 1, or between. */
import { add, div, mul, neg, sub } from '../ops/arithmetic.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { ge, maximum, where } from '../ops/compare.ts';
import { stopGradient } from '../ops/control.ts';
import { log, log1p } from '../ops/exponential.ts';
import type { Weights } from './checks.ts';
import { weightsOf } from './checks.ts';
import type { PairLoss, WeightOption } from './pair.ts';
import { pairLoss } from './pair.ts';
import type { Float } from './reduction.ts';
import { softplusBoth, valueWithSlopeOf } from './stable.ts';

/** Below it p (1 - p) is held fast in the derivative: torch's constant, a float32. */
const leastVariance = Math.fround(1e-12);

const crossEntropyOf = (logP: Float, logQ: Float, y: Float): Float =>
  neg(add(mul(y, logP), mul(sub(1, y), logQ)));

/**
 * Binary cross-entropy of probabilities: -(y log p + (1 - y) log(1 - p)), with logarithms of at least -100. The
 * derivative is (p - y) / max(p (1 - p), 1e-12), as torch has it: finite at 0 and 1. `bceWithLogits` is more accurate.
 */
export const bce: PairLoss<WeightOption> = pairLoss<WeightOption>({
  name: 'bce',
  losses: (p, y) => {
    const clamped = crossEntropyOf(maximum(log(p), -100), maximum(log1p(neg(p)), -100), y);
    const inside = ge(mul(p, sub(1, p)), leastVariance);
    const safe = where(inside, p, 0.5) as Float;
    const line = mul(stopGradient(div(sub(p, y), leastVariance)), p);
    const slope = where(inside, crossEntropyOf(log(safe), log1p(neg(safe)), y), line) as Float;
    return valueWithSlopeOf(clamped, slope);
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
