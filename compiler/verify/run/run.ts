/** A run: the calls that a program gets, and what it starts from. Plain data. */
import { must } from '../../../src/errors.ts';
import type { EntryName, Program } from '../../../src/program.ts';
import type { Slot } from '../../../src/slot.ts';
import { slotName } from '../../../src/slot.ts';
import type { Batch, Step } from '../../../runtime/contract.ts';

export interface Call {
  readonly entry: EntryName;
  /** Elements of each input that the entry reads, row-major. */
  readonly batch: Readonly<Record<string, readonly number[]>>;
  /** The value of each symbol. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Hyper-parameters that change from this call on. */
  readonly hyper?: Readonly<Record<string, number>>;
}

export interface Run {
  readonly seed: number;
  readonly capacity: Readonly<Record<string, number>>;
  /** Starting parameters; the others start from their initializers. */
  readonly parameters: Readonly<Record<string, readonly number[]>>;
  readonly calls: readonly Call[];
}

/** The slots that live between calls: everything but the batch. */
export function keptSlots(program: Program): Slot[] {
  const seed = program.seed ? [program.seed] : [];
  return [...program.parameters, ...program.state, ...program.hyper, ...seed];
}

/** The batch of a call with shapes, so that no symbol is left open. */
export function batchOf(program: Program, { batch, sizes }: Call): Batch {
  const entries = program.inputs.flatMap((slot) => {
    const data = batch[slot.name];
    if (!data) return [];
    const shape = slot.shape.map((size) => (typeof size === 'number' ? size : sizeValue(size, sizes)));
    return [[slot.name, { data, shape }] as const];
  });
  return Object.fromEntries(entries);
}

function sizeValue(size: string, sizes: Readonly<Record<string, number>>): number {
  return size.split('*').reduce((value, part) => value * (sizes[part] ?? Number(part)), 1);
}

/** What is in memory between calls. */
export type Kept = ReadonlyMap<Slot, ArrayLike<number>>;

/** What is in memory now, copied. */
export function snapshot(program: Program, step: Step, seed: number): Kept {
  const kept = new Map<Slot, ArrayLike<number>>();
  const tensors = [...step.parameters, ...step.state];
  for (const slot of [...program.parameters, ...program.state]) {
    const tensor = must(
      tensors.find(({ name }) => name === slotName(slot)),
      `tensor ${slotName(slot)}`,
    );
    kept.set(slot, tensor.data.slice());
  }
  program.hyper.forEach((slot, i) => kept.set(slot, [must(step.hyper[i], slot.name)]));
  if (program.seed) kept.set(program.seed, [seed | 0]);
  return kept;
}
