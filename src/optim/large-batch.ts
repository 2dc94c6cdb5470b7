/** LAMB and LARS: steps in proportion to the norm of each parameter. */
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { gt, logicalAnd } from '../ops/compare.ts';
import { choose } from '../schedule/number.ts';
import type { MomentOptions } from './adam.ts';
import { adamStep, momentRates } from './adam.ts';
import { checkNonNegative, given } from './checks.ts';
import { globalNorm } from './clip.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, regularized, signed } from './decay.ts';
import { kept } from './moments.ts';
import type { Float, Optimizer, Rate, Scalar, Transform } from './optimizer.ts';
import { optimizer, transform } from './optimizer.ts';

/** a / b where both are above 0, else 1. */
function ratioOfNorms(a: Scalar, b: Scalar): Scalar {
  return choose(logicalAnd(gt(a, 0), gt(b, 0)), div(a, b), 1);
}

/** |p| / |u| where both norms are above 0, else 1. */
function trustRatio(parameter: Float, update: Float): Scalar {
  return ratioOfNorms(globalNorm([parameter]), globalNorm([update]));
}

/** Each update u times |p| / |u|; as it is where one of the norms is 0. */
export function scaleByTrustRatio(): Transform {
  return transform('scaleByTrustRatio', {}, (u, { parameter }) => mul(u, trustRatio(parameter, u)));
}

export interface LambOptions extends MomentOptions, DecayOptions {
  /** Default 1e-3. */
  readonly lr?: Rate;
}

/**
 * u = m' / (sqrt(v') + eps) + wd p, with Adam's corrected moments; p -= lr |p| / |u| u. `eps` is 1e-6.
 * You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", 2019.
 */
export function lamb(options: LambOptions = {}): Optimizer {
  const { lr = 1e-3, weightDecay = 0, eps = 1e-6 } = options;
  checkNonNegative('lamb', { lr, weightDecay });
  const rates = { lr, ...momentRates('lamb', { ...options, eps }), ...given({ weightDecay }) };
  const decayOnly = options.decayOnly === undefined ? {} : { decayOnly: options.decayOnly };
  return decaying(
    options,
    optimizer('lamb', rates, (gradient, leaf, h, context) => {
      const step = adamStep(signed(gradient, options), leaf, h, context, { rate: 1 });
      const u = regularized(step, leaf, h, decayOnly);
      return sub(leaf.parameter, mul(u, mul(h.lr, trustRatio(leaf.parameter, u))));
    }),
  );
}

export interface LarsOptions extends DecayOptions {
  /** Default 1. */
  readonly lr?: Rate;
  /** Default 0.9. */
  readonly momentum?: Rate;
  /** How much a layer trusts its update; default 1e-3. */
  readonly trustCoefficient?: Rate;
  /** Default 0. */
  readonly eps?: Rate;
}

/**
 * r = trust |p| / (|g| + wd |p| + eps), or 1 where a norm is 0; b = mu b + r lr (g + wd p); p -= b.
 * You et al., "Large batch training of convolutional networks", 2017.
 */
export function lars(options: LarsOptions = {}): Optimizer {
  const { lr = 1, momentum = 0.9, trustCoefficient = 1e-3, eps = 0, weightDecay = 0 } = options;
  checkNonNegative('lars', { lr, momentum, trustCoefficient, eps, weightDecay });
  const rates = { lr, momentum, trustCoefficient, eps, ...given({ weightDecay }) };
  return decaying(
    options,
    optimizer('lars', rates, (gradient, leaf, h) => {
      const g = signed(gradient, options);
      const [size, slope] = [globalNorm([leaf.parameter]), globalNorm([g])];
      const decay = h.weightDecay ? mul(h.weightDecay, size) : 0;
      const ratio = div(mul(h.trustCoefficient, size), add(add(slope, decay), h.eps));
      const trust = choose(logicalAnd(gt(size, 0), gt(slope, 0)), ratio, 1);
      const buffer = leaf.keep('momentum_buffer');
      const step = mul(regularized(gradient, leaf, h, options), mul(trust, h.lr));
      return sub(leaf.parameter, kept(buffer, add(mul(buffer.value, h.momentum), step)));
    }),
  );
}
