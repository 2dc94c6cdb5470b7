/** Averaged stochastic gradient descent. */
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { eq, maximum, where } from '../ops/compare.ts';
import { pow } from '../ops/power.ts';
import { choose } from '../schedule/number.ts';
import { checkNonNegative, given } from './checks.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, regularized } from './decay.ts';
import { lerp } from './moments.ts';
import type { Optimizer, Rate } from './optimizer.ts';
import { ratesOf } from './optimizer.ts';

export interface AsgdOptions extends DecayOptions {
  /** Default 1e-2. */
  readonly lr?: Rate;
  /** Decay term; default 1e-4. */
  readonly lambd?: Rate;
  /** Power of the rate's decay; default 0.75. */
  readonly alpha?: Rate;
  /** The step after which averaging starts; default 1e6. */
  readonly t0?: Rate;
}

/**
 * p = p (1 - lambd eta) - eta g; ax += mu (p - ax); then eta = lr / (1 + lambd lr t)^alpha and mu = 1 / max(1, t - t0).
 * eta starts at lr, mu at 1. Evaluation reads p: the average is state `ax`. As torch.optim.ASGD, with eta in float64.
 */
export function asgd(options: AsgdOptions = {}): Optimizer {
  const { lr = 1e-2, lambd = 1e-4, alpha = 0.75, t0 = 1e6, weightDecay = 0 } = options;
  checkNonNegative('asgd', { lr, lambd, t0, weightDecay });
  const rates = { lr, lambd, alpha, t0, ...given({ weightDecay }) };
  return decaying(options, {
    name: 'asgd',
    update: (gradients, context) => {
      const h = ratesOf(rates, context);
      const { count } = context;
      const kept = context.keep('eta');
      const eta = choose(eq(count, 1), h.lr, kept.value);
      kept.set(div(h.lr, pow(add(1, mul(mul(h.lambd, h.lr), count)), h.alpha)));
      const mu = div(1, maximum(sub(sub(count, 1), h.t0), 1));
      return context.leaves.map((leaf, i) => {
        const g = regularized(gradients[i] ?? leaf.parameter, leaf, h, options);
        const next = sub(mul(leaf.parameter, sub(1, mul(h.lambd, eta))), mul(g, eta));
        const average = leaf.keep('ax');
        average.set(where(eq(mu, 1), next, lerp(average.value, next, mu)));
        return next;
      });
    },
  });
}
