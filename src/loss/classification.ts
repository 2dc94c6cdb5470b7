/** Cross-entropies of classifiers. */
import type { FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { add, div, mul, neg } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { ne, where } from '../ops/compare.ts';
import { matmul } from '../ops/contract.ts';
import { constant, sizeOf } from '../ops/leaves.ts';
import { transpose } from '../ops/permute.ts';
import { logSoftmax } from '../ops/softmax.ts';
import type { Dim, Same, Shape } from '../shape-types.ts';
import type { Weights } from './checks.ts';
import { checkGiven, checkOption, checkPair, weightsOf } from './checks.ts';
import type { Classes, WithoutClasses } from './classes.ts';
import { classesOf, labelsFor, pick, spreadOverClasses } from './classes.ts';
import type { Float, Reduced, Reduction, ReductionOption } from './reduction.ts';
import { reduceLoss } from './reduction.ts';

export interface NllOptions<R extends Reduction = Reduction> extends ReductionOption<R> {
  /** One factor per class. A mean over class indices divides by the sum of their factors. */
  readonly weight?: Weights;
  /** Rows with this index count for nothing; default -100, null for none. Other indices outside [0, C) are refused. */
  readonly ignoreIndex?: number | null;
}

export interface CrossEntropyOptions<R extends Reduction = Reduction> extends NllOptions<R> {
  /** The share of each target that is spread evenly over all classes, in [0, 1]; default 0. */
  readonly labelSmoothing?: number;
}

/** Class indices without the class axis, or probabilities in the shape of the scores. */
type TargetFits<S extends Shape, T extends Shape, K> = K extends 'int32'
  ? Same<T, WithoutClasses<S>>
  : Same<T, S>;

/** A loss of scores [N, C], [N, C, ...] or [C] and class indices or, where allowed, probabilities. */
export interface ClassLoss<Options, Extra extends FloatDType> {
  <N extends Dim, C extends Dim, D extends FloatDType, R extends Reduction = 'mean'>(
    scores: Expr<readonly [N, C], D>,
    target: Expr<readonly [NoInfer<N>], 'int32'>,
    options?: Options & ReductionOption<R>,
  ): Expr<Reduced<[N], R>, D>;
  <
    S extends Shape,
    T extends Shape,
    D extends FloatDType,
    K extends 'int32' | (D & Extra),
    R extends Reduction = 'mean',
  >(
    scores: Expr<S, D>,
    target: Expr<T, K> & TargetFits<S, T, K>,
    options?: Options & ReductionOption<R>,
  ): Expr<Reduced<WithoutClasses<S>, R>, D>;
}

const defaultIgnored = -100;

/**
 * Cross-entropy of logits: -log softmax(logits) over the class axis, at the target. Targets are class indices (int32)
 * or probabilities. A mean over indices divides by the weights of those that count (NaN where none does), a mean
 * over probabilities by their number.
 */
export const crossEntropy: ClassLoss<CrossEntropyOptions, FloatDType> = ((
  logits: Expr,
  target: Expr,
  options: CrossEntropyOptions = {},
): Expr => {
  const classes = classesOf('crossEntropy', logits);
  const scores = logSoftmax(classes.scores, { axis: classes.axis });
  return logLoss('crossEntropy', { ...classes, scores }, target, options);
}) as ClassLoss<CrossEntropyOptions, FloatDType>;

/** The negative of log-probabilities at class indices: `crossEntropy` after `logSoftmax`. */
export const nll: ClassLoss<NllOptions, never> = ((
  logProbabilities: Expr,
  target: Expr,
  options: NllOptions = {},
): Expr => {
  const classes = classesOf('nll', logProbabilities);
  return indexLoss('nll', classes, target, options);
}) as ClassLoss<NllOptions, never>;

export interface LinearCrossEntropyOptions<R extends Reduction = Reduction> extends CrossEntropyOptions<R> {
  /** Added to the logits: [C]. */
  readonly linearBias?: Expr<Shape, FloatDType>;
}

/** Cross-entropy of `input linearWeight^T + linearBias`: input [N, F], linearWeight [C, F]. */
export function linearCrossEntropy<N extends Dim, D extends FloatDType, R extends Reduction = 'mean'>(
  input: Expr<readonly [N, Dim], D>,
  linearWeight: Expr<readonly [Dim, Dim], NoInfer<D>>,
  target: Expr<Shape, 'int32' | NoInfer<D>>,
  options: LinearCrossEntropyOptions<R> = {},
): Expr<Reduced<[N], R>, D> {
  const { linearBias, ...rest } = options;
  const product: Expr = matmul(input as Float, transpose(linearWeight) as Float);
  const logits = linearBias ? add(product as Float, linearBias) : product;
  const classes = classesOf('linearCrossEntropy', logits);
  const scores = logSoftmax(classes.scores, { axis: classes.axis });
  const loss = logLoss('linearCrossEntropy', { ...classes, scores }, target, rest);
  return loss as unknown as Expr<Reduced<[N], R>, D>;
}

function logLoss(what: string, classes: Classes, target: Expr, options: CrossEntropyOptions): Expr {
  const { labelSmoothing: smoothing = 0 } = options;
  checkOption(what, smoothing >= 0 && smoothing <= 1, `labelSmoothing is ${smoothing}, not in [0, 1]`);
  checkGiven(what, 'target', target);
  return isFloat(target.dtype)
    ? probabilityLoss(what, classes, target as Float, options)
    : indexLoss(what, classes, target, options);
}

/** `target` with a share of it spread evenly over the classes. */
function smoothed(target: Float, share: number, { axis, scores }: Classes): Float {
  if (share === 0) return target;
  return add(mul(target, 1 - share), evenShare(share, scores, axis));
}

/** `share` divided by the number of classes. */
function evenShare(share: number, scores: Float, axis: number): Float {
  const count = scores.shape[axis];
  if (typeof count === 'number') return constant(share / count, scores.dtype);
  return cast(div(constant(share, 'float64'), sizeOf([must(count, 'classes')])), scores.dtype);
}

function probabilityLoss(what: string, classes: Classes, target: Float, options: CrossEntropyOptions): Expr {
  const { scores, axis, rest } = classes;
  const { ignoreIndex = defaultIgnored, labelSmoothing = 0 } = options;
  checkPair(what, classes.given, target);
  const demand = 'ignoreIndex needs class indices, and the target holds probabilities';
  checkOption(what, ignoreIndex === null || ignoreIndex < 0, demand);
  const weight = weightsOf(what, options.weight, scores);
  const weighted = weight ? mul(scores, spreadOverClasses(what, weight, classes)) : scores;
  const losses = neg(sum(mul(smoothed(target, labelSmoothing, classes), weighted), { axis }) as Float);
  return reduceLoss(what, losses, { reduction: options.reduction, divisor: sizeOf(rest) });
}

function indexLoss(what: string, classes: Classes, target: Expr, options: CrossEntropyOptions): Expr {
  const { scores, axis } = classes;
  const { ignoreIndex = defaultIgnored, labelSmoothing: share = 0, reduction } = options;
  const labels = labelsFor(what, classes, target, ignoreIndex);
  const given = weightsOf(what, options.weight, scores);
  const weight = given && spreadOverClasses(what, given, classes);
  const counts = ignoreIndex === null ? null : ne(labels, ignoreIndex);
  const only = (values: Float): Float => (counts ? (where(counts, values, 0) as Float) : values);
  const weights = weight ? only(pick(weight, labels, classes)) : null;
  const weighted = weight ? mul(scores, weight) : scores;
  const hit = pick(weighted, labels, classes);
  const even = share === 0 ? null : mul(sum(weighted, { axis }) as Float, evenShare(share, scores, axis));
  const losses = only(neg(even ? add(mul(hit, 1 - share), even) : hit));
  if (weights) return reduceLoss(what, losses, { reduction, divisor: sum(weights) });
  if (!counts) return reduceLoss(what, losses, { reduction });
  return reduceLoss(what, losses, { reduction, divisor: cast(sum(cast(counts, 'int32')), scores.dtype) });
}
