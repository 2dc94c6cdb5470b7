/** Counting: what metrics of classifiers are quotients of. Counts are exact; quotients of them are float64. */
import type { Expr } from '../expr.ts';
import { div } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { logicalAnd, ne } from '../ops/compare.ts';
import { sizeOf } from '../ops/leaves.ts';
import type { Classes, Labels } from '../loss/classes.ts';
import { classesOf, labelsFor } from '../loss/classes.ts';
import type { Shape } from '../shape-types.ts';

export type Bool = Expr<Shape, 'bool'>;
export type Scalar = Expr<[], 'float64'>;

/** How many of `flags` are true, as a rank-0 float64. */
export function count(flags: Bool): Scalar {
  return cast(sum(cast(flags, 'int32')), 'float64') as Scalar;
}

/** A quotient at the root: over batches numerators and denominators are added, if no parameter is below the line. */
export function ratio(numerator: Scalar, denominator: Scalar): Scalar {
  return div(numerator, denominator);
}

export interface IgnoreOption {
  /** Rows with this index do not count; default -100, null for none. */
  readonly ignoreIndex?: number | null;
}

/** Scores and class indices of a metric, with the rows that count (null: all of them). */
export interface Judged {
  readonly classes: Classes;
  readonly labels: Labels;
  readonly counts: Bool | null;
}

/** Throws as `crossEntropy` does where scores and class indices do not fit. */
export function judge(
  what: string,
  scores: Expr,
  target: Expr,
  { ignoreIndex = -100 }: IgnoreOption,
): Judged {
  const classes = classesOf(what, scores);
  const labels = labelsFor(what, classes, target, ignoreIndex);
  return { classes, labels, counts: ignoreIndex === null ? null : (ne(labels, ignoreIndex) as Bool) };
}

/** The share of the rows that count for which `hits` holds. */
export function shareOf(hits: Bool, { classes, counts }: Judged): Scalar {
  if (!counts) return ratio(count(hits), sizeOf(classes.rest));
  return ratio(count(logicalAnd(hits, counts) as Bool), count(counts));
}
