/** Adam and AdamW. */
import { add, div, mul, sqrt, sub } from '../ops/arithmetic.ts';
import { maximum } from '../ops/compare.ts';
import { checkDecay, checkNonNegative, given } from './checks.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, regularized, shrunk, signed } from './decay.ts';
import { correction, firstMoment, kept, secondMoment } from './moments.ts';
import type { Float, Leaf, Optimizer, OptimizerContext, Rate, Scalar, Transform } from './optimizer.ts';
import { optimizer, transform } from './optimizer.ts';

export interface MomentOptions {
  /** Decay rates of the first and second moment, each in [0, 1); default 0.9 and 0.999. */
  readonly betas?: readonly [Rate, Rate];
  /** Default 1e-8. */
  readonly eps?: Rate;
}

export interface AdamOptions extends MomentOptions, DecayOptions {
  /** Default 1e-3. */
  readonly lr?: Rate;
  /** Divide by the largest second moment so far; default false. */
  readonly amsgrad?: boolean;
  /** p (1 - lr wd) in place of g + wd p; default false. */
  readonly decoupledWeightDecay?: boolean;
}

type MomentRates<T> = { readonly beta1: T; readonly beta2: T; readonly eps: T };

/** The rates of two moments, checked. */
export function momentRates(name: string, options: MomentOptions): MomentRates<Rate> {
  const { betas = [0.9, 0.999], eps = 1e-8 } = options;
  const [beta1, beta2] = betas;
  checkDecay(name, { beta1, beta2 });
  checkNonNegative(name, { eps });
  return { beta1, beta2, eps };
}

/** rate / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps). */
export function adamStep(
  g: Float,
  leaf: Leaf,
  rates: MomentRates<Scalar>,
  { count }: OptimizerContext,
  { rate, amsgrad = false }: { readonly rate: Scalar | number; readonly amsgrad?: boolean },
): Float {
  const m = firstMoment(g, leaf, rates.beta1);
  const v = largest(secondMoment(g, leaf, rates.beta2), leaf, amsgrad);
  const scale = add(div(sqrt(v), sqrt(correction(rates.beta2, count))), rates.eps);
  return div(mul(m, div(rate, correction(rates.beta1, count)) as Scalar), scale);
}

function largest(v: Float, leaf: Leaf, amsgrad: boolean): Float {
  if (!amsgrad) return v;
  const most = leaf.keep('max_exp_avg_sq');
  return kept(most, maximum(most.value, v));
}

/** Adam's step without its rate: m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + eps). */
export function scaleByAdam(options: MomentOptions & { readonly amsgrad?: boolean } = {}): Transform {
  const { amsgrad = false } = options;
  return transform('scaleByAdam', momentRates('scaleByAdam', options), (g, leaf, h, context) =>
    adamStep(g, leaf, h, context, { rate: 1, amsgrad }),
  );
}

function adamNamed(name: string, options: AdamOptions): Optimizer {
  const { lr = 1e-3, weightDecay = 0, amsgrad = false, decoupledWeightDecay = false } = options;
  checkNonNegative(name, { lr, weightDecay });
  const rates = { lr, ...momentRates(name, options), ...given({ weightDecay }) };
  return decaying(
    options,
    optimizer(name, rates, (gradient, leaf, h, context) => {
      const g = decoupledWeightDecay ? signed(gradient, options) : regularized(gradient, leaf, h, options);
      const from = decoupledWeightDecay ? shrunk(leaf, h, options) : leaf.parameter;
      return sub(from, adamStep(g, leaf, h, context, { rate: h.lr, amsgrad }));
    }),
  );
}

/**
 * g += wd p; m += (1 - b1)(g - m); v = b2 v + (1 - b2) g^2;
 * p -= lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps). As torch.optim.Adam.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamNamed('adam', options);
}

/** Adam with p (1 - lr wd) first in place of g + wd p; `weightDecay` is 0.01. As torch.optim.AdamW. */
export function adamw(options: Omit<AdamOptions, 'decoupledWeightDecay'> = {}): Optimizer {
  return adamNamed('adamw', { weightDecay: 1e-2, ...options, decoupledWeightDecay: true });
}
