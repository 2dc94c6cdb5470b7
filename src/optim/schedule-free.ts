/** Schedule-free AdamW. */
import { add, div, mul, sqrt, sub } from '../ops/arithmetic.ts';
import { eq, maximum, minimum, where } from '../ops/compare.ts';
import { choose } from '../schedule/number.ts';
import type { MomentOptions } from './adam.ts';
import { momentRates } from './adam.ts';
import { checkNonNegative, given } from './checks.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, regularized, signed } from './decay.ts';
import { correction, lerp, secondMoment } from './moments.ts';
import type { Optimizer, OptimizerContext, Rate, Scalar } from './optimizer.ts';
import { ratesOf } from './optimizer.ts';

export interface ScheduleFreeOptions extends MomentOptions, DecayOptions {
  /** Default 2.5e-3. */
  readonly lr?: Rate;
  /** Steps in which the rate rises linearly to `lr`; default 0. */
  readonly warmupSteps?: number;
}

/** How much of z the average takes in this step: the squared rate's share of the squared rates so far. */
function shareOf(rate: Scalar, context: OptimizerContext): Scalar {
  const [largest, total] = [context.keep('lr_max'), context.keep('weight_sum')];
  const most = maximum(largest.value, rate);
  const weight = mul(most, most);
  const sum = add(total.value, weight);
  largest.set(most);
  total.set(sum);
  return choose(eq(sum, 0), 0, div(weight, sum));
}

/**
 * Needs no schedule: the parameter is y = (1 - b1) z + b1 x, state `z` takes AdamW's steps without momentum, and
 * `evaluate` and `predict` read their average x = y + (1 - 1 / b1)(z - y). beta1 lies in (0, 1).
 * u = g / (sqrt(v / (1 - b2^t)) + eps) + wd y; y += c (z - y) + lr (b1 (1 - c) - 1) u; z -= lr u, with c the share of
 * this step's squared rate. Defazio et al., "The road less scheduled", 2024.
 */
export function scheduleFreeAdamw(options: ScheduleFreeOptions = {}): Optimizer {
  const { lr = 2.5e-3, warmupSteps = 0, weightDecay = 0 } = options;
  checkNonNegative('scheduleFreeAdamw', { lr, warmupSteps, weightDecay });
  const rates = { lr, ...momentRates('scheduleFreeAdamw', options), ...given({ weightDecay }) };
  const decayOnly = options.decayOnly === undefined ? {} : { decayOnly: options.decayOnly };
  return decaying(options, {
    name: 'scheduleFreeAdamw',
    update: (gradients, context) => {
      const h = ratesOf(rates, context);
      const { count } = context;
      const rate = warmupSteps === 0 ? h.lr : mul(h.lr, minimum(div(count, warmupSteps), 1));
      const share = shareOf(rate, context);
      const along = mul(rate, sub(mul(h.beta1, sub(1, share)), 1));
      return context.leaves.map((leaf, i) => {
        const y = leaf.parameter;
        const g = signed(gradients[i] ?? y, options);
        const v = secondMoment(g, leaf, h.beta2);
        const step = div(g, add(sqrt(div(v, correction(h.beta2, count))), h.eps));
        const u = regularized(step, leaf, h, decayOnly);
        const kept = leaf.keep('z');
        const z = where(eq(count, 1), y, kept.value);
        kept.set(sub(z, mul(u, rate)));
        leaf.evaluateAt(lerp(y, z, sub(1, div(1, h.beta1))));
        return add(lerp(y, z, share), mul(u, along));
      });
    },
  });
}
