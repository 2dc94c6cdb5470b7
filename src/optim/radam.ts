/** Adam with a rectified second moment. */
import { add, div, mul, sqrt, sub } from '../ops/arithmetic.ts';
import { gt, where } from '../ops/compare.ts';
import { pow } from '../ops/power.ts';
import type { AdamOptions } from './adam.ts';
import { momentRates } from './adam.ts';
import { checkNonNegative, given } from './checks.ts';
import { decaying, regularized, shrunk, signed } from './decay.ts';
import { correction, firstMoment, secondMoment } from './moments.ts';
import type { Optimizer, Scalar } from './optimizer.ts';
import { optimizer } from './optimizer.ts';

/** The length of the averages that make v: the longest one, and the one after t steps. */
function averageLengths(beta2: Scalar, count: Scalar): readonly [longest: Scalar, now: Scalar] {
  const longest = sub(div(2, sub(1, beta2)), 1);
  const lost = div(mul(mul(2, count), pow(beta2, count)), correction(beta2, count));
  return [longest, sub(longest, lost)];
}

/** sqrt((r - 4)(r - 2) R / ((R - 4)(R - 2) r)). */
function rectification(longest: Scalar, now: Scalar): Scalar {
  const above = mul(mul(sub(now, 4), sub(now, 2)), longest);
  const below = mul(mul(sub(longest, 4), sub(longest, 2)), now);
  return sqrt(div(above, below));
}

/**
 * With R = 2 / (1 - b2) - 1 and r = R - 2 t b2^t / (1 - b2^t): p -= lr m / (1 - b1^t), times
 * sqrt((r - 4)(r - 2) R / ((R - 4)(R - 2) r)) sqrt(1 - b2^t) / (sqrt(v) + eps) where r > 5. Moments as Adam's.
 * As torch.optim.RAdam.
 */
export function radam(options: Omit<AdamOptions, 'amsgrad'> = {}): Optimizer {
  const { lr = 1e-3, weightDecay = 0, decoupledWeightDecay = false } = options;
  checkNonNegative('radam', { lr, weightDecay });
  const rates = { lr, ...momentRates('radam', options), ...given({ weightDecay }) };
  return decaying(
    options,
    optimizer('radam', rates, (gradient, leaf, h, { count }) => {
      const g = decoupledWeightDecay ? signed(gradient, options) : regularized(gradient, leaf, h, options);
      const m = firstMoment(g, leaf, h.beta1);
      const v = secondMoment(g, leaf, h.beta2);
      const [longest, now] = averageLengths(h.beta2, count);
      const adaptive = mul(rectification(longest, now), sqrt(correction(h.beta2, count)));
      const plain = mul(m, div(h.lr, correction(h.beta1, count)));
      const rectified = mul(plain, div(adaptive, add(sqrt(v), h.eps)));
      const from = decoupledWeightDecay ? shrunk(leaf, h, options) : leaf.parameter;
      return sub(from, where(gt(now, 5), rectified, plain));
    }),
  );
}
