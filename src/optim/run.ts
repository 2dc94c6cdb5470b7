/** Runs an optimizer's builder: collects the state it keeps and the updates it makes. */
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { isExpr } from '../expr.ts';
import { filled, hyper as declareHyper } from '../declare.ts';
import { slotLeaf, stateOp } from '../ops/leaves.ts';
import type { Update } from '../program.ts';
import type { Streams } from '../resolve.ts';
import type { ParameterSlot, StateSlot } from '../slot.ts';
import { slotName } from '../slot.ts';
import type { Kept, Leaf, Optimizer, OptimizerContext } from './optimizer.ts';

type KeepOptions = Parameters<Leaf['keep']>[1];

class Keeper {
  readonly updates: Update[] = [];

  /** Declares a state slot called `name`, like `like` unless told otherwise. */
  keep(name: string, like: Expr | null, options: KeepOptions = {}): Kept {
    const { initial = 0 } = options;
    const slot: StateSlot = {
      kind: 'state',
      name,
      shape: options.shape ?? like?.shape ?? [],
      dtype: options.dtype ?? like?.dtype ?? 'float64',
      init: isExpr(initial) ? { name: 'expression', value: () => initial } : filled(initial),
      scope: () => null,
    };
    return {
      value: slotLeaf(stateOp, slot),
      set: (next) => {
        this.updates.push({ slot, next });
      },
    };
  }
}

/** New parameters and new optimizer state, as updates. */
export function runOptimizer(
  optimizer: Optimizer,
  parameters: readonly Expr[],
  gradients: readonly Expr[],
  streams: Streams,
): { readonly updates: readonly Update[] } {
  const keeper = new Keeper();
  const hypers = new Map<string, Expr<[], 'float64'>>();
  const hyper = (name: string): Expr<[], 'float64'> => {
    const value = must(optimizer.hyper[name], `hyper-parameter ${name}`);
    if (!hypers.has(name)) hypers.set(name, declareHyper(name, value));
    return must(hypers.get(name), name);
  };
  const leaves = parameters.map((parameter): Leaf => {
    const name = slotName(must(parameter.slot, 'slot of a parameter'));
    return { name, parameter, keep: (key, options) => keeper.keep(`${name}.${key}`, parameter, options) };
  });
  const context: OptimizerContext = {
    leaves,
    count: streams.count(),
    hyper,
    keep: (key, options) => keeper.keep(key, null, options),
  };
  const next = optimizer.update(gradients, context);
  const updates = parameters.map((parameter, i): Update => {
    return { slot: parameter.slot as ParameterSlot, next: must(next[i], 'new parameter') };
  });
  return { updates: [...updates, ...keeper.updates] };
}
