/** What the examples share: where their data lie, and how a file tells that it is run. */
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = new URL('.', import.meta.url);
/** Built examples lie in dist/examples; the data stay in examples/data. */
const root = here.pathname.endsWith('/dist/examples/') ? new URL('../../', here) : new URL('../', here);

/** The path of a file in examples/data. */
export const dataFile = (name: string): string => fileURLToPath(new URL(`examples/data/${name}`, root));

/** The path of a folder for what examples make. */
export const outputFolder = (name: string): string => fileURLToPath(new URL(`out/${name}`, root));

/** Whether the module at `url` is the program that Node was started with. */
export function isMain(url: string): boolean {
  const started = process.argv[1];
  return started !== undefined && realpathSync(started) === fileURLToPath(url);
}
