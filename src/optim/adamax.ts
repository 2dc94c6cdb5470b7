/** Adam with the largest gradient in place of the second moment. */
import { abs, add, div, mul, sub } from '../ops/arithmetic.ts';
import { maximum } from '../ops/compare.ts';
import type { MomentOptions } from './adam.ts';
import { momentRates } from './adam.ts';
import { checkNonNegative, given } from './checks.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, regularized } from './decay.ts';
import { correction, firstMoment, kept } from './moments.ts';
import type { Optimizer, Rate } from './optimizer.ts';
import { optimizer } from './optimizer.ts';

export interface AdamaxOptions extends MomentOptions, DecayOptions {
  /** Default 2e-3. */
  readonly lr?: Rate;
}

/** u = max(b2 u, |g| + eps); p -= lr / (1 - b1^t) m / u, with m as Adam's. As torch.optim.Adamax. */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  const { lr = 2e-3, weightDecay = 0 } = options;
  checkNonNegative('adamax', { lr, weightDecay });
  const rates = { lr, ...momentRates('adamax', options), ...given({ weightDecay }) };
  return decaying(
    options,
    optimizer('adamax', rates, (gradient, leaf, h, { count }) => {
      const g = regularized(gradient, leaf, h, options);
      const m = firstMoment(g, leaf, h.beta1);
      const largest = leaf.keep('exp_inf');
      const u = kept(largest, maximum(mul(largest.value, h.beta2), add(abs(g), h.eps)));
      return sub(leaf.parameter, mul(div(m, u), div(h.lr, correction(h.beta1, count))));
    }),
  );
}
