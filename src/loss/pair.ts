/** The form of losses that compare a prediction with a target of the same shape. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { broadcastTo, sum } from '../ops/broadcast.ts';
import type { Same, Shape } from '../shape-types.ts';
import type { Weights } from './checks.ts';
import { checkPair, weightsOf } from './checks.ts';
import type { Float, Reduced, Reduction, ReductionOption } from './reduction.ts';
import { reduceLoss } from './reduction.ts';

/**
 * A loss of two tensors of one shape. Nothing is broadcast: [N] against [N, 1] does not compile. `Extra` are
 * reductions that it alone has.
 */
export interface PairLoss<Options, Extra extends string = never> {
  <S extends Shape, D extends FloatDType, R extends Reduction | Extra = 'mean'>(
    prediction: Expr<S, D>,
    target: Expr<NoInfer<S>, NoInfer<D>>,
    options?: Options & ReductionOption<R>,
  ): Expr<Reduced<S, R>, D>;
  <S extends Shape, T extends Shape, D extends FloatDType, R extends Reduction | Extra = 'mean'>(
    prediction: Expr<S, D>,
    target: Expr<T, NoInfer<D>> & Same<T, S>,
    options?: Options & ReductionOption<R>,
  ): Expr<Reduced<S, R>, D>;
}

export interface WeightOption {
  /** Factors of the losses; they broadcast to the prediction. */
  readonly weight?: Weights;
}

type Given = ReductionOption<Reduction> & WeightOption;

/** A pair loss is its formula per element, and whether a mean divides by the weights or by their number. */
export interface PairFormula<Options> {
  readonly name: string;
  readonly losses: (prediction: Float, target: Float, options: Options) => Expr;
  readonly meanOver?: 'weights' | 'elements';
  /** Throws E-ATTRIBUTE where an option is out of range. */
  readonly check?: (options: Options) => void;
}

/** The builder of a pair loss. */
export function pairLoss<Options extends object>(formula: PairFormula<Partial<Options>>): PairLoss<Options> {
  const { name, losses, meanOver = 'elements', check } = formula;
  const build = (prediction: Float, target: Float, options: Partial<Options> & Given = {}): Expr => {
    checkPair(name, prediction, target);
    check?.(options);
    const weight = weightsOf(name, options.weight, prediction);
    const { reduction } = options;
    const each = losses(prediction, target, options);
    if (!weight || meanOver === 'elements') return reduceLoss(name, each, { reduction, weight });
    return reduceLoss(name, each, { reduction, weight, divisor: sum(broadcastTo(weight, each.shape)) });
  };
  return build as unknown as PairLoss<Options>;
}
