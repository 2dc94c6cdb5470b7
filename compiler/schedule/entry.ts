/** Schedules one entry of a program. */
import type { Buffer } from '../../src/kernel/language.ts';
import type { Slot } from '../../src/slot.ts';
import type { Entry, Target } from './call.ts';
import { schedule } from './schedule.ts';

export type SlotBuffers = ReadonlyMap<Slot, Buffer>;

/** The schedule of an entry, whose leaves are the program's slots. */
export function scheduleEntry(name: string, targets: readonly Target[], slots: SlotBuffers): Entry {
  const leafPlace: Parameters<typeof schedule>[0]['leafPlace'] = (leaf) => {
    const buffer = leaf.slot ? slots.get(leaf.slot) : undefined;
    return buffer ? { buffer, row: null } : null;
  };
  return schedule({ name, targets, leafPlace, outer: [] });
}
