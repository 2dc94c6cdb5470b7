/** The part of `node:fs/promises` that writing needs, so that tests can make each call fail. */
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';

export interface OpenFile {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesWritten: number }>;
  sync(): Promise<void>;
  stat(): Promise<{ readonly size: number }>;
  close(): Promise<void>;
}

export interface Files {
  open(path: string, flags: number): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  readFile(path: string): Promise<Uint8Array<ArrayBuffer>>;
  readdir(path: string): Promise<readonly string[]>;
  mkdir(path: string): Promise<void>;
}

/** The file system itself. */
export const disk: Files = {
  open: (path, flags) => fs.open(path, flags),
  rename: fs.rename,
  unlink: fs.unlink,
  readFile: (path) => fs.readFile(path),
  readdir: (path) => fs.readdir(path),
  mkdir: async (path) => {
    await fs.mkdir(path, { recursive: true });
  },
};

/** Flags of `open`: a new file, which must not exist; and a directory or file that is only looked at. */
export const createNew: number = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
export const readOnly: number = constants.O_RDONLY;

/** The code of a system error, such as `ENOENT`; empty for anything else. */
export function systemCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
