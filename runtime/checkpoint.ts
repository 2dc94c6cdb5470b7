/** Saving a run while it trains, and going on from what was saved. */
import { damaged, encodeCheckpoint, restoreCheckpoint } from './checkpoint-file.ts';
import { AdjointRuntimeError, runtimeError } from './errors.ts';
import type { Run } from './run.ts';
import { described, printable } from './text.ts';

/** One checkpoint in a store. */
export interface SavedCheckpoint {
  /** What messages call it. */
  readonly name: string;
  read(): Promise<Uint8Array>;
  /** Takes it out of the list: it is damaged, and an older one was good. */
  discard(): Promise<void>;
}

/** Where checkpoints are kept. A checkpoint that is saved is there as a whole, or not at all. */
export interface CheckpointStore {
  /** What messages call it. */
  readonly name: string;
  /** Makes sure that checkpoints can be saved, and that nobody else does. Called before the first epoch. */
  open(): Promise<void>;
  /** What there is, the newest first. */
  list(): Promise<readonly SavedCheckpoint[]>;
  /** Saves a checkpoint as the newest. The one before it stays. */
  save(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

export interface CheckpointOptions {
  readonly store: CheckpointStore;
  /** Save after every so many epochs, default 1; and after the last one, and when training is aborted. */
  readonly every?: number;
  /** Go on from the newest good checkpoint, if there is one; default true. */
  readonly resume?: boolean;
}

/** An open store at work for one run. */
export interface Saver {
  save(): Promise<void>;
  close(): Promise<void>;
}

/** For runs that save nothing. */
export const noSaver: Saver = {
  save: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Opens the store, and puts `run` where its newest good checkpoint left it. `log` gets what there is to say. */
export async function openSaver(
  run: Run,
  { store, resume = true }: CheckpointOptions,
  log: (line: string) => void,
): Promise<Saver> {
  await storing(store, () => store.open());
  try {
    if (resume) await goOn(run, store, log);
    return {
      save: () => storing(store, () => store.save(encodeCheckpoint(run))),
      close: () => store.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function storing<T>(store: CheckpointStore, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof AdjointRuntimeError) throw cause;
    const problem = printable(cause instanceof Error ? cause.message : described(cause));
    throw runtimeError('E-CHECKPOINT-STORE', { file: printable(store.name), problem }, { cause });
  }
}

/** Tries checkpoints from the newest on. Damaged ones are passed over; if all are, the newest one's error is thrown. */
async function goOn(run: Run, store: CheckpointStore, log: (line: string) => void): Promise<void> {
  const passedOver: { readonly saved: SavedCheckpoint; readonly error: unknown }[] = [];
  for (const saved of await storing(store, () => store.list())) {
    try {
      restoreCheckpoint(await readSaved(saved), saved.name, run);
      for (const { saved: bad } of passedOver) {
        log(`Warning: the checkpoint ${printable(bad.name)} is damaged; the one before it is used`);
        await storing(store, () => bad.discard());
      }
      log(`Resuming from ${printable(saved.name)}: ${run.progress.records.length} epochs are done`);
      return;
    } catch (error) {
      if (!(error instanceof AdjointRuntimeError) || error.code !== 'E-CHECKPOINT-DAMAGED') throw error;
      passedOver.push({ saved, error });
    }
  }
  const [newest] = passedOver;
  if (newest) throw newest.error;
}

async function readSaved(saved: SavedCheckpoint): Promise<Uint8Array> {
  try {
    return await saved.read();
  } catch (cause) {
    throw damaged(saved.name, printable(cause instanceof Error ? cause.message : described(cause)), cause);
  }
}
