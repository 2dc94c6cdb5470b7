/** A checkpoint store in memory that keeps everything. */
import type { CheckpointStore } from '../../runtime/checkpoint.ts';

export interface MemoryStore extends CheckpointStore {
  readonly saved: Uint8Array[];
  readonly discarded: string[];
  isOpen: boolean;
}

export function memoryStore(): MemoryStore {
  const saved: Uint8Array[] = [];
  const discarded: string[] = [];
  return {
    name: 'memory',
    saved,
    discarded,
    isOpen: false,
    async open() {
      if (this.isOpen) throw new Error('it is open already');
      this.isOpen = true;
    },
    list: async () =>
      saved
        .map((bytes, i) => ({
          name: `checkpoint ${i}`,
          read: async () => bytes,
          discard: async () => void discarded.push(`checkpoint ${i}`),
        }))
        .toReversed(),
    async save(bytes) {
      saved.push(Uint8Array.from(bytes));
    },
    async close() {
      this.isOpen = false;
    },
  };
}
