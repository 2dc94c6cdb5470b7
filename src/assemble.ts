/** Assembles graphs to a program: finds every slot, checks names, and makes initial values. */
import { AdjointError } from './errors.ts';
import { showShape } from './describe.ts';
import type { Expr } from './expr.ts';
import type { EntryName, Initial, Program } from './program.ts';
import { graphRoots, programGraphs } from './program.ts';
import { severalNeeded } from './ops/normalization.ts';
import { inputRanges } from './ranges.ts';
import type { Streams } from './resolve.ts';
import type { InputSlot, ParameterSlot, Slot, StateSlot } from './slot.ts';
import { slotName } from './slot.ts';
import { postorder } from './walk.ts';

/** The slots of one kind that `roots` read, in the order of the graph. */
export function slotsOfKind<K extends Slot['kind']>(
  roots: readonly Expr[],
  kind: K,
): Extract<Slot, { kind: K }>[] {
  const found = new Set<Slot>();
  for (const { slot } of postorder(roots)) if (slot?.kind === kind) found.add(slot);
  return [...found] as Extract<Slot, { kind: K }>[];
}

/** The program that `graphs` make; `parameters` come first in the order given. Throws E-NAME-TWICE. */
export function assemble(
  name: string,
  graphs: Pick<Program, EntryName>,
  parameters: readonly ParameterSlot[],
  streams: Streams,
): Program {
  const roots = programGraphs(graphs).flatMap(({ graph }) => graphRoots(graph));
  const updated = (graphs.step?.updates ?? []).flatMap(({ slot }) => (slot.kind === 'state' ? [slot] : []));
  const state = [...new Set<StateSlot>([...updated, ...slotsOfKind(roots, 'state')])].filter(
    (s) => s !== streams.seed,
  );
  const inputs = slotsOfKind(roots, 'input');
  const hyper = slotsOfKind(roots, 'hyper');
  const all = [...new Set([...parameters, ...slotsOfKind(roots, 'parameter')])];
  checkNames(inputs, 'input');
  checkNames([...all, ...state, ...hyper], 'tensor');
  const initial = [...all, ...state].map((slot): Initial => ({ slot, value: streams.initialValue(slot) }));
  const seed = streams.seedIsUsed([...roots, ...initial.map(({ value }) => value)]) ? streams.seed : null;
  return {
    name,
    inputs,
    readers: readersOf(graphs, inputs),
    ranges: inputRanges(roots, inputs),
    several: severalNeeded(graphs.step ? postorder(graphRoots(graphs.step)) : []),
    hyper,
    parameters: all,
    state,
    ...graphs,
    initial,
    seed,
  };
}

function readersOf(
  graphs: Pick<Program, EntryName>,
  inputs: readonly InputSlot[],
): Map<InputSlot, readonly EntryName[]> {
  const read = programGraphs(graphs).map(
    ({ entry, graph }) => [entry, new Set(slotsOfKind(graphRoots(graph), 'input'))] as const,
  );
  return new Map(
    inputs.map((slot) => [slot, read.filter(([, slots]) => slots.has(slot)).map(([entry]) => entry)]),
  );
}

function checkNames(slots: readonly Slot[], what: string): void {
  const seen = new Map<string, Slot>();
  for (const slot of slots) {
    const name = slotName(slot);
    const earlier = seen.get(name);
    if (earlier) {
      const details = [earlier, slot].map((s) => `${name}  ${showShape(s.shape)}`);
      throw new AdjointError('E-NAME-TWICE', `two ${what}s are called ${name}`, details);
    }
    seen.set(name, slot);
  }
}
