/** How well a classifier does. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe, nameOf } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { crossEntropy } from '../loss/classification.ts';
import type { Weights } from '../loss/checks.ts';
import { checkOption } from '../loss/checks.ts';
import type { WithoutClasses } from '../loss/classes.ts';
import { pick } from '../loss/classes.ts';
import { sum } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { eq, gt, logicalAnd, logicalOr, lt } from '../ops/compare.ts';
import { matmul } from '../ops/contract.ts';
import { exp } from '../ops/exponential.ts';
import { argmax } from '../ops/extremes.ts';
import { iota } from '../ops/leaves.ts';
import { transpose } from '../ops/permute.ts';
import { reshape, unsqueeze } from '../ops/reshape.ts';
import type { Same, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import type { Bool, IgnoreOption, Scalar } from './counts.ts';
import { judge, shareOf } from './counts.ts';

type Labels = Expr<Shape, 'int32'>;
type Float = Expr<Shape, FloatDType>;
type Indices<S extends Shape, T extends Shape> = Expr<T, 'int32'> & Same<T, WithoutClasses<S>>;

/**
 * The share of rows whose largest score, the first of equals, is that of the target. Scores are [N, C], [N, C, ...]
 * or [C], as for `crossEntropy`.
 */
export function accuracy<S extends Shape, T extends Shape>(
  scores: Expr<S, FloatDType>,
  target: Indices<S, T>,
  options: IgnoreOption = {},
): Scalar {
  const judged = judge('accuracy', scores, target, options);
  const { axis } = judged.classes;
  const chosen = argmax(judged.classes.scores, { axis }) as Labels;
  return shareOf(eq(chosen, judged.labels) as Bool, judged);
}

export interface TopKOptions extends IgnoreOption {
  /** How many classes a row may name. */
  readonly k: number;
}

/** The share of rows whose target is among the `k` classes of the largest scores; of equals the first come first. */
export function topKAccuracy<S extends Shape, T extends Shape>(
  scores: Expr<S, FloatDType>,
  target: Indices<S, T>,
  options: TopKOptions,
): Scalar {
  const { k } = options;
  checkOption('topKAccuracy', Number.isInteger(k) && k > 0, `k is ${k}, not a positive integer`);
  const judged = judge('topKAccuracy', scores, target, options);
  const { classes, labels } = judged;
  const own = pick(classes.scores, labels, classes);
  const [others, place] = [classes.scores, iota(classes.scores.shape, classes.axis) as Labels];
  const limit = unsqueeze(own, classes.axis) as Float;
  const first = lt(place, unsqueeze(labels, classes.axis) as Labels) as Bool;
  const ahead = logicalOr(gt(others, limit) as Bool, logicalAnd(eq(others, limit) as Bool, first) as Bool);
  const rank = sum(cast(ahead, 'int32'), { axis: classes.axis }) as Labels;
  // A score that is not a number is not even equal to itself: such a row misses.
  return shareOf(logicalAnd(lt(rank, k) as Bool, eq(own, own) as Bool) as Bool, judged);
}

/**
 * How often each class (rows) was taken for each class (columns): an int32 [C, C] output. Adding those of several
 * batches gives that of all rows. Throws E-SHAPE-SYMBOLIC where the number of classes has a name.
 */
export function confusionMatrix<S extends Shape, T extends Shape>(
  scores: Expr<S, FloatDType>,
  target: Indices<S, T>,
  options: IgnoreOption = {},
): Expr<[number, number], 'int32'> {
  const { classes, labels, counts } = judge('confusionMatrix', scores, target, options);
  if (typeof classes.count !== 'number') {
    const headline = `confusionMatrix: ${nameOf(scores)} has ${classes.count} classes, a named size`;
    throw new AdjointError('E-SHAPE-SYMBOLIC', headline, [describe(scores)]);
  }
  const shape = [product(classes.rest), classes.count];
  const marks = (indices: Labels): Bool =>
    eq(iota(shape, 1) as Labels, reshape(indices, [product(classes.rest), 1]) as Labels) as Bool;
  const actual = counts
    ? (logicalAnd(marks(labels), reshape(counts, [product(classes.rest), 1]) as Bool) as Bool)
    : marks(labels);
  const chosen = marks(argmax(classes.scores, { axis: classes.axis }) as Labels);
  const table: Expr = matmul(transpose(cast(actual, 'float32')) as Float, cast(chosen, 'float32') as Float);
  return cast(table, 'int32') as unknown as Expr<[number, number], 'int32'>;
}

export interface PerplexityOptions extends IgnoreOption {
  /** One factor per class. */
  readonly weight?: Weights;
}

/**
 * e to the mean cross-entropy. Over several batches it is averaged, which is not the perplexity of all rows: that is
 * e to the combined loss.
 */
export function perplexity<S extends Shape, T extends Shape, D extends FloatDType>(
  logits: Expr<S, D>,
  target: Indices<S, T>,
  options: PerplexityOptions = {},
): Expr<[], D> {
  const loss = crossEntropy as (logits: Expr, target: Expr, options: PerplexityOptions) => Expr<[], D>;
  return exp(loss(logits, target, options));
}
