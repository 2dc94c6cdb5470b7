/** Contexts made of contexts: under a prefix, for some leaves, or for updates that happen at times only. */
import type { Expr } from '../expr.ts';
import { where } from '../ops/compare.ts';
import type { Float, Kept, Leaf, OptimizerContext, Scalar } from './optimizer.ts';

/** The same context with hyper-parameters and shared state called `prefix.name`. */
export function named(prefix: string, context: OptimizerContext): OptimizerContext {
  return {
    ...context,
    hyper: (name, value) => context.hyper(`${prefix}.${name}`, value),
    keep: (name, initial) => context.keep(`${prefix}.${name}`, initial),
  };
}

/** The context of some of the leaves. */
export function restricted(context: OptimizerContext, chosen: readonly Leaf[]): OptimizerContext {
  return {
    ...context,
    leaves: chosen,
    gradientsAt: (parameters) => {
      const moved = context.leaves.map((leaf) => parameters[chosen.indexOf(leaf)] ?? leaf.parameter);
      const gradients = context.gradientsAt(moved);
      return gradients.filter((_, i) => chosen.includes(context.leaves[i] as Leaf));
    },
  };
}

function gatedKept<E extends Expr>(kept: Kept<E>, active: Expr<[], 'bool'>): Kept<E> {
  return { ...kept, set: (next) => kept.set(where(active, next as Float, kept.value as Float) as Expr as E) };
}

/** A context whose state changes where `active` holds only, with `count` for the number of the update. */
export function gated(context: OptimizerContext, active: Expr<[], 'bool'>, count: Scalar): OptimizerContext {
  return {
    ...context,
    count,
    leaves: context.leaves.map((leaf) => ({
      ...leaf,
      keep: (name, options) => gatedKept(leaf.keep(name, options), active),
    })),
    keep: (name, initial) => gatedKept(context.keep(name, initial), active),
  };
}
