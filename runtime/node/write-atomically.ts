/** Replacing a file as a whole. */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { Files, OpenFile } from './files.ts';
import { createNew, disk, readOnly, systemCode } from './files.ts';

/** What is left behind by a process that was killed while it wrote. */
export const temporarySuffix = '.tmp';

/**
 * Makes `bytes` the content of `path`: either all of them are there, also after a crash of the machine, or the file
 * is what it was. They are written to a new file in the same folder, brought to the disk, and renamed.
 */
export async function writeAtomically(path: string, bytes: Uint8Array, files: Files = disk): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}${temporarySuffix}`;
  const file = await files.open(temporary, createNew);
  try {
    await fill(file, bytes);
    await files.rename(temporary, path);
  } catch (error) {
    await files.unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncFolder(dirname(path), files);
}

async function fill(file: OpenFile, bytes: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await file.write(bytes, at, bytes.length - at, at);
      if (bytesWritten === 0) throw new Error(`the disk takes no more than ${at} of ${bytes.length} bytes`);
      at += bytesWritten;
    }
    await file.sync();
    const { size } = await file.stat();
    if (size !== bytes.length) throw new Error(`${bytes.length} bytes were written and ${size} are there`);
  } finally {
    await file.close();
  }
}

/** Where folders cannot be opened or synced, as on Windows, the rename is as safe as the system makes it. */
const unsupported: ReadonlySet<string> = new Set(['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP']);

async function syncFolder(path: string, files: Files): Promise<void> {
  try {
    const folder = await files.open(path, readOnly);
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!unsupported.has(systemCode(error))) throw error;
  }
}
