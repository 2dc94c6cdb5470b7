/** How well yes-or-no predictions do. A score above the threshold says yes. */
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { checkFloat, checkShapeIs } from '../loss/checks.ts';
import { add } from '../ops/arithmetic.ts';
import { gt, logicalAnd, logicalNot, logicalXor } from '../ops/compare.ts';
import { sizeOf } from '../ops/leaves.ts';
import type { Same, Shape } from '../shape-types.ts';
import type { Bool, Scalar } from './counts.ts';
import { count, ratio } from './counts.ts';

export interface ThresholdOption {
  /** Scores above it say yes; default 0, which suits logits. For probabilities, 0.5. */
  readonly threshold?: number;
}

/** A metric of scores and targets of one shape; a target above 1/2, or true, is a yes. */
export interface BinaryMetric {
  <S extends Shape, T extends Shape>(
    scores: Expr<S, FloatDType>,
    target: Expr<T, DType> & Same<T, S>,
    options?: ThresholdOption,
  ): Scalar;
}

interface Answers {
  readonly said: Bool;
  readonly holds: Bool;
  readonly all: Scalar;
}

function binaryMetric(name: string, formula: (answers: Answers) => Scalar): BinaryMetric {
  const build = (scores: Expr, target: Expr, { threshold = 0 }: ThresholdOption = {}): Scalar => {
    checkFloat(name, scores);
    checkShapeIs(name, target, scores.shape, scores);
    const said = gt(scores, threshold) as Bool;
    return formula({ said, holds: truths(target), all: sizeOf(scores.shape) });
  };
  return build as BinaryMetric;
}

function truths(target: Expr): Bool {
  if (target.dtype === 'bool') return target as Bool;
  return gt(target, isFloat(target.dtype) ? 0.5 : 0) as Bool;
}

const both = ({ said, holds }: Answers): Scalar => count(logicalAnd(said, holds) as Bool);

/** The share of answers that are right. */
export const binaryAccuracy: BinaryMetric = binaryMetric('binaryAccuracy', ({ said, holds, all }) =>
  ratio(count(logicalNot(logicalXor(said, holds) as Bool)), all),
);

/**
 * Of those that were said to be, the share that are; NaN where nothing was. What is below the line depends on
 * parameters, so that batches are averaged and not combined.
 */
export const precision: BinaryMetric = binaryMetric('precision', (answers) =>
  ratio(both(answers), count(answers.said)),
);

/** Of those that are, the share that was found; NaN where there are none. Batches combine exactly. */
export const recall: BinaryMetric = binaryMetric('recall', (answers) =>
  ratio(both(answers), count(answers.holds)),
);

/**
 * The harmonic mean of precision and recall: 2 TP / (said + held). NaN where both are empty. Batches are averaged and
 * not combined.
 */
export const f1: BinaryMetric = binaryMetric('f1', (answers) => {
  const hits = both(answers);
  return ratio(add(hits, hits), add(count(answers.said), count(answers.holds)));
});
