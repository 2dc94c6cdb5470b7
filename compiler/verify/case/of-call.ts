/** A call of a program as a case: what was in memory becomes states and inputs, so that it can be made smaller. */
import { input, state } from '../../../src/declare.ts';
import type { Expr } from '../../../src/expr.ts';
import type { Program } from '../../../src/program.ts';
import type { Slot } from '../../../src/slot.ts';
import { slotName } from '../../../src/slot.ts';
import { mapGraph, rebuild } from '../../../src/walk.ts';
import type { Call, Kept } from '../run/run.ts';
import { Case } from './case.ts';
import type { StateUpdate } from './case.ts';

/** The leaf that stands for what is kept in `slot`. */
function leafFor(slot: Slot): Expr {
  const { shape, dtype } = slot;
  if (slot.kind === 'hyper' || slot.dtype === 'int32') return input(slotName(slot), shape, dtype);
  return state(slotName(slot), shape, { dtype });
}

/** The entry's graph, and the data that `call` finds. Null where the program has no such entry. */
export function caseOfCall(program: Program, call: Call, kept: Kept): Case | null {
  const graph = program[call.entry];
  if (!graph) return null;
  const leaves = new Map<Slot, Expr>([...kept.keys()].map((slot) => [slot, leafFor(slot)]));
  const values = graph.metrics.flatMap(({ value, weight }) => [value, weight]);
  const outputs = [...values, ...graph.outputs.map(({ expr }) => expr)];
  const nexts = graph.updates.map(({ next }) => next);
  const find = mapGraph([...outputs, ...nexts], (node, args) => {
    const leaf = node.slot && node.args.length === 0 ? leaves.get(node.slot) : undefined;
    return leaf ?? rebuild(node, args);
  });
  const updates = graph.updates.flatMap(({ slot, next }): StateUpdate[] => {
    const leaf = leaves.get(slot);
    return leaf?.slot?.kind === 'state' ? [{ state: leaf, next: find(next) }] : [];
  });
  const data = new Map<Slot, readonly number[]>();
  for (const [slot, leaf] of leaves) if (leaf.slot) data.set(leaf.slot, Array.from(kept.get(slot) ?? []));
  for (const slot of program.inputs) data.set(slot, call.batch[slot.name] ?? []);
  for (const slot of program.hyper) {
    const [leaf, changed] = [leaves.get(slot)?.slot, call.hyper?.[slot.name]];
    if (leaf && changed !== undefined) data.set(leaf, [changed]);
  }
  return new Case({ outputs: outputs.map(find), updates, data, sizes: call.sizes });
}
