/** Losses that compare embeddings, or two rankings. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { add, div, mul, neg, sqrt, square, sub } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { eq, minimum, where } from '../ops/compare.ts';
import { pairwiseDistance } from '../ops/norm.ts';
import type { Same, Shape } from '../shape-types.ts';
import { checkOption, checkPair, checkShapeIs, checkDType } from './checks.ts';
import type { MarginOption, WithoutLast } from './margin.ts';
import type { Float, Reduced, Reduction, ReductionOption } from './reduction.ts';
import { reduceLoss } from './reduction.ts';
import { clampBelow } from './stable.ts';

export interface MarginRankingOptions<R extends Reduction> extends ReductionOption<R>, MarginOption {}

/** max(0, margin - y (first - second)): the first ranks higher where y is 1, lower where it is -1. Default margin 0. */
export function marginRanking<
  S extends Shape,
  T extends Shape,
  U extends Shape,
  D extends FloatDType,
  R extends Reduction = 'mean',
>(
  first: Expr<S, D>,
  second: Expr<T, NoInfer<D>> & Same<T, S>,
  target: Expr<U, NoInfer<D>> & Same<U, S>,
  options: MarginRankingOptions<R> = {},
): Expr<Reduced<S, R>, D> {
  const [a, b, y] = [first as Float, second as Float, target as Float];
  checkPair('marginRanking', a, b);
  checkPair('marginRanking', a, y);
  const losses = clampBelow(sub(options.margin ?? 0, mul(y, sub(a, b))));
  return reduceLoss('marginRanking', losses, options) as unknown as Expr<Reduced<S, R>, D>;
}

/** Keeps the length of a zero vector above 0: torch's constant, a float32. */
const leastSquare = Math.fround(1e-12);

export interface CosineEmbeddingOptions<R extends Reduction> extends ReductionOption<R>, MarginOption {}

/**
 * 1 - cos where the target is 1, max(0, cos - margin) where it is -1, with cos the cosine of the angle between both
 * along the last axis; that of a zero vector is 0. Default margin 0.
 */
export function cosineEmbedding<
  S extends Shape,
  T extends Shape,
  U extends Shape,
  D extends FloatDType,
  R extends Reduction = 'mean',
>(
  first: Expr<S, D>,
  second: Expr<T, NoInfer<D>> & Same<T, S>,
  target: Expr<U, NoInfer<D>> & Same<U, WithoutLast<S>>,
  options: CosineEmbeddingOptions<R> = {},
): Expr<Reduced<WithoutLast<S>, R>, D> {
  const [a, b, y] = [first as Float, second as Float, target as Float];
  checkPair('cosineEmbedding', a, b);
  checkShapeIs('cosineEmbedding', y, a.shape.slice(0, -1), a);
  checkDType('cosineEmbedding', y, a.dtype, a);
  const along = (product: Float): Float => sum(product, { axis: -1 }) as Float;
  const lengths = mul(add(along(square(a)), leastSquare), add(along(square(b)), leastSquare));
  const cosine = div(along(mul(a, b)), sqrt(lengths));
  const near = where(eq(y, 1), sub(1, cosine), 0) as Float;
  const far = where(eq(y, -1), clampBelow(sub(cosine, options.margin ?? 0)), 0) as Float;
  const losses = add(near, far);
  return reduceLoss('cosineEmbedding', losses, options) as unknown as Expr<Reduced<WithoutLast<S>, R>, D>;
}

export interface TripletMarginOptions<R extends Reduction> extends ReductionOption<R>, MarginOption {
  /** The norm that measures distances, above 0 and perhaps Infinity; default 2. */
  readonly p?: number;
  /** Added to each difference before its norm is taken; default 1e-6. */
  readonly eps?: number;
  /** Takes the distance between positive and negative where it is smaller; default false. */
  readonly swap?: boolean;
}

/**
 * max(0, margin + d(anchor, positive) - d(anchor, negative)), with distances along the last axis. Default margin 1.
 */
export function tripletMargin<
  S extends Shape,
  T extends Shape,
  U extends Shape,
  D extends FloatDType,
  R extends Reduction = 'mean',
>(
  anchor: Expr<S, D>,
  positive: Expr<T, NoInfer<D>> & Same<T, S>,
  negative: Expr<U, NoInfer<D>> & Same<U, S>,
  options: TripletMarginOptions<R> = {},
): Expr<Reduced<WithoutLast<S>, R>, D> {
  const [a, b, c] = [anchor as Float, positive as Float, negative as Float];
  const { margin = 1, p = 2, eps = 1e-6, swap = false } = options;
  checkPair('tripletMargin', a, b);
  checkPair('tripletMargin', a, c);
  checkOption('tripletMargin', p > 0, `p is ${p}, not above 0`);
  const distance = (x: Float, y: Float): Float => pairwiseDistance(x, y, { p, eps });
  const far = swap ? minimum(distance(a, c), distance(b, c)) : distance(a, c);
  const losses = clampBelow(add(add(distance(a, b), neg(far)), margin));
  return reduceLoss('tripletMargin', losses, options) as unknown as Expr<Reduced<WithoutLast<S>, R>, D>;
}
