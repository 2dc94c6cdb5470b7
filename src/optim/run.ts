/** Runs an optimizer's builder: collects the state it keeps, the updates it makes, and what evaluation reads. */
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { filled, hyper as declareHyper } from '../declare.ts';
import { cast } from '../ops/cast.ts';
import { uniformOp } from '../ops/random.ts';
import { slotLeaf, stateOp } from '../ops/leaves.ts';
import type { Update } from '../program.ts';
import type { Streams } from '../resolve.ts';
import type { ParameterSlot, Slot, StateSlot } from '../slot.ts';
import { slotName } from '../slot.ts';
import type { Size } from '../size.ts';
import { mapGraph, rebuild } from '../walk.ts';
import { flushSubnormal } from './flush.ts';
import type { Float, Kept, Leaf, Optimizer, OptimizerContext, Scalar } from './optimizer.ts';

/** What a step offers an optimizer. */
export interface OptimizerInput {
  /** The leaves of the trained parameters. */
  readonly parameters: readonly Expr[];
  /** Their gradients. */
  readonly gradients: readonly Expr[];
  readonly weight: Expr;
  /** The gradients of the loss where other expressions stand for the parameters. */
  readonly gradientsAt: (parameters: readonly Expr[]) => readonly Expr[];
}

export interface Optimized {
  readonly updates: readonly Update[];
  /** What stands for a parameter in evaluation, where it is not the parameter itself. */
  readonly evaluated: ReadonlyMap<Slot, Expr>;
}

/** What rules ask for, in the order of asking. */
class Ledger {
  readonly updates: Update[] = [];
  readonly evaluated = new Map<Slot, Expr>();
  readonly #hypers = new Map<string, Scalar>();

  /** A hyper-parameter asked for twice under one name is one. */
  hyper(name: string, value: number): Scalar {
    const known = this.#hypers.get(name) ?? declareHyper(name, value);
    this.#hypers.set(name, known);
    return known;
  }

  keep(name: string, shape: readonly Size[], dtype: DType, initial: number): Kept {
    const init = filled(initial);
    const slot: StateSlot = { kind: 'state', name, shape, dtype, init, scope: () => null };
    return {
      value: slotLeaf(stateOp, slot) as Float,
      set: (next) => {
        this.updates.push({ slot, next: flushSubnormal(fitted(slot, next)) });
      },
    };
  }

  leaf(parameter: Expr): Leaf {
    const slot = slotOf(parameter);
    const { shape, dtype } = slot;
    return {
      name: slotName(slot),
      parameter: parameter as Float,
      keep: (key, options = {}) =>
        this.keep(`${slotName(slot)}.${key}`, options.shape ?? shape, dtype, options.initial ?? 0),
      evaluateAt: (value) => {
        this.evaluated.set(slot, fitted(slot, value));
      },
    };
  }
}

function slotOf(parameter: Expr): ParameterSlot {
  return must(parameter.slot, 'slot of a parameter') as ParameterSlot;
}

/** `next` in the dtype of its slot. Throws E-SHAPE-SAME where a rule makes another shape. */
function fitted(slot: ParameterSlot | StateSlot, next: Expr): Float {
  if (showShape(next.shape) !== showShape(slot.shape)) {
    const name = slotName(slot);
    throw new AdjointError('E-SHAPE-SAME', `the update of ${name} has another shape than ${name}`, [
      `${name}  ${showShape(slot.shape)}`,
      describe(next),
    ]);
  }
  return cast(next, slot.dtype) as Float;
}

/** New parameters and new optimizer state, as updates. A parameter that its rule returns as it is has none. */
export function runOptimizer(optimizer: Optimizer, step: OptimizerInput, streams: Streams): Optimized {
  const ledger = new Ledger();
  const context: OptimizerContext = {
    leaves: step.parameters.map((parameter) => ledger.leaf(parameter)),
    count: streams.count(),
    weight: step.weight as Scalar,
    hyper: (name, value) => ledger.hyper(name, value),
    keep: (name, initial = 0) => ledger.keep(name, [], 'float64', initial) as Kept<Scalar>,
    gradientsAt: (parameters) => step.gradientsAt(parameters) as Float[],
  };
  const next = optimizer.update(step.gradients as readonly Float[], context);
  const moved = step.parameters.flatMap((parameter, i): Update[] => {
    const value = must(next[i], 'new parameter');
    const slot = slotOf(parameter);
    return value === parameter ? [] : [{ slot, next: fitted(slot, value) }];
  });
  return { updates: numberRandom([...moved, ...ledger.updates], streams), evaluated: ledger.evaluated };
}

/** Gives the random nodes that rules declare their streams. */
function numberRandom(updates: readonly Update[], streams: Streams): Update[] {
  const find = mapGraph(
    updates.map(({ next }) => next),
    (node, args) => (node.op.name === uniformOp.name ? streams.resolve(node, 'step') : rebuild(node, args)),
  );
  return updates.map(({ slot, next }) => ({ slot, next: find(next) }));
}
