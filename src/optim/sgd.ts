/** Stochastic gradient descent, with and without momentum. */
import { AdjointError } from '../errors.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { eq, where } from '../ops/compare.ts';
import { checkNonNegative, given } from './checks.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, regularized } from './decay.ts';
import type { Float, Leaf, Optimizer, Rate, Scalar, Transform } from './optimizer.ts';
import { optimizer, transform } from './optimizer.ts';

interface MomentumScalars {
  readonly momentum?: Scalar;
  readonly dampening?: Scalar;
}

/** b = g in the first step, later mu b + (1 - damp) g; the result is b, with Nesterov g + mu b. */
function accelerated(g: Float, leaf: Leaf, rates: MomentumScalars, count: Scalar, nesterov: boolean): Float {
  const { momentum, dampening } = rates;
  if (!momentum) return g;
  const buffer = leaf.keep('momentum_buffer');
  const decayed = mul(buffer.value, momentum);
  const next = dampening ? where(eq(count, 1), g, add(decayed, mul(g, sub(1, dampening)))) : add(decayed, g);
  buffer.set(next);
  return nesterov ? add(g, mul(next, momentum)) : next;
}

export interface SgdOptions extends DecayOptions {
  /** Default 1e-3. */
  readonly lr?: Rate;
  /** Default 0. */
  readonly momentum?: Rate;
  /** Default 0. */
  readonly dampening?: Rate;
  readonly nesterov?: boolean;
}

/**
 * g += wd p; b = g in the first step, later mu b + (1 - damp) g; p -= lr b, with Nesterov lr (g + mu b).
 * As torch.optim.SGD.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { lr = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
  checkNonNegative('sgd', { lr, momentum, dampening, weightDecay });
  if (nesterov && (momentum === 0 || dampening !== 0)) {
    const headline = `sgd: nesterov with ${momentum === 0 ? 'no momentum' : 'dampening'}`;
    const hint = 'Nesterov needs momentum above 0 and no dampening.';
    throw new AdjointError('E-OPTIMIZER', headline, [], hint);
  }
  const rates = { lr, ...given({ momentum, dampening, weightDecay }) };
  return decaying(
    options,
    optimizer('sgd', rates, (gradient, leaf, h, { count }) => {
      const g = regularized(gradient, leaf, h, options);
      return sub(leaf.parameter, mul(accelerated(g, leaf, h, count, nesterov), h.lr));
    }),
  );
}

export interface TraceOptions {
  /** Default 0.9. */
  readonly momentum?: Rate;
  readonly nesterov?: boolean;
}

/** b = mu b + g; the update is b, with Nesterov g + mu b. */
export function trace({ momentum = 0.9, nesterov = false }: TraceOptions = {}): Transform {
  checkNonNegative('trace', { momentum });
  return transform('trace', { momentum }, (g, leaf, h, { count }) =>
    accelerated(g, leaf, h, count, nesterov),
  );
}
