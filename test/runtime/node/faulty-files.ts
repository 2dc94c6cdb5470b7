/** File systems that fail on demand. */
import type { Files, OpenFile } from '../../../runtime/node/files.ts';
import { disk } from '../../../runtime/node/files.ts';

/** What may happen instead of a call: the error of a full, broken or forbidden disk, before or after the work. */
export type Fault = (work: () => Promise<unknown>) => Promise<never>;

const failure = (code: string): Error => Object.assign(new Error(`${code}: planted`), { code });

export const faults: ReadonlyMap<string, Fault> = new Map<string, Fault>(
  ['ENOSPC', 'EIO', 'EACCES'].flatMap((code): [string, Fault][] => [
    [`${code} before the work`, () => Promise.reject(failure(code))],
    [
      `${code} after the work`,
      async (work) => {
        await work();
        throw failure(code);
      },
    ],
  ]),
);

/** The disk, whose call number `at` fails with `fault`; `calls` counts them. No file is left open. */
export function faulty(at: number, fault: Fault): Files & { calls: () => number } {
  let calls = 0;
  const attempt = async <T>(work: () => Promise<T>, undone: () => Promise<unknown> = work): Promise<T> =>
    calls++ === at ? fault(undone) : work();
  const wrap = (file: OpenFile): OpenFile => ({
    write: (...args) => attempt(() => file.write(...args)),
    sync: () => attempt(() => file.sync()),
    stat: () => attempt(() => file.stat()),
    close: () => file.close().then(() => attempt(() => Promise.resolve())),
  });
  return {
    calls: () => calls,
    open: async (...args) => {
      const open = (): Promise<OpenFile> => disk.open(...args);
      return wrap(await attempt(open, async () => (await open()).close()));
    },
    rename: (...args) => attempt(() => disk.rename(...args)),
    unlink: (path) => attempt(() => disk.unlink(path)),
    readFile: (path) => attempt(() => disk.readFile(path)),
    readdir: (path) => attempt(() => disk.readdir(path)),
    mkdir: (path) => attempt(() => disk.mkdir(path)),
  };
}

/** The disk, which takes at most `most` bytes at a time and `limit` in all of a file. */
export function narrow(most: number, limit = Infinity): Files {
  return {
    ...disk,
    open: async (...args) => {
      const file = await disk.open(...args);
      return {
        sync: () => file.sync(),
        stat: () => file.stat(),
        close: () => file.close(),
        write: async (bytes, offset, length, position) => {
          const taken = Math.min(length, most, Math.max(0, limit - position));
          return taken === 0 ? { bytesWritten: 0 } : file.write(bytes, offset, taken, position);
        },
      };
    },
  };
}
