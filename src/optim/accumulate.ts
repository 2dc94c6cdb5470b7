/** Updates over several batches. */
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { eq, where } from '../ops/compare.ts';
import { choose, wholeQuotient } from '../schedule/number.ts';
import { checkCount } from './checks.ts';
import { gated } from './context.ts';
import type { Float, Optimizer } from './optimizer.ts';

export interface AccumulateOptions {
  /** Batches per update. */
  readonly every: number;
}

/**
 * Updates once in `every` steps, with the gradient of the loss over all their batches together: gradients are weighted
 * with the loss's denominators, so micro-batches of unlike sizes combine exactly. Schedules count updates.
 *
 * A step has no branches: each one computes the inner update, and drops it where none is due. That costs what the
 * optimizer costs, a few passes over the parameters, in every step.
 */
export function accumulate(optimizer: Optimizer, { every }: AccumulateOptions): Optimizer {
  checkCount('accumulate', { every });
  return {
    name: `accumulate(${optimizer.name})`,
    update: (gradients, context) => {
      const { count, leaves } = context;
      const updates = add(wholeQuotient(sub(count, 1), every), 1);
      const due = eq(mul(updates, every), count);
      const seen = context.keep('accumulated.weight');
      const weight = add(seen.value, context.weight);
      seen.set(choose(due, 0, weight));
      const means = leaves.map((leaf, i) => {
        const place = leaf.keep('accumulated');
        const total = add(place.value, mul(gradients[i] ?? leaf.parameter, context.weight));
        place.set(where(due, 0, total));
        return div(total, weight as Float);
      });
      const next = optimizer.update(means, { ...gated(context, due, updates), weight });
      return leaves.map((leaf, i) => where(due, next[i] ?? leaf.parameter, leaf.parameter));
    },
  };
}
