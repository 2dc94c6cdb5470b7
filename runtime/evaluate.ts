/** Loss, metrics and outputs of a step over any number of rows. Neither changes the step. */
import type { Batches } from './batches.ts';
import { batchesOf } from './batches.ts';
import { rowsThatFit } from './capacity.ts';
import type { OutputTensor, Step, TensorInfo } from './contract.ts';
import { readDataset } from './dataset.ts';
import { runtimeError } from './errors.ts';
import type { Summary } from './means.ts';
import { addMetrics, emptyMeans, summarize } from './means.ts';
import { checkOptions, integerFrom } from './options.ts';
import { factors, productOf } from './sizes.ts';
import type { Data } from './tensors.ts';
import { arrayOf } from './tensors.ts';
import { printable, shapeText } from './text.ts';

export interface BatchOptions {
  /** Rows per call of the step; default as many as its capacity holds. The result does not depend on it. */
  readonly batchSize?: number;
}

/**
 * Loss and metrics of `data` in evaluation mode. Batches combine exactly: means by numerator and denominator,
 * plain values as the average over batches.
 */
export function evaluate(step: Step, data: Data, options: BatchOptions = {}): Summary {
  checkOptions('evaluate', options, { batchSize: integerFrom(1) });
  const dataset = readDataset(step.manifest, 'evaluate', data, 'evaluate');
  const batches = batchesOf(dataset, rowsThatFit('evaluate', step, dataset, options.batchSize));
  return evaluateBatches(step, batches);
}

export function evaluateBatches(step: Step, batches: Batches): Summary {
  const means = emptyMeans(step.manifest);
  for (let i = 0; i < batches.count; i++) addMetrics(means, step, step.evaluate(batches.batch(i)));
  return summarize(step.manifest, means);
}

/** The program's outputs for all rows of `inputs`, by name: copies, which later calls leave alone. */
export function predict(step: Step, inputs: Data, options: BatchOptions = {}): Record<string, OutputTensor> {
  checkOptions('predict', options, { batchSize: integerFrom(1) });
  const dataset = readDataset(step.manifest, 'predict', inputs, 'predict');
  const size = rowsThatFit('predict', step, dataset, options.batchSize);
  const batches = batchesOf(dataset, size);
  if (batches.count > 1) checkRows(step.manifest.outputs, dataset.symbol, size);
  const joined = new Map<string, Joined>();
  for (let i = 0; i < batches.count; i++) {
    for (const output of Object.values(step.predict(batches.batch(i)))) {
      const whole = joined.get(output.name) ?? start(step, output, dataset.rows, batches.rowsOf(i));
      joined.set(output.name, whole);
      append(whole, output);
    }
  }
  return Object.fromEntries([...joined].map(([name, { shape, data }]) => [name, { name, shape, data }]));
}

interface Joined extends OutputTensor {
  filled: number;
}

/** Outputs of several batches can be joined only where rows lead. */
function checkRows(outputs: readonly TensorInfo[], symbol: string | undefined, capacity: number): void {
  for (const { name, shape } of outputs) {
    const isRow = (other: string): boolean => other === symbol;
    const leads = factors(shape[0] ?? 1).symbols.some(isRow);
    if (leads && productOf(shape).symbols.filter(isRow).length === 1) continue;
    throw runtimeError('E-PREDICT-WHOLE', { output: printable(name), shape: shapeText(shape), capacity });
  }
}

/** Room for an output over `rows` rows, sized by its first batch, which has `batchRows`. */
function start(step: Step, output: OutputTensor, rows: number, batchRows: number): Joined {
  const info = step.manifest.outputs.find(({ name }) => name === output.name);
  const ofAllRows = (count: number): number => (count * rows) / batchRows;
  const [first, ...rest] = output.shape;
  return {
    name: output.name,
    shape: first === undefined ? [] : [ofAllRows(first), ...rest],
    data: arrayOf(info?.dtype ?? 'float64', ofAllRows(output.data.length)),
    filled: 0,
  };
}

function append(whole: Joined, part: OutputTensor): void {
  whole.data.set(part.data, whole.filled);
  whole.filled += part.data.length;
}
