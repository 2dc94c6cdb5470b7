/** A lock file: one writer per folder. */
import { hostname } from 'node:os';
import { runtimeError } from '../errors.ts';
import { printable } from '../text.ts';
import type { Files } from './files.ts';
import { createNew, systemCode } from './files.ts';

/** Gives the lock back. */
export type Release = () => Promise<void>;

/**
 * Takes the lock at `path`. The lock of a process of this machine that is no more is taken over; any other is an
 * error, E-CHECKPOINT-LOCKED.
 */
export async function lock(path: string, files: Files): Promise<Release> {
  const own = `${process.pid} on ${hostname()}`;
  for (let attempt = 0; ; attempt++) {
    try {
      await writeNew(path, own, files);
      return () => files.unlink(path).catch(() => undefined);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const owner = new TextDecoder().decode(await files.readFile(path).catch(() => new Uint8Array(0)));
    if (attempt > 0 || !isStale(owner)) {
      throw runtimeError('E-CHECKPOINT-LOCKED', { file: printable(path), owner: printable(owner) });
    }
    await files.unlink(path);
  }
}

async function writeNew(path: string, text: string, files: Files): Promise<void> {
  const file = await files.open(path, createNew);
  const bytes = new TextEncoder().encode(text);
  try {
    await file.write(bytes, 0, bytes.length, 0).finally(() => file.close());
  } catch (error) {
    await files.unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Whether `owner` was a process of this machine that has ended, or never finished writing its name. */
function isStale(owner: string): boolean {
  const [, pid, host] = /^(\d+) on (.*)$/.exec(owner) ?? [];
  if (pid === undefined) return owner === '';
  return host === hostname() && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
