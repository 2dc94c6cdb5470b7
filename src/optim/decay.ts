/** Weight decay and direction, as most optimizers have them. */
import { add, mul, neg, sub } from '../ops/arithmetic.ts';
import type { Float, Leaf, Optimizer, Rate, Scalar } from './optimizer.ts';
import type { Selection } from '../select.ts';
import { checkLeaves, selectsLeaf } from './select.ts';

export interface DecayOptions {
  readonly weightDecay?: Rate;
  /** The parameters that decay; default all. `optim.matrices` leaves biases and norms out. */
  readonly decayOnly?: Selection;
  /** Go uphill: make the loss larger. */
  readonly maximize?: boolean;
}

interface DecayScalars {
  readonly weightDecay?: Scalar;
}

function decayOf({ weightDecay }: DecayScalars, { decayOnly }: DecayOptions, leaf: Leaf): Scalar | null {
  return weightDecay && (decayOnly === undefined || selectsLeaf(decayOnly, leaf)) ? weightDecay : null;
}

/** The same optimizer; it throws E-NAME-UNKNOWN where `decayOnly` names no parameter. */
export function decaying({ decayOnly }: DecayOptions, inner: Optimizer): Optimizer {
  if (decayOnly === undefined) return inner;
  return {
    name: inner.name,
    update: (gradients, context) => {
      checkLeaves(inner.name, decayOnly, context.leaves);
      return inner.update(gradients, context);
    },
  };
}

/** g, or -g where the loss is maximized. */
export function signed(g: Float, { maximize = false }: DecayOptions): Float {
  return maximize ? neg(g) : g;
}

/** g + wd p: the gradient of the loss with wd / 2 |p|^2 added. g is negated first where the loss is maximized. */
export function regularized(g: Float, leaf: Leaf, rates: DecayScalars, options: DecayOptions): Float {
  const weightDecay = decayOf(rates, options, leaf);
  const uphill = signed(g, options);
  return weightDecay ? add(uphill, mul(leaf.parameter, weightDecay)) : uphill;
}

/** p (1 - lr wd): decay apart from the gradient. */
export function shrunk(
  leaf: Leaf,
  rates: DecayScalars & { readonly lr: Scalar },
  options: DecayOptions,
): Float {
  const weightDecay = decayOf(rates, options, leaf);
  return weightDecay ? mul(leaf.parameter, sub(1, mul(rates.lr, weightDecay))) : leaf.parameter;
}
