/**
 * A case: expressions with the numbers that they read. What generators make, what shrinking makes smaller, and what
 * a reproducer rebuilds.
 */
import { constant, withUpdate } from '../../../src/ops/index.ts';
import type { AttrValue, Expr } from '../../../src/expr.ts';
import type { Loss, Program } from '../../../src/program.ts';
import type { InputSlot, Slot, StateSlot } from '../../../src/slot.ts';
import { factors, isSize } from '../../../src/size.ts';
import { tensor } from '../../../src/ops/leaves.ts';
import { sgd } from '../../../src/optim/sgd.ts';
import { inference, training } from '../../../src/training.ts';
import { postorder } from '../../../src/walk.ts';
import type { Run } from '../run/run.ts';
import { toStringMethod } from './printed.ts';
import { writeSnippet } from './snippet.ts';

/** A state and what a step leaves in it. */
export interface StateUpdate {
  readonly state: Expr;
  readonly next: Expr;
}

export interface CaseFields {
  /** Values to compute. */
  readonly outputs: readonly Expr[];
  /** States that a step changes, all at once. */
  readonly updates: readonly StateUpdate[];
  /** The elements of every input, and of every state at first. */
  readonly data: ReadonlyMap<Slot, readonly number[]>;
  /** The value of each symbol. */
  readonly sizes: Readonly<Record<string, number>>;
}

export class Case implements CaseFields {
  readonly outputs: readonly Expr[];
  readonly updates: readonly StateUpdate[];
  readonly data: ReadonlyMap<Slot, readonly number[]>;
  readonly sizes: Readonly<Record<string, number>>;

  constructor({ outputs, updates, data, sizes }: CaseFields) {
    this.outputs = outputs;
    this.updates = updates;
    const used = new Set(symbolsOf([...outputs, ...updates.map(({ next }) => next)]));
    this.sizes = Object.fromEntries(Object.entries(sizes).filter(([symbol]) => used.has(symbol)));
    const read = new Set(postorder([...outputs, ...updates.map(({ next }) => next)]).map(({ slot }) => slot));
    for (const { state } of updates) read.add(state.slot);
    this.data = new Map([...data].filter(([slot]) => read.has(slot)));
  }

  /** The expressions of outputs and next values. */
  get roots(): readonly Expr[] {
    return [...this.outputs, ...this.updates.map(({ next }) => next)];
  }

  /** Nodes that the roots depend on, leaves included. */
  get size(): number {
    return postorder(this.roots).length;
  }

  /** A TypeScript program that rebuilds the case and checks it. */
  toString(): string {
    return writeSnippet(this);
  }

  [toStringMethod](): string {
    return `\n${this.toString()}`;
  }
}

/** The symbols in the sizes of nodes, and in what nodes say of sizes. */
function symbolsOf(roots: readonly Expr[]): string[] {
  const inside = (value: AttrValue): string[] => {
    if (Array.isArray(value)) return (value as readonly AttrValue[]).flatMap(inside);
    return isSize(value) ? [...factors(value).symbols] : [];
  };
  const sizes = (node: Expr): AttrValue[] =>
    [node.attrs['shape'], node.attrs['size'], node.attrs['length']].flatMap((x) => x ?? []);
  return postorder(roots).flatMap((node) => [...node.shape, ...sizes(node)].flatMap(inside));
}

/** Whether the inputs of each entry tell every size that the entry has. */
export function sizesAreTold({ outputs, updates }: CaseFields): boolean {
  return [outputs, updates.map(({ next }) => next)].every((roots) => {
    const told = new Set(
      postorder(roots).flatMap(({ slot }) =>
        slot?.kind === 'input' ? slot.shape.flatMap((size) => factors(size).symbols) : [],
      ),
    );
    return symbolsOf(roots).every((symbol) => told.has(symbol));
  });
}

/** The slots of one kind among those that have data. */
export function slotsWithData<K extends Slot['kind']>(of: CaseFields, kind: K): Extract<Slot, { kind: K }>[] {
  return [...of.data.keys()].filter((slot): slot is Extract<Slot, { kind: K }> => slot.kind === kind);
}

/** The case as a program: outputs are predicted, states are updated by a step without parameters. */
export function programOf(of: Case): Program {
  const program = declared(of);
  const started = new Map<Slot, Expr>(slotsWithData(of, 'state').map((slot) => [slot, startOf(slot, of)]));
  const initial = program.initial.map(({ slot, value }) => ({ slot, value: started.get(slot) ?? value }));
  return { ...program, initial };
}

function declared(of: Case): Program {
  const outputs = Object.fromEntries(of.outputs.map((expr, i) => [`y${i}`, expr]));
  if (of.updates.length === 0) return inference({ name: 'case', outputs });
  return training({ name: 'case', loss: lossOf(of), optimizer: sgd({ lr: 0 }), outputs });
}

/** A loss that is 0, and updates the states of a case. */
export function lossOf({ updates }: CaseFields): Loss {
  return updates.reduce<Loss>(
    (value, { state, next }) => withUpdate(value, state, next),
    constant(0, 'float64'),
  );
}

/** The starting value of a state as an expression. */
function startOf(slot: StateSlot, { data }: Case): Expr {
  return tensor(data.get(slot) ?? [], slot.shape as number[], slot.dtype);
}

/** The inputs of a case; with `back`, each from its last element to its first. */
function batchOf(of: Case, back: boolean): Record<string, readonly number[]> {
  const entries = slotsWithData(of, 'input').map((slot: InputSlot) => {
    const data = of.data.get(slot) ?? [];
    return [slot.name, back ? data.toReversed() : data] as const;
  });
  return Object.fromEntries(entries);
}

/**
 * The calls that a case gets: its outputs after those of other numbers, which must leave no trace, then two steps, of
 * which the second finds what the first left.
 */
export function runOf(of: Case): Run {
  const { sizes } = of;
  const batch = batchOf(of, false);
  const before = { entry: 'predict', batch: batchOf(of, true), sizes } as const;
  const outputs = of.outputs.length > 0 ? [before, { entry: 'predict', batch, sizes } as const] : [];
  const step = { entry: 'step', batch, sizes } as const;
  const steps = of.updates.length > 0 ? [step, step] : [];
  const capacity = Object.fromEntries(Object.entries(sizes).map(([symbol, size]) => [symbol, size + 3]));
  return { seed: 0, capacity, parameters: {}, calls: [...outputs, ...steps] };
}
