/** Losses that want scores to be apart by a margin. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { add, div, mul, neg, sub } from '../ops/arithmetic.ts';
import { broadcastTo, sum } from '../ops/broadcast.ts';
import { ne, where } from '../ops/compare.ts';
import { sizeOf } from '../ops/leaves.ts';
import type { Dim, Same, Shape } from '../shape-types.ts';
import { logitsLoss } from './binary.ts';
import type { Weights } from './checks.ts';
import { checkPair, weightsOf } from './checks.ts';
import type { PairLoss } from './pair.ts';
import { pairLoss } from './pair.ts';
import type { Float, Reduced, Reduction, ReductionOption } from './reduction.ts';
import { reduceLoss } from './reduction.ts';
import { clampBelow, softplus } from './stable.ts';

export interface MarginOption {
  /** The distance wanted; the default depends on the loss. */
  readonly margin?: number;
}

/** Of a distance x: x where the target is 1, max(0, margin - x) where it is -1. Default margin 1. */
export const hingeEmbedding: PairLoss<MarginOption> = pairLoss<MarginOption>({
  name: 'hingeEmbedding',
  losses: (x, y, { margin = 1 }) => {
    const far = where(ne(y, 1), clampBelow(sub(margin, x)), 0) as Float;
    return add(far, where(ne(y, -1), x, 0) as Float);
  },
});

/** log(1 + e^(-y x)) of a score x and a target of +1 or -1, without overflow. */
export const softMargin: PairLoss<object> = pairLoss({
  name: 'softMargin',
  losses: (x, y) => softplus(neg(mul(y, x))),
});

/** The shape without its last axis. */
export type WithoutLast<S extends Shape> = S extends readonly [...infer L extends Shape, Dim] ? L : Shape;

export interface MultiLabelSoftMarginOptions<R extends Reduction> extends ReductionOption<R> {
  /** One factor per class. */
  readonly weight?: Weights;
}

/** The mean over classes, which are the last axis, of `bceWithLogits`; targets are 0 or 1. */
export function multiLabelSoftMargin<
  S extends Shape,
  T extends Shape,
  D extends FloatDType,
  R extends Reduction = 'mean',
>(
  logits: Expr<S, D>,
  target: Expr<T, NoInfer<D>> & Same<T, S>,
  options: MultiLabelSoftMarginOptions<R> = {},
): Expr<Reduced<WithoutLast<S>, R>, D> {
  const what = 'multiLabelSoftMargin';
  const [x, y] = [logits as Float, target as Float];
  checkPair(what, x, y);
  const weight = weightsOf(what, options.weight, x);
  const each = logitsLoss(x, y, null);
  const weighted = weight ? mul(each, broadcastTo(weight, x.shape) as Float) : each;
  const losses = div(sum(weighted, { axis: -1 }) as Float, sizeOf(x.shape.slice(-1)));
  const { reduction } = options;
  return reduceLoss(what, losses, { reduction }) as unknown as Expr<Reduced<WithoutLast<S>, R>, D>;
}
