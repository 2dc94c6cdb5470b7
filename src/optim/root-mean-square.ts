/** Optimizers that divide by the root of averaged squares: RMSprop, Adagrad, Adadelta. */
import { add, div, mul, sqrt, square, sub } from '../ops/arithmetic.ts';
import { checkDecay, checkNonNegative, given } from './checks.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, regularized } from './decay.ts';
import { firstMoment, kept, secondMoment } from './moments.ts';
import type { Float, Leaf, Optimizer, Rate, Scalar, Transform } from './optimizer.ts';
import { optimizer, transform } from './optimizer.ts';

export interface RmsOptions {
  /** Decay rate of the mean square, in [0, 1); default 0.99. */
  readonly alpha?: Rate;
  /** Default 1e-8. */
  readonly eps?: Rate;
  /** Divide by the standard deviation instead of the root of the mean square. */
  readonly centered?: boolean;
}

type RmsRates<T> = { readonly alpha: T; readonly eps: T };

function rmsRates(name: string, { alpha = 0.99, eps = 1e-8 }: RmsOptions): RmsRates<Rate> {
  checkDecay(name, { alpha });
  checkNonNegative(name, { eps });
  return { alpha, eps };
}

/** g / (sqrt(v) + eps), with v less the square of the mean gradient if centered. */
function rmsStep(g: Float, leaf: Leaf, { alpha, eps }: RmsRates<Scalar>, centered: boolean): Float {
  const meanSquare = secondMoment(g, leaf, alpha, 'square_avg');
  const spread = centered ? sub(meanSquare, square(firstMoment(g, leaf, alpha, 'grad_avg'))) : meanSquare;
  return div(g, add(sqrt(spread), eps));
}

/** g / (sqrt(v) + eps), where v is the running mean of g^2. */
export function scaleByRms(options: RmsOptions = {}): Transform {
  const { centered = false } = options;
  return transform('scaleByRms', rmsRates('scaleByRms', options), (g, leaf, h) =>
    rmsStep(g, leaf, h, centered),
  );
}

export interface RmspropOptions extends RmsOptions, DecayOptions {
  /** Default 1e-2. */
  readonly lr?: Rate;
  /** Default 0. */
  readonly momentum?: Rate;
}

/**
 * v = a v + (1 - a) g^2; d = g / (sqrt(v) + eps), centered: v - mean(g)^2 under the root; p -= lr d, or with
 * momentum b = mu b + d, p -= lr b. As torch.optim.RMSprop: eps stands outside the root.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { lr = 1e-2, weightDecay = 0, momentum = 0, centered = false } = options;
  checkNonNegative('rmsprop', { lr, weightDecay, momentum });
  const rates = { lr, ...rmsRates('rmsprop', options), ...given({ momentum, weightDecay }) };
  return decaying(
    options,
    optimizer('rmsprop', rates, (gradient, leaf, h) => {
      const step = rmsStep(regularized(gradient, leaf, h, options), leaf, h, centered);
      return sub(leaf.parameter, mul(withMomentum(step, leaf, h.momentum), h.lr));
    }),
  );
}

function withMomentum(step: Float, leaf: Leaf, momentum: Scalar | undefined): Float {
  if (!momentum) return step;
  const buffer = leaf.keep('momentum_buffer');
  return kept(buffer, add(mul(buffer.value, momentum), step));
}

export interface AdagradScaleOptions {
  /** Default 1e-10. */
  readonly eps?: Rate;
  /** What the sum of squares starts from; default 0. */
  readonly initialAccumulatorValue?: number;
}

/** s += g^2; g / (sqrt(s) + eps). */
function adagradStep(g: Float, leaf: Leaf, eps: Scalar, initial: number): Float {
  const total = leaf.keep('sum', { initial });
  return div(g, add(sqrt(kept(total, add(total.value, square(g)))), eps));
}

/** s += g^2; the update is g / (sqrt(s) + eps). */
export function scaleByAdagrad(options: AdagradScaleOptions = {}): Transform {
  const { eps = 1e-10, initialAccumulatorValue = 0 } = options;
  checkNonNegative('scaleByAdagrad', { eps, initialAccumulatorValue });
  return transform('scaleByAdagrad', { eps }, (g, leaf, h) =>
    adagradStep(g, leaf, h.eps, initialAccumulatorValue),
  );
}

export interface AdagradOptions extends AdagradScaleOptions, DecayOptions {
  /** Default 1e-2. */
  readonly lr?: Rate;
  /** Default 0. */
  readonly lrDecay?: Rate;
}

/** s += g^2; p -= lr / (1 + (t - 1) lrDecay) g / (sqrt(s) + eps). As torch.optim.Adagrad. */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { lr = 1e-2, lrDecay = 0, eps = 1e-10, weightDecay = 0, initialAccumulatorValue = 0 } = options;
  checkNonNegative('adagrad', { lr, lrDecay, eps, weightDecay, initialAccumulatorValue });
  const rates = { lr, eps, ...given({ lrDecay, weightDecay }) };
  return decaying(
    options,
    optimizer('adagrad', rates, (gradient, leaf, h, { count }) => {
      const step = adagradStep(regularized(gradient, leaf, h, options), leaf, h.eps, initialAccumulatorValue);
      const rate = h.lrDecay ? div(h.lr, add(1, mul(sub(count, 1), h.lrDecay))) : h.lr;
      return sub(leaf.parameter, mul(step, rate));
    }),
  );
}

export interface AdadeltaScaleOptions {
  /** Decay rate of both averages, in [0, 1); default 0.9. */
  readonly rho?: Rate;
  /** Default 1e-6. */
  readonly eps?: Rate;
}

/** d = sqrt(a + eps) / sqrt(v + eps) g, with v and a the running means of g^2 and of d^2. */
function adadeltaStep(
  g: Float,
  leaf: Leaf,
  { rho, eps }: { readonly rho: Scalar; readonly eps: Scalar },
): Float {
  const v = secondMoment(g, leaf, rho, 'square_avg');
  const deltas = leaf.keep('acc_delta');
  const step = mul(div(sqrt(add(deltas.value, eps)), sqrt(add(v, eps))), g);
  deltas.set(add(mul(deltas.value, rho), mul(square(step), sub(1, rho))));
  return step;
}

/** The update is sqrt(a + eps) / sqrt(v + eps) g, with v and a the running means of squared gradients and updates. */
export function scaleByAdadelta({ rho = 0.9, eps = 1e-6 }: AdadeltaScaleOptions = {}): Transform {
  checkDecay('scaleByAdadelta', { rho });
  checkNonNegative('scaleByAdadelta', { eps });
  return transform('scaleByAdadelta', { rho, eps }, adadeltaStep);
}

export interface AdadeltaOptions extends AdadeltaScaleOptions, DecayOptions {
  /** Default 1. */
  readonly lr?: Rate;
}

/** v = rho v + (1 - rho) g^2; d = sqrt(a + eps) / sqrt(v + eps) g; a = rho a + (1 - rho) d^2; p -= lr d. As torch. */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const { lr = 1, rho = 0.9, eps = 1e-6, weightDecay = 0 } = options;
  checkDecay('adadelta', { rho });
  checkNonNegative('adadelta', { lr, eps, weightDecay });
  return decaying(
    options,
    optimizer('adadelta', { lr, rho, eps, ...given({ weightDecay }) }, (gradient, leaf, h) => {
      const step = adadeltaStep(regularized(gradient, leaf, h, options), leaf, h);
      return sub(leaf.parameter, mul(step, h.lr));
    }),
  );
}
