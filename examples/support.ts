/** What the examples share: where their data lie, how a file tells that it is run, and reading of logits. */
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

/** The index of the largest of each row of `width` numbers. */
export function argmaxRows(values: ArrayLike<number>, width: number): number[] {
  return Array.from({ length: values.length / width }, (_, row) => {
    let best = 0;
    for (let j = 1; j < width; j++)
      if ((values[row * width + j] ?? 0) > (values[row * width + best] ?? 0)) best = j;
    return best;
  });
}
