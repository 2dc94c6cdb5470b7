/** RMSprop. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { add, div, mul, sqrt, square, sub } from '../ops/arithmetic.ts';
import type { Shape } from '../shape-types.ts';
import type { Leaf, Optimizer, OptimizerContext } from './optimizer.ts';
import { checkDecay, checkNonNegative } from './checks.ts';

export interface RmspropOptions {
  /** Default 1e-2. */
  readonly lr?: number;
  /** Decay rate of the mean square, in [0, 1); default 0.99. */
  readonly alpha?: number;
  readonly eps?: number;
  readonly weightDecay?: number;
  readonly momentum?: number;
  /** Divide by the standard deviation instead of the root of the mean square. */
  readonly centered?: boolean;
}

/**
 * v = a v + (1 - a) g^2; d = g / (sqrt(v) + eps), centered: v - mean(g)^2 under the root; p -= lr d, or with
 * momentum b = mu b + d, p -= lr b. As torch.optim.RMSprop: eps stands outside the root.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { lr = 1e-2, alpha = 0.99, eps = 1e-8, weightDecay = 0, momentum = 0, centered = false } = options;
  checkNonNegative('rmsprop', { lr, eps, weightDecay, momentum });
  checkDecay('rmsprop', { alpha });
  const direction = (gradient: Expr, leaf: Leaf, { hyper }: OptimizerContext): Expr => {
    const a = hyper('alpha');
    const g: Expr = weightDecay === 0 ? gradient : add(gradient, mul(leaf.parameter, hyper('weightDecay')));
    const v = leaf.keep('meanSquareavg');
    const meanSquare = add(mul(v.value, a), mul(square(g), sub(1, a)));
    v.set(meanSquare);
    const spread = centered ? sub(meanSquare, square(centerOf(g, leaf, a))) : meanSquare;
    const d: Expr = div(g, add(sqrt(spread as Expr<Shape, FloatDType>), hyper('eps')) as Expr);
    if (momentum === 0) return d;
    const buffer = leaf.keep('momentum_buffer');
    const next: Expr = add(mul(buffer.value, hyper('momentum')), d);
    buffer.set(next);
    return next;
  };
  return {
    name: 'rmsprop',
    hyper: {
      lr,
      alpha,
      eps,
      ...(momentum === 0 ? {} : { momentum }),
      ...(weightDecay === 0 ? {} : { weightDecay }),
    },
    update: (gradients, context) =>
      context.leaves.map((leaf, i) =>
        sub(
          leaf.parameter,
          mul(direction(gradients[i] ?? leaf.parameter, leaf, context), context.hyper('lr')),
        ),
      ),
  };
}

function centerOf(g: Expr, leaf: Leaf, alpha: Expr<[], 'float64'>): Expr {
  const average = leaf.keep('grad_avg');
  const next: Expr = add(average.value, mul(sub(g, average.value), sub(1, alpha)));
  average.set(next);
  return next;
}
