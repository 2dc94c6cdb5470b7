/** Checkpoints in a folder: `checkpoint-000012.safetensors`, numbered upwards, the last two of them. */
import { join } from 'node:path';
import type { CheckpointStore, SavedCheckpoint } from '../checkpoint.ts';
import type { Files } from './files.ts';
import { disk } from './files.ts';
import type { Release } from './lock.ts';
import { lock } from './lock.ts';
import { temporarySuffix, writeAtomically } from './write-atomically.ts';

const kept = 2;
const pattern = /^checkpoint-(\d{6,15})\.safetensors$/;

/**
 * A store in the folder `path`, which is made where it is missing. A checkpoint is written to a temporary file,
 * brought to the disk and renamed, so that a crash leaves the one before it; the last two are kept. A lock file
 * refuses a second writer.
 */
export function checkpointFolder(path: string): CheckpointStore {
  return folderStore(path, disk);
}

/** `checkpointFolder` over any file system. */
export function folderStore(path: string, files: Files): CheckpointStore {
  let release: Release | undefined;
  return {
    name: path,
    async open() {
      await files.mkdir(path);
      const unlock = await lock(join(path, 'lock'), files);
      try {
        await sweep(path, files);
        release = unlock;
      } catch (error) {
        await unlock();
        throw error;
      }
    },
    list: async () => (await numbers(path, files)).map((number) => savedAt(path, number, files)),
    async save(bytes) {
      const before = await numbers(path, files);
      await writeAtomically(pathOf(path, (before[0] ?? 0) + 1), bytes, files);
      for (const number of before.slice(kept - 1)) {
        await files.unlink(pathOf(path, number)).catch(() => undefined);
      }
    },
    async close() {
      await release?.();
      release = undefined;
    },
  };
}

function pathOf(folder: string, number: number): string {
  return join(folder, `checkpoint-${String(number).padStart(6, '0')}.safetensors`);
}

/** The numbers of the checkpoints in the folder, the newest first. */
async function numbers(folder: string, files: Files): Promise<number[]> {
  const names = await files.readdir(folder);
  const found = names.flatMap((name) => pattern.exec(name)?.[1] ?? []);
  return found.map(Number).sort((a, b) => b - a);
}

function savedAt(folder: string, number: number, files: Files): SavedCheckpoint {
  const name = pathOf(folder, number);
  return {
    name,
    read: () => files.readFile(name),
    discard: () => files.rename(name, `${name}.damaged`),
  };
}

/** Removes temporary files that a killed process left behind. */
async function sweep(folder: string, files: Files): Promise<void> {
  for (const name of await files.readdir(folder)) {
    const isOurs = name.startsWith('checkpoint-') && name.endsWith(temporarySuffix);
    if (isOurs) await files.unlink(join(folder, name)).catch(() => undefined);
  }
}
