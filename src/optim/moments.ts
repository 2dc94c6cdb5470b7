/** Running averages of gradients, as state under PyTorch's names. */
import { add, mul, square, sub } from '../ops/arithmetic.ts';
import { pow } from '../ops/power.ts';
import type { Float, Kept, Leaf, Scalar } from './optimizer.ts';

/** x + weight (y - x). */
export function lerp(x: Float, y: Float, weight: Scalar): Float {
  return add(x, mul(sub(y, x), weight));
}

/** Sets what is kept, and returns it. */
export function kept<E extends Float>(place: Kept<E>, next: E): E {
  place.set(next);
  return next;
}

/** m += (1 - beta) (g - m). */
export function firstMoment(g: Float, leaf: Leaf, beta: Scalar, name = 'exp_avg'): Float {
  const m = leaf.keep(name);
  return kept(m, lerp(m.value, g, sub(1, beta)));
}

/** v = beta v + (1 - beta) g^2. */
export function secondMoment(g: Float, leaf: Leaf, beta: Scalar, name = 'exp_avg_sq'): Float {
  const v = leaf.keep(name);
  return kept(v, add(mul(v.value, beta), mul(square(g), sub(1, beta))));
}

/** 1 - beta^t: what a running average from 0 lacks after t steps. */
export function correction(beta: Scalar, count: Scalar): Scalar {
  return sub(1, pow(beta, count));
}
