/** Averages of weights over steps. `evaluate` and `predict` read the average; training goes on from the weights. */
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { eq, ge, gt, logicalAnd, where } from '../ops/compare.ts';
import { wholeQuotient } from '../schedule/number.ts';
import { checkCount, checkDecay } from './checks.ts';
import { named } from './context.ts';
import { lerp } from './moments.ts';
import type { Float, Leaf, Optimizer, OptimizerContext, Rate, Scalar } from './optimizer.ts';
import { ratesOf } from './optimizer.ts';

export interface AverageOptions {
  /** The first update whose weights count; default 1. */
  readonly start?: number;
  /** Weights count once in `every` updates; default 1. */
  readonly every?: number;
}

/** How much of (weights - average) is added, after `samples` earlier weights. */
type Share = (samples: Scalar, context: OptimizerContext) => Scalar;

function averaged(name: string, inner: Optimizer, options: AverageOptions, share: Share): Optimizer {
  const { start = 1, every = 1 } = options;
  checkCount(name, { start, every });
  return {
    name: `${name}(${inner.name})`,
    update: (gradients, context) => {
      const next = inner.update(gradients, context);
      const passed = sub(context.count, start);
      const samples = wholeQuotient(passed, every);
      const counts = logicalAnd(ge(passed, 0), eq(mul(samples, every), passed));
      const weight = share(samples, named(name, context));
      const average = (leaf: Leaf, now: Float): void => {
        const kept = leaf.keep(name);
        const moved = where(eq(passed, 0), now, lerp(kept.value, now, weight));
        kept.set(where(counts, moved, kept.value));
        leaf.evaluateAt(where(gt(passed, 0), kept.value, leaf.parameter));
      };
      context.leaves.forEach((leaf, i) => average(leaf, next[i] ?? leaf.parameter));
      return next;
    },
  };
}

export interface EmaWeightsOptions extends AverageOptions {
  /** In [0, 1); default 0.999. */
  readonly decay?: Rate;
}

/**
 * The exponential moving average of the weights: a += (1 - decay)(p - a), from a = p. State `ema`. Running statistics
 * of normalization layers are those of the weights, not of the average. As torch's AveragedModel with ema.
 */
export function emaWeights(inner: Optimizer, options: EmaWeightsOptions = {}): Optimizer {
  const { decay = 0.999 } = options;
  checkDecay('ema', { decay });
  return averaged('ema', inner, options, (_samples, context) => sub(1, ratesOf({ decay }, context).decay));
}

/**
 * Stochastic weight averaging: the mean of the weights after update `start`, `start + every`, ... State `swa`.
 * As torch.optim.swa_utils. Izmailov et al., 2018.
 */
export function swa(inner: Optimizer, options: AverageOptions = {}): Optimizer {
  return averaged('swa', inner, options, (samples) => div(1, add(samples, 1)));
}

export interface LookaheadOptions {
  /** Updates from one look to the next; default 5. */
  readonly k?: number;
  /** How far the slow weights go towards the fast ones, in [0, 1]; default 0.5. */
  readonly alpha?: Rate;
}

/**
 * Every k updates the slow weights move by alpha (fast - slow), and the fast ones start again from them. State `slow`.
 * Zhang et al., "Lookahead optimizer: k steps forward, 1 step back", 2019.
 */
export function lookahead(inner: Optimizer, { k = 5, alpha = 0.5 }: LookaheadOptions = {}): Optimizer {
  checkCount('lookahead', { k });
  return {
    name: `lookahead(${inner.name})`,
    update: (gradients, context) => {
      const h = ratesOf({ alpha }, named('lookahead', context));
      const fast = inner.update(gradients, context);
      const { count } = context;
      const looks = eq(mul(wholeQuotient(count, k), k), count);
      return context.leaves.map((leaf, i) => {
        const slow = leaf.keep('slow');
        const from = where(eq(count, 1), leaf.parameter, slow.value);
        const now = fast[i] ?? leaf.parameter;
        const moved = where(looks, lerp(from, now, h.alpha), from);
        slow.set(moved);
        return where(looks, moved, now);
      });
    },
  };
}
