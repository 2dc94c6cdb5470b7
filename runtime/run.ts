/** A training run made ready: the step, the batches, and how far it has come. */
import type { Advance } from './advance.ts';
import { passingBatches, runningInside } from './advance.ts';
import type { Batches } from './batches.ts';
import { batchesOf } from './batches.ts';
import { capacityFor, checkSeveral, rowsPerBatch } from './capacity.ts';
import type { Step, StepModule } from './contract.ts';
import type { Dataset } from './dataset.ts';
import { readDataset } from './dataset.ts';
import { runtimeError } from './errors.ts';
import type { FitOptions, RowOrder } from './fit-options.ts';
import type { Progress } from './progress.ts';
import { startOf } from './progress.ts';
import { permutation } from './random.ts';
import { createWith } from './resident.ts';
import { described } from './text.ts';

export interface Run {
  readonly step: Step;
  /** What decides the course of the run besides program and data: a resumed run must have the same. */
  readonly settings: readonly (readonly [option: string, value: string])[];
  readonly batches: Batches;
  readonly advance: Advance;
  readonly validation: Batches | undefined;
  /** The order of the rows in an epoch; undefined for their own. */
  readonly order: (epoch: number) => Int32Array | undefined;
  readonly progress: Progress;
}

/** Reads and checks the data, and creates the step with room for its batches. */
export async function prepareRun(module: StepModule, options: FitOptions): Promise<Run> {
  const { seed = 0, shuffle = false } = options;
  const dataset = readDataset(module.manifest, 'step', options.data, 'fit');
  const batchSize = rowsPerBatch('fit', dataset, options.batchSize);
  const batches = batchesOf(dataset, batchSize, options.dropLast);
  checkSeveral(module.manifest, dataset, batches);
  const held =
    options.validation && readDataset(module.manifest, 'evaluate', options.validation.data, 'validation');
  const heldSize = held && (held.symbol === undefined ? 1 : Math.min(batchSize, held.rows));
  const capacity = new Map(capacityFor(dataset, batchSize));
  for (const [symbol, size] of held ? capacityFor(held, heldSize ?? 1) : []) {
    capacity.set(symbol, Math.max(size, capacity.get(symbol) ?? 0));
  }
  const { step, resident } = await createWith(
    module,
    {
      capacity: Object.fromEntries(capacity),
      seed,
      ...(options.parameters ? { parameters: options.parameters } : {}),
    },
    dataset,
  );
  return {
    step,
    settings: settingsOf(options, dataset, batchSize),
    batches,
    advance: resident ? runningInside(step, batchSize, batches.count) : passingBatches(step, batches),
    validation: held && batchesOf(held, heldSize ?? 1),
    order: orderOf(shuffle, dataset.rows, seed),
    progress: startOf(step),
  };
}

function settingsOf(
  { seed = 0, shuffle = false, dropLast = false }: FitOptions,
  { rows }: Dataset,
  batchSize: number,
): Run['settings'] {
  const order = typeof shuffle === 'function' ? 'a function' : String(shuffle);
  return [
    ['seed', String(seed)],
    ['rows', String(rows)],
    ['batchSize', String(batchSize)],
    ['shuffle', order],
    ['dropLast', String(dropLast)],
  ];
}

function orderOf(shuffle: boolean | RowOrder, rows: number, seed: number): Run['order'] {
  if (shuffle === false) return () => undefined;
  if (shuffle === true) return (epoch) => permutation(rows, seed, epoch);
  return (epoch) => checkedOrder(shuffle(epoch, rows), epoch, rows);
}

function checkedOrder(order: ArrayLike<number>, epoch: number, rows: number): Int32Array {
  const bad = Array.prototype.find.call(order, (row) => !(Number.isInteger(row) && row >= 0 && row < rows));
  if (order.length === rows && bad === undefined) return Int32Array.from(order);
  const found = order.length === rows ? described(bad) : `${order.length} entries`;
  throw runtimeError('E-ORDER', { epoch, found, rows, last: rows - 1 });
}
