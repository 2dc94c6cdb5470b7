/** Adam with Nesterov momentum. */
import { add, div, mul, sqrt, sub } from '../ops/arithmetic.ts';
import { pow } from '../ops/power.ts';
import type { AdamOptions } from './adam.ts';
import { momentRates } from './adam.ts';
import { checkNonNegative, given } from './checks.ts';
import { decaying, regularized, shrunk, signed } from './decay.ts';
import { correction, firstMoment, secondMoment } from './moments.ts';
import type { Optimizer, Rate, Scalar } from './optimizer.ts';
import { ratesOf } from './optimizer.ts';

export interface NadamOptions extends Omit<AdamOptions, 'amsgrad'> {
  /** How fast the momentum approaches beta1; default 4e-3. */
  readonly momentumDecay?: Rate;
}

/** b1 (1 - 0.96^(t md) / 2). */
function momentumAt(count: Scalar, beta1: Scalar, momentumDecay: Scalar): Scalar {
  return mul(beta1, sub(1, mul(0.5, pow(0.96, mul(count, momentumDecay)))));
}

/**
 * mu_t = b1 (1 - 0.96^(t md) / 2); P = mu_1 ... mu_t; d = sqrt(v / (1 - b2^t)) + eps;
 * p -= lr (1 - mu_t) / (1 - P) g / d + lr mu_(t+1) / (1 - P mu_(t+1)) m / d, with moments as Adam's.
 * As torch.optim.NAdam; its `lr` is 2e-3.
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  const { lr = 2e-3, weightDecay = 0, momentumDecay = 4e-3, decoupledWeightDecay = false } = options;
  checkNonNegative('nadam', { lr, weightDecay, momentumDecay });
  const rates = { lr, ...momentRates('nadam', options), momentumDecay, ...given({ weightDecay }) };
  return decaying(options, {
    name: 'nadam',
    update: (gradients, context) => {
      const h = ratesOf(rates, context);
      const { count } = context;
      const mu = momentumAt(count, h.beta1, h.momentumDecay);
      const muNext = momentumAt(add(count, 1), h.beta1, h.momentumDecay);
      const kept = context.keep('mu_product', 1);
      const product = mul(kept.value, mu);
      kept.set(product);
      const gradientRate = div(mul(h.lr, sub(1, mu)), sub(1, product));
      const momentRate = div(mul(h.lr, muNext), sub(1, mul(product, muNext)));
      return context.leaves.map((leaf, i) => {
        const given = gradients[i] ?? leaf.parameter;
        const g = decoupledWeightDecay ? signed(given, options) : regularized(given, leaf, h, options);
        const m = firstMoment(g, leaf, h.beta1);
        const v = secondMoment(g, leaf, h.beta2);
        const scale = add(sqrt(div(v, correction(h.beta2, count))), h.eps);
        const from = decoupledWeightDecay ? shrunk(leaf, h, options) : leaf.parameter;
        return sub(sub(from, mul(div(g, scale), gradientRate)), mul(div(m, scale), momentRate));
      });
    },
  });
}
