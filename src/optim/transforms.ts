/** Transformations of gradients and updates that chain in front of an optimizer. */
import { abs, add, div, mul, sqrt, sub } from '../ops/arithmetic.ts';
import { lt, where } from '../ops/compare.ts';
import { log } from '../ops/exponential.ts';
import { pow } from '../ops/power.ts';
import { uniform } from '../ops/random.ts';
import { mean } from '../ops/reduce.ts';
import { cos } from '../ops/trigonometry.ts';
import { checkDecay, checkNonNegative, checkRate } from './checks.ts';
import { correction, firstMoment } from './moments.ts';
import type { Float, Rate, Transform } from './optimizer.ts';
import { transform } from './optimizer.ts';
import type { Selection } from '../select.ts';
import { checkLeaves, selectsLeaf } from './select.ts';

/** Every update times `factor`, a number or a schedule. */
export function scale(factor: Rate): Transform {
  checkRate('scale', 'factor', factor, Number.isFinite, 'the finite numbers');
  return transform('scale', { factor }, (g, _leaf, h) => mul(g, h.factor));
}

export interface AddDecayedWeightsOptions {
  /** The parameters that decay; default all. */
  readonly only?: Selection;
}

/** g + weightDecay p. In front of an adaptive scaling it is L2 regularization, behind one decoupled decay. */
export function addDecayedWeights(weightDecay: Rate, { only }: AddDecayedWeightsOptions = {}): Transform {
  const name = 'addDecayedWeights';
  checkNonNegative(name, { weightDecay });
  const rule = transform(name, { weightDecay }, (g, leaf, h) =>
    only === undefined || selectsLeaf(only, leaf) ? add(g, mul(leaf.parameter, h.weightDecay)) : g,
  );
  return {
    name,
    apply: (updates, context) => {
      if (only !== undefined) checkLeaves(name, only, context.leaves);
      return rule.apply(updates, context);
    },
  };
}

/**
 * Each gradient of a matrix or larger tensor without its mean over all axes but the first.
 * Yong et al., "Gradient centralization", 2020.
 */
export function centralize(): Transform {
  return transform('centralize', {}, (g) => {
    if (g.shape.length < 2) return g;
    const axes = g.shape.map((_, i) => i).slice(1);
    return sub(g, mean(g, { axis: axes, keepdims: true }) as Float);
  });
}

/** Replaces elements that are NaN or infinite by 0. */
export function zeroNonFinite(): Transform {
  return transform('zeroNonFinite', {}, (g) => where(lt(abs(g), Infinity), g, 0));
}

export interface NoiseOptions {
  /** Variance of the noise in step 0; default 0.01. */
  readonly eta?: Rate;
  /** How fast the variance falls; default 0.55. */
  readonly gamma?: Rate;
}

/** Standard normal numbers by the transformation of Box and Muller; new ones in every step. */
function normal(like: Float): Float {
  const radius = sqrt(mul(log(sub(1, uniform(like.shape, like.dtype))), -2));
  return mul(radius, cos(mul(uniform(like.shape, like.dtype), 2 * Math.PI)));
}

/**
 * g plus normal noise of variance eta / (1 + t)^gamma, with t the number of the step.
 * Neelakantan et al., "Adding gradient noise improves learning for very deep networks", 2015.
 */
export function addNoise({ eta = 0.01, gamma = 0.55 }: NoiseOptions = {}): Transform {
  checkNonNegative('addNoise', { eta, gamma });
  return transform('addNoise', { eta, gamma }, (g, _leaf, h, { count }) => {
    const deviation = sqrt(div(h.eta, pow(add(count, 1), h.gamma)));
    return add(g, mul(normal(g), deviation));
  });
}

export interface EmaOptions {
  /** In [0, 1); default 0.9. */
  readonly decay?: Rate;
  /** Divide by 1 - decay^t, so that the average is one from the first step; default true. */
  readonly debias?: boolean;
}

/** The running mean of updates: a = decay a + (1 - decay) g, divided by 1 - decay^t. */
export function ema({ decay = 0.9, debias = true }: EmaOptions = {}): Transform {
  checkDecay('ema', { decay });
  return transform('ema', { decay }, (g, leaf, h, { count }) => {
    const average = firstMoment(g, leaf, h.decay, 'average');
    return debias ? div(average, correction(h.decay, count) as Float) : average;
  });
}
