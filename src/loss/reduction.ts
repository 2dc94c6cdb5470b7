/** What becomes of a loss per element. A mean keeps a quotient at its root, so that batches combine exactly. */
import type { DType, FloatDType } from '../dtype.ts';
import { AdjointError, nearest } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { div, mul } from '../ops/arithmetic.ts';
import { broadcastTo, sum } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { sizeOf } from '../ops/leaves.ts';
import type { Shape } from '../shape-types.ts';

export type Reduction = 'mean' | 'sum' | 'none';

/** The shape of a reduced loss. */
export type Reduced<S extends Shape, R extends string> = R extends 'none' ? S : [];

export interface ReductionOption<R extends string> {
  /** `'mean'` (the default), `'sum'`, or `'none'` for the losses themselves. */
  readonly reduction?: R;
}

/** A float tensor whose shape and precision the types of an inner function leave open. */
export type Float = Expr<Shape, FloatDType>;

const reductions: readonly string[] = ['mean', 'sum', 'none'];

/** Throws E-ATTRIBUTE unless `reduction` is one of `allowed`. */
export function checkReduction(
  what: string,
  reduction: string,
  allowed: readonly string[] = reductions,
): void {
  if (allowed.includes(reduction)) return;
  const near = nearest(reduction, allowed);
  throw new AdjointError(
    'E-ATTRIBUTE',
    `${what}: there is no reduction '${reduction}'`,
    [],
    near ? `Did you mean '${near}'?` : `Choose one of ${allowed.join(', ')}.`,
  );
}

export interface ReduceRequest {
  readonly reduction?: Reduction | undefined;
  /** Factors of the losses; they broadcast to them. */
  readonly weight?: Expr | null;
  /** What a mean divides by; default: the number of losses. */
  readonly divisor?: Expr;
}

/** Reduces the losses of `what`. */
export function reduceLoss(what: string, losses: Expr, request: ReduceRequest = {}): Expr {
  const { reduction = 'mean', weight, divisor = cast(sizeOf(losses.shape), losses.dtype) as Expr } = request;
  checkReduction(what, reduction);
  const weighted = weight ? mul(losses, broadcastTo(weight, losses.shape)) : losses;
  if (reduction === 'none') return weighted;
  const total = sum(weighted) as Expr<[], DType>;
  return reduction === 'sum' ? total : div(total as Expr<[], FloatDType>, divisor as Expr<[], FloatDType>);
}
