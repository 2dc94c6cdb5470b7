/** Losses of classifiers. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { neg } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { eq, where } from '../ops/compare.ts';
import { iota } from '../ops/leaves.ts';
import { unsqueeze } from '../ops/reshape.ts';
import { logSoftmax } from '../ops/softmax.ts';
import type { Dim, Shape } from '../shape-types.ts';
import { reduceLoss } from './reduction.ts';

type Float = Expr<Shape, FloatDType>;

/**
 * Cross-entropy of logits [N, C] against class indices [N] (int32 in [0, C)): the mean of -log softmax(logits) at
 * the target.
 */
export function crossEntropy<N extends Dim, C extends Dim, D extends FloatDType>(
  logits: Expr<readonly [N, C], D>,
  target: Expr<readonly [NoInfer<N>], 'int32'>,
): Expr<[], D> {
  checkTarget(logits, target);
  const logProbabilities = logSoftmax(logits as Float);
  const columns = iota(logits.shape, 1);
  const chosen = eq(columns, unsqueeze(target, -1) as Expr<Shape, 'int32'>);
  const picked: Expr = sum(where(chosen as Expr<Shape, 'bool'>, logProbabilities, 0), { axis: 1 });
  return reduceLoss(neg(picked as Float)) as unknown as Expr<[], D>;
}

function checkTarget(logits: Expr, target: Expr): void {
  const fits = logits.shape.length === 2 && target.shape.length === 1 && target.shape[0] === logits.shape[0];
  if (!fits) {
    const headline = `crossEntropy: targets ${showShape(target.shape)} for logits ${showShape(logits.shape)}`;
    throw new AdjointError(
      'E-SHAPE-SAME',
      headline,
      [describe(logits), describe(target)],
      'Logits are [N, C], class indices [N].',
    );
  }
  must(logits.shape[1], 'classes');
  if (target.dtype !== 'int32') {
    throw new AdjointError('E-DTYPE', 'crossEntropy: class indices are int32', [describe(target)]);
  }
}
