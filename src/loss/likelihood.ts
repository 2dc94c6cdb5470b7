/** Negative log-likelihoods of distributions, and divergences between them. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { add, div, mul, square, sub } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { xlogy } from '../ops/combine.ts';
import { gt, maximum, where } from '../ops/compare.ts';
import { withGradient } from '../ops/custom.ts';
import { exp, log } from '../ops/exponential.ts';
import { sizeOf } from '../ops/leaves.ts';
import { unsqueeze } from '../ops/reshape.ts';
import type { Same, Shape } from '../shape-types.ts';
import { checkDType, checkOption, checkPair } from './checks.ts';
import type { PairLoss } from './pair.ts';
import { pairLoss } from './pair.ts';
import type { Float, Reduced, Reduction, ReductionOption } from './reduction.ts';
import { checkReduction, reduceLoss } from './reduction.ts';

export interface KlDivOptions {
  /** Whether the target holds log-probabilities; default false. */
  readonly logTarget?: boolean;
}

type KlDivReduction = ReductionOption<Reduction | 'batchmean'>;

/**
 * The Kullback-Leibler divergence of log-probabilities from the target: t (log t - x), where 0 log 0 = 0. The reduction
 * `'mean'` divides by the number of elements, `'batchmean'` by the first size: the divergence as it is defined.
 */
export const klDiv: PairLoss<KlDivOptions, 'batchmean'> = ((
  x: Float,
  t: Float,
  { reduction = 'mean', logTarget = false }: KlDivOptions & KlDivReduction = {},
): Expr => {
  checkPair('klDiv', x, t);
  checkReduction('klDiv', reduction, ['mean', 'batchmean', 'sum', 'none']);
  const losses = logTarget ? mul(exp(t), sub(t, x)) : sub(xlogy(t, t), mul(t, x));
  if (reduction !== 'batchmean') return reduceLoss('klDiv', losses, { reduction });
  return div(sum(losses) as Float, sizeOf(x.shape.slice(0, 1)));
}) as PairLoss<KlDivOptions, 'batchmean'>;

export interface PoissonNllOptions {
  /** Whether the prediction is the logarithm of the rate; default true. */
  readonly logInput?: boolean;
  /** Adds Stirling's approximation of log(target!) where the target is above 1; default false. */
  readonly full?: boolean;
  /** Added to a rate before its logarithm is taken; default 1e-8. */
  readonly eps?: number;
}

/** Poisson: e^x - t x of a log-rate x, or x - t log(x + eps) of a rate. */
export const poissonNll: PairLoss<PoissonNllOptions> = pairLoss<PoissonNllOptions>({
  name: 'poissonNll',
  losses: (x, t, { logInput = true, full = false, eps = 1e-8 }) => {
    const losses = logInput ? sub(exp(x), mul(t, x)) : sub(x, mul(t, log(add(x, eps))));
    return full ? add(losses, stirling(t)) : losses;
  },
});

/** t log t - t + log(2 pi t) / 2 where t > 1, else 0. */
function stirling(t: Float): Float {
  const large = gt(t, 1);
  const safe = where(large, t, 2) as Float;
  const terms = add(sub(mul(safe, log(safe)), safe), mul(log(mul(safe, 2 * Math.PI)), 0.5));
  return where(large, terms, 0) as Float;
}

export interface GaussianNllOptions<R extends Reduction> extends ReductionOption<R> {
  /** Adds log(2 pi) / 2; default false. */
  readonly full?: boolean;
  /** The least variance; a smaller one is raised to it, without effect on its derivative. Default 1e-6. */
  readonly eps?: number;
}

/**
 * Normal: (log v + (x - t)^2 / v) / 2. The variance has the shape of the prediction, or one value per row: the last
 * size may be 1 or missing.
 */
export function gaussianNll<
  S extends Shape,
  T extends Shape,
  D extends FloatDType,
  R extends Reduction = 'mean',
>(
  prediction: Expr<S, D>,
  target: Expr<T, NoInfer<D>> & Same<T, S>,
  variance: Expr<Shape, NoInfer<D>>,
  options: GaussianNllOptions<R> = {},
): Expr<Reduced<S, R>, D> {
  const [x, t] = [prediction as Float, target as Float];
  const { full = false, eps = 1e-6 } = options;
  checkPair('gaussianNll', x, t);
  checkOption('gaussianNll', eps > 0, `eps is ${eps}, not above 0`);
  const given = varianceFor(x, variance as Float);
  const v = withGradient(maximum(given, eps), [given], (g) => [g]);
  const terms = mul(add(log(v), div(square(sub(x, t)), v)), 0.5);
  const losses = full ? add(terms, 0.5 * Math.log(2 * Math.PI)) : terms;
  return reduceLoss('gaussianNll', losses, options) as unknown as Expr<Reduced<S, R>, D>;
}

/** The variance in a shape that broadcasts to that of `x`. */
function varianceFor(x: Float, variance: Float): Float {
  checkDType('gaussianNll', variance, x.dtype, x);
  const rows = x.shape.slice(0, -1);
  const [shape, wanted] = [showShape(variance.shape), showShape(x.shape)];
  if (shape === wanted || shape === showShape([...rows, 1])) return variance;
  if (x.shape.length > 0 && shape === showShape(rows)) return unsqueeze(variance, -1);
  throw new AdjointError(
    'E-SHAPE-SAME',
    `gaussianNll: the variance has shape ${shape}, the prediction ${wanted}`,
    [describe(x), describe(variance)],
    `The variance has shape ${wanted}, ${showShape([...rows, 1])} or ${showShape(rows)}.`,
  );
}
