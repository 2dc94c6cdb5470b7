/** The memory of a lowered program: what its one arena holds. */
import { bytesPerElement } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';
import type { Buffer } from '../../src/kernel/language.ts';
import { product } from '../../src/size.ts';
import type { Slot } from '../../src/slot.ts';
import type { Lowered } from '../lowered.ts';
import { Polynomial, sum } from './polynomial.ts';
import type { Sizes } from './polynomial.ts';

export interface MemoryPart {
  readonly name: string;
  readonly bytes: Polynomial;
}

export interface MemoryReport {
  /** The arena is allocated once, so this is the peak as well. */
  readonly arena: Polynomial;
  /** Bytes of the arena where the named sizes are the capacity: units are rounded up to multiples of 4. */
  readonly arenaBytes: number;
  /** The sum if nothing shared memory. */
  readonly unplanned: Polynomial;
  readonly unplannedBytes: number;
  /** What no plan can do without: what lives between calls, and the activations that the backward pass reads. */
  readonly parts: readonly MemoryPart[];
  readonly neededBytes: number;
}

const bytesOf = ({ size, dtype }: Buffer): Polynomial => Polynomial.of(size).times(bytesPerElement[dtype]);

function regionSum({ memory }: Lowered, bytes: (region: number) => number): Polynomial {
  return sum(memory.regions.map(({ symbols }, i) => Polynomial.of(product(symbols)).times(bytes(i))));
}

/** The size that a step's memory has: as `create` computes it, without room for a resident data set. */
export function arenaBytes(
  { memory }: Lowered,
  sizes: Sizes,
  bytes: readonly number[] = memory.regions.map((of) => of.bytes),
): number {
  return memory.regions.reduce((total, { symbols }, i) => {
    const unit = Polynomial.of(product(symbols)).at(sizes);
    const rounded = symbols.length > 0 ? Math.ceil(unit / 4) * 4 : 1;
    return total + Math.ceil(((bytes[i] ?? 0) * rounded) / 16) * 16;
  }, 0);
}

function neededParts(lowered: Lowered): MemoryPart[] {
  const { program, slots, metrics, outputs, constants } = lowered;
  const part = (name: string, buffers: readonly Buffer[]): MemoryPart => ({
    name,
    bytes: sum(buffers.map(bytesOf)),
  });
  const ofSlots = (name: string, of: readonly Slot[]): MemoryPart =>
    part(
      name,
      of.map((slot) => must(slots.get(slot), 'buffer of a slot')),
    );
  return [
    ofSlots('parameters', program.parameters),
    ofSlots('state', program.seed ? [...program.state, program.seed] : program.state),
    ofSlots('inputs', program.inputs),
    ofSlots('rates', program.hyper),
    part('metrics', metrics),
    part('outputs', outputs),
    part(
      'constants',
      constants.map(({ buffer }) => buffer),
    ),
    part('activations', activations(lowered)),
  ];
}

/** Scratch of the step that is written before the loss is tested, and read after it. */
function activations({ entries }: Lowered): Buffer[] {
  const step = entries.find(({ name }) => name === 'step');
  if (!step) return [];
  const written = new Set(step.before.flatMap(({ outputs }) => outputs));
  const read = new Set(step.after.flatMap(({ inputs }) => inputs));
  return step.scratch.filter((buffer) => written.has(buffer) && read.has(buffer));
}

export function memoryReport(lowered: Lowered, sizes: Sizes): MemoryReport {
  const { memory } = lowered;
  const parts = neededParts(lowered);
  return {
    arena: regionSum(lowered, (i) => memory.regions[i]?.bytes ?? 0),
    arenaBytes: arenaBytes(lowered, sizes),
    unplanned: regionSum(lowered, (i) => memory.unplanned[i] ?? 0),
    unplannedBytes: arenaBytes(lowered, sizes, [...memory.unplanned]),
    parts,
    neededBytes: sum(parts.map(({ bytes }) => bytes)).at(sizes),
  };
}
