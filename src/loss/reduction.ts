/** What becomes of a loss per element. */
import type { Expr } from '../expr.ts';
import { sum } from '../ops/broadcast.ts';
import { mean } from '../ops/reduce.ts';
import type { Shape } from '../shape-types.ts';

export type Reduction = 'mean' | 'sum' | 'none';

/** The shape of a reduced loss. */
export type Reduced<S extends Shape, R extends Reduction> = R extends 'none' ? S : [];

/** The mean over all elements unless told otherwise. */
export function reduceLoss(losses: Expr, reduction: Reduction = 'mean'): Expr {
  if (reduction === 'none') return losses;
  return reduction === 'sum' ? sum(losses) : mean(losses);
}
