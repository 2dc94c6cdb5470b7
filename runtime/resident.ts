/** Data in the step's own memory, where they fit. */
import type { Batch, CreateOptions, Step, StepModule } from './contract.ts';
import type { Dataset } from './dataset.ts';
import { sizeIn } from './sizes.ts';

/** Larger data are passed batch by batch: their steps take so long that passing does not count, and memory does. */
const mostBytes = 256 * 2 ** 20;

/** A step, and whether it holds the data that it was offered. */
export interface Created {
  readonly step: Step;
  readonly resident: boolean;
}

/** Creates a step that holds `dataset` if it can be cut into rows and there is memory for it. */
export async function createWith(
  module: StepModule,
  options: CreateOptions,
  dataset: Dataset,
): Promise<Created> {
  const data = residentData(module, dataset);
  if (data) {
    try {
      return { step: await created(module, { ...options, data }), resident: true };
    } catch (error) {
      if (!isMemory(error)) throw error;
    }
  }
  return { step: await created(module, options), resident: false };
}

/** A module may compile while the thread goes on, and browsers may want that. */
const created = async (module: StepModule, options: CreateOptions): Promise<Step> =>
  module.createAsync ? module.createAsync(options) : module.create(options);

function isMemory(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'E-MEMORY';
}

/** The data as `create` takes them; undefined where modules cannot hold them: rows are counted by a plain symbol. */
function residentData(
  { manifest }: StepModule,
  { symbol, rows, sizes, columns }: Dataset,
): Batch | undefined {
  const isPlain = (size: number | string): boolean =>
    typeof size === 'number' || manifest.symbols.includes(size);
  const bytes = columns.reduce(
    (sum, { data, input }) => sum + data.length * (input.dtype === 'float64' ? 8 : 4),
    0,
  );
  if (symbol === undefined || bytes > mostBytes) return undefined;
  if (!columns.every(({ input }) => input.shape.every(isPlain))) return undefined;
  const all = new Map(sizes).set(symbol, rows);
  return Object.fromEntries(
    columns.map(({ input, data }) => [
      input.name,
      { data, shape: input.shape.map((size) => sizeIn(size, all)) },
    ]),
  );
}
