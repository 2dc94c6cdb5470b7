/**
 * Lowered programs whose free memory is poisoned: before each kernel, every buffer that holds nothing then is filled
 * with NaN, or with a number that no index is. Who lives when is found here from what kernels read and write alone.
 */
import { bytesPerElement } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';
import { axisOf, constant } from '../../src/kernel/build.ts';
import { storage } from '../../src/kernel/language.ts';
import type { Axis, Buffer } from '../../src/kernel/language.ts';
import { factors } from '../../src/size.ts';
import type { Lowered } from '../../compiler/lowered.ts';
import { entryScratch, kernelCall } from '../../compiler/schedule/call.ts';
import type { Call, Entry, KernelCall } from '../../compiler/schedule/call.ts';
import type { Location, MemoryPlan } from '../../compiler/schedule/memory.ts';

const bytesOf = ({ size, dtype }: Buffer): number => factors(size).coefficient * bytesPerElement[dtype];

/** A kernel that fills a buffer with what nobody may read. */
function poison(buffer: Buffer): KernelCall {
  const axis: Axis = { name: 'i', size: buffer.size };
  const value = constant(buffer.dtype, buffer.dtype.startsWith('float') ? Number.NaN : -0x5a5a5a5a);
  const store = { kind: 'store', buffer, index: axisOf(axis), value } as const;
  const body = [{ kind: 'loop', axis, body: [store] }] as const;
  return kernelCall({ kind: 'loops', name: 'poison', outer: [], inputs: [], outputs: [buffer], body }, []);
}

/** Whether two buffers share memory under a plan. */
function share(plan: MemoryPlan, a: Buffer, b: Buffer): boolean {
  const [x, y] = [a, b].map((buffer): Location => must(plan.locations.get(buffer), 'location'));
  if (!x || !y || x.region !== y.region) return false;
  return x.offset < y.offset + bytesOf(b) && y.offset < x.offset + bytesOf(a);
}

/** The calls of an entry with poison before each; a loop counts as one call. */
function withPoison(entry: Entry, plan: MemoryPlan): Entry {
  const calls = [...entry.before, ...entry.after];
  const lives = new Map(
    entry.scratch.map((buffer) => {
      const used = calls.map(({ inputs, outputs }) => [...inputs, ...outputs].map(storage).includes(buffer));
      return [buffer, { first: used.indexOf(true), last: used.lastIndexOf(true) }];
    }),
  );
  const poisonBefore = (position: number): Call[] => {
    const holds = (buffer: Buffer): boolean => {
      const { first, last } = must(lives.get(buffer), 'life');
      return first < position && position <= last;
    };
    const held = entry.scratch.filter(holds);
    const free = entry.scratch.filter((buffer) => !held.some((other) => share(plan, buffer, other)));
    return free.map(poison);
  };
  const poisoned = (part: readonly Call[], from: number): Call[] =>
    part.flatMap((call, i) => [...poisonBefore(from + i), call]);
  return {
    ...entry,
    before: poisoned(entry.before, 0),
    after: poisoned(entry.after, entry.before.length),
  };
}

export function poisoned(lowered: Lowered): Lowered {
  return { ...lowered, entries: lowered.entries.map((entry) => withPoison(entry, lowered.memory)) };
}

/** The same program in memory that no two buffers share. */
export function apart(lowered: Lowered): Lowered {
  const { memory, entries } = lowered;
  const regions = memory.regions.map((region) => ({ ...region }));
  const locations = new Map(memory.locations);
  for (const buffer of entries.flatMap(entryScratch)) {
    const { region } = must(locations.get(buffer), 'location');
    const own = must(regions[region], 'region');
    locations.set(buffer, { region, offset: own.bytes });
    own.bytes += Math.ceil(bytesOf(buffer) / 16) * 16;
  }
  return { ...lowered, memory: { ...memory, regions, locations } };
}
