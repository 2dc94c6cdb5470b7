/**
 * An engine that runs a lowered program by the scalar interpreter of the kernel language: the bits that every target
 * must have. Scratch buffers do not share memory here and hold NaN before each call, so that a plan which lets one
 * value overwrite another, or a kernel that reads what nobody wrote, shows as a difference.
 */
import { must } from '../../src/errors.ts';
import { runKernel } from '../../src/kernel/run.ts';
import { storage } from '../../src/kernel/language.ts';
import type { Axis, Buffer } from '../../src/kernel/language.ts';
import { evaluateSize } from '../../src/size.ts';
import type { TensorArray } from '../../runtime/contract.ts';
import type { Engine, Entries, Place } from '../emit/glue.ts';
import { placeOf } from '../emit/layout.ts';
import type { Lowered } from '../lowered.ts';
import { entryKernels, entryScratch } from '../schedule/call.ts';
import type { Call, Entry } from '../schedule/call.ts';

type Sizes = Readonly<Record<string, number>>;

/** Where the regions of an arena lie. */
interface Arena {
  readonly buffer: ArrayBuffer;
  readonly bases: readonly number[];
  readonly units: readonly number[];
}

function viewIn({ buffer, bases, units }: Arena, place: Place, length: number): TensorArray {
  const start = must(bases[place.region], 'base') + place.offset * must(units[place.region], 'unit');
  if (place.dtype === 'float32') return new Float32Array(buffer, start, length);
  if (place.dtype === 'float64') return new Float64Array(buffer, start, length);
  return new Int32Array(buffer, start, length);
}

/** Memory of its own that nobody has written: NaN, or a number that no index is. */
function untouched({ dtype }: Buffer, length: number): TensorArray {
  if (dtype === 'float32') return new Float32Array(length).fill(Number.NaN);
  if (dtype === 'float64') return new Float64Array(length).fill(Number.NaN);
  return new Int32Array(length).fill(-0x5a5a5a5a);
}

/** The memory of one call of an entry. */
function memoryOf(entry: Entry, lowered: Lowered, arena: Arena, sizes: Sizes): Map<Buffer, TensorArray> {
  const memory = new Map<Buffer, TensorArray>();
  const scratch = new Set(entryScratch(entry).map(storage));
  const add = (used: Buffer): void => {
    const buffer = storage(used);
    if (memory.has(buffer)) return;
    const length = evaluateSize(buffer.size, sizes);
    const own = scratch.has(buffer)
      ? untouched(buffer, length)
      : viewIn(arena, placeOf(buffer, lowered), length);
    memory.set(buffer, own);
  };
  for (const { inputs, outputs } of entryKernels(entry)) [...inputs, ...outputs].forEach(add);
  return memory;
}

type Counters = ReadonlyMap<Axis, number>;

/** Runs calls in order; `counters` are the values of the loops around them. */
function runCalls(
  calls: readonly Call[],
  memory: ReadonlyMap<Buffer, TensorArray>,
  sizes: Sizes,
  counters: Counters,
): void {
  for (const call of calls) {
    if (call.kind === 'kernel') {
      runKernel(call.kernel, memory, sizes, counters);
      continue;
    }
    runCalls(call.prologue, memory, sizes, counters);
    const length = evaluateSize(call.axis.size, sizes);
    for (let i = 0; i < length; i++) {
      const row = call.reverse ? length - 1 - i : i;
      runCalls(call.body, memory, sizes, new Map([...counters, [call.axis, row]]));
    }
  }
}

/** Runs one entry; false where the loss of a step is not finite. */
function runEntry(entry: Entry, lowered: Lowered, arena: Arena, sizes: Sizes): boolean {
  const memory = memoryOf(entry, lowered, arena, sizes);
  runCalls(entry.before, memory, sizes, new Map());
  const [loss] = lowered.metrics;
  if (entry.name === 'step' && loss) {
    const view = memory.get(loss) ?? viewIn(arena, placeOf(loss, lowered), 1);
    if (!Number.isFinite(must(view[0], 'loss'))) return false;
  }
  runCalls(entry.after, memory, sizes, new Map());
  return true;
}

/** The engine of `lowered`; `symbols` are the named sizes in the order in which entries get them. */
export function scalarEngine(lowered: Lowered, symbols: readonly string[]): Engine {
  return {
    allocate: (bytes) => ({ buffer: new ArrayBuffer(bytes) }),
    start: ({ buffer }, bases, units) => {
      const arena = { buffer, bases, units };
      const entries = lowered.entries.map((entry) => [
        entry.name,
        (...values: number[]) => {
          const sizes = Object.fromEntries(values.map((value, i) => [must(symbols[i], 'symbol'), value]));
          return runEntry(entry, lowered, arena, sizes);
        },
      ]);
      return Object.fromEntries(entries) as unknown as Entries;
    },
  };
}
