/** Runs printed programs, as files of a folder that is gone afterwards. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Imports each program; throws what the first that throws does. */
export async function runPrinted(...programs: readonly string[]): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'adjoint-printed-'));
  try {
    for (const [i, program] of programs.entries()) {
      const file = path.join(folder, `${i}.js`);
      await writeFile(file, program);
      await import(/* @vite-ignore */ pathToFileURL(file).href);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
