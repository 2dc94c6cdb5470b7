/** Stochastic gradient descent. */
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { add, mul, sub } from '../ops/arithmetic.ts';
import { eq, where } from '../ops/compare.ts';
import type { Leaf, Optimizer, OptimizerContext } from './optimizer.ts';
import { checkNonNegative } from './checks.ts';

export interface SgdOptions {
  /** Default 1e-3. */
  readonly lr?: number;
  readonly momentum?: number;
  readonly dampening?: number;
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
}

/**
 * g += wd p; b = g in the first step, later mu b + (1 - damp) g; p -= lr (g + mu b) with Nesterov, else lr b.
 * As torch.optim.SGD.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { lr = 1e-3, momentum = 0, dampening = 0, weightDecay = 0, nesterov = false } = options;
  checkNonNegative('sgd', { lr, momentum, weightDecay });
  if (nesterov && (momentum <= 0 || dampening !== 0)) {
    const hint = 'Nesterov needs momentum above 0 and no dampening.';
    throw new AdjointError(
      'E-OPTIMIZER',
      `sgd: nesterov with momentum ${momentum}, dampening ${dampening}`,
      [],
      hint,
    );
  }
  const direction = (g: Expr, leaf: Leaf, { hyper, count }: OptimizerContext): Expr => {
    const decayed: Expr = weightDecay === 0 ? g : add(g, mul(leaf.parameter, hyper('weightDecay')));
    if (momentum === 0) return decayed;
    const buffer = leaf.keep('momentum_buffer');
    const fed: Expr = dampening === 0 ? decayed : mul(decayed, sub(1, hyper('dampening')));
    const later: Expr = add(mul(buffer.value, hyper('momentum')), fed);
    const next: Expr = dampening === 0 ? later : where(eq(count, 1), decayed, later);
    buffer.set(next);
    return nesterov ? add(decayed, mul(next, hyper('momentum'))) : next;
  };
  return {
    name: 'sgd',
    hyper: {
      lr,
      ...(momentum === 0 ? {} : { momentum }),
      ...(dampening === 0 ? {} : { dampening }),
      ...(weightDecay === 0 ? {} : { weightDecay }),
    },
    update: (gradients, context) =>
      context.leaves.map((leaf, i) => {
        const step = mul(direction(gradients[i] ?? leaf.parameter, leaf, context), context.hyper('lr'));
        return sub(leaf.parameter, step);
      }),
  };
}
