/** A hand-written module: linear regression by gradient descent with momentum, as an emitted one would do it. */
import type {
  Batch,
  BatchEntry,
  Manifest,
  Metrics,
  NamedTensor,
  Step,
  StepModule,
} from '../../runtime/contract.ts';

const features = 3;

export const manifest: Manifest = {
  format: 1,
  name: 'linear',
  compiler: '0.0.0',
  target: 'js',
  numerics: 'strict',
  fingerprint: 'fake-linear-1',
  symbols: ['N'],
  inputs: [
    { name: 'x', shape: ['N', features], dtype: 'float64', entries: ['step', 'evaluate', 'predict'] },
    { name: 'y', shape: ['N', 1], dtype: 'float64', entries: ['step', 'evaluate'] },
  ],
  hyper: [
    { name: 'lr', value: 0.1 },
    { name: 'momentum', value: 0.5 },
  ],
  parameters: [
    { name: 'weight', shape: [features], dtype: 'float64' },
    { name: 'bias', shape: [1], dtype: 'float64' },
  ],
  state: [
    { name: 'velocity', shape: [features + 1], dtype: 'float64' },
    { name: 'steps', shape: [], dtype: 'int32' },
  ],
  metrics: [
    { name: 'loss', kind: 'mean' },
    { name: 'mae', kind: 'mean' },
    { name: 'largest', kind: 'value' },
  ],
  outputs: [{ name: 'prediction', shape: ['N', 1], dtype: 'float64' }],
};

const flat = (entry: BatchEntry | undefined): ArrayLike<number> =>
  entry === undefined ? [] : 'data' in entry ? entry.data : entry;

const values = (tensor: NamedTensor | undefined): Float64Array | Float32Array | Int32Array =>
  tensor?.data ?? new Float64Array(0);

/** A row of a batch: its features and its target. */
function rowOf(batch: Batch, row: number): { x: number[]; y: number } {
  const x = Array.from({ length: features }, (_, j) => flat(batch['x'])[row * features + j] ?? NaN);
  return { x, y: flat(batch['y'])[row] ?? NaN };
}

/** Every entry of `create`'s options that a test wants to look at, and each batch that was passed. */
export interface FakeStep extends Step {
  readonly seen: { readonly rows: number; readonly first: number; readonly hyper: readonly number[] }[];
}

/** It has no memory for data: they are passed batch by batch. */
function createFake(options: Parameters<StepModule['create']>[0] = {}): FakeStep {
  if (options.data) throw Object.assign(new Error('E-MEMORY  no room for data'), { code: 'E-MEMORY' });
  const weight = new Float64Array(features).fill((options.seed ?? 0) / 100);
  const bias = new Float64Array(1);
  weight.set(options.parameters?.['weight'] ?? weight);
  bias.set(options.parameters?.['bias'] ?? bias);
  const parameters: NamedTensor[] = [
    { name: 'weight', shape: [features], dtype: 'float64', data: weight },
    { name: 'bias', shape: [1], dtype: 'float64', data: bias },
  ];
  const state: NamedTensor[] = [
    { name: 'velocity', shape: [features + 1], dtype: 'float64', data: new Float64Array(features + 1) },
    { name: 'steps', shape: [], dtype: 'int32', data: new Int32Array(1) },
  ];
  const hyper = Float64Array.from(manifest.hyper, ({ value }) => value);
  const weights = new Float64Array(manifest.metrics.length);
  const seen: FakeStep['seen'] = [];
  const prediction = new Float64Array(options.capacity?.['N'] ?? 0);
  const predictRow = (x: readonly number[]): number =>
    x.reduce((sum, value, j) => sum + value * (weight[j] ?? 0), bias[0] ?? 0);
  const rowsOf = (batch: Batch): number => {
    const rows = flat(batch['x']).length / features;
    if (rows > prediction.length)
      throw new Error(`capacity is ${prediction.length}, the batch has ${rows} rows`);
    return rows;
  };

  const measure = (batch: Batch): { metrics: Metrics; gradient: Float64Array } => {
    const rows = rowsOf(batch);
    const gradient = new Float64Array(features + 1);
    const metrics = { loss: 0, mae: 0, largest: 0 };
    for (let row = 0; row < rows; row++) {
      const { x, y } = rowOf(batch, row);
      const error = predictRow(x) - y;
      metrics.loss += (error * error) / rows;
      metrics.mae += Math.abs(error) / rows;
      metrics.largest = Math.max(metrics.largest, Math.abs(error));
      [...x, 1].forEach((value, j) => (gradient[j] = (gradient[j] ?? 0) + (2 * error * value) / rows));
    }
    weights.set([rows, rows, 1]);
    return { metrics, gradient };
  };

  const update = (gradient: Float64Array): void => {
    const velocity = values(state[0]);
    const [lr = 0, momentum = 0] = hyper;
    gradient.forEach((slope, j) => {
      velocity[j] = momentum * (velocity[j] ?? 0) + slope;
      const target = j < features ? weight : bias;
      target[j % features] = (target[j % features] ?? 0) - lr * (velocity[j] ?? 0);
    });
    values(state[1])[0] = (values(state[1])[0] ?? 0) + 1;
  };

  return {
    manifest,
    capacity: { ...options.capacity },
    parameters,
    state,
    weights,
    totals: new Float64Array(0),
    hyper,
    seen,
    run: () => new Float64Array(0),
    repeat: () => new Float64Array(0),
    step(batch, changed = {}) {
      manifest.hyper.forEach(({ name }, i) => (hyper[i] = changed[name] ?? hyper[i] ?? 0));
      const { metrics, gradient } = measure(batch);
      seen.push({ rows: rowsOf(batch), first: flat(batch['x'])[0] ?? NaN, hyper: [...hyper] });
      if (Number.isFinite(metrics.loss)) update(gradient);
      return metrics;
    },
    evaluate: (batch) => measure(batch).metrics,
    predict(inputs) {
      const rows = rowsOf(inputs);
      for (let row = 0; row < rows; row++) prediction[row] = predictRow(rowOf(inputs, row).x);
      return { prediction: { name: 'prediction', shape: [rows, 1], data: prediction.subarray(0, rows) } };
    },
  };
}

export const fake: StepModule & { create: typeof createFake } = { manifest, create: createFake };

/** Rows of a plane with a little waviness: `y = x0 - 2 x1 + x2 / 2 + 3`. */
export function planeData(rows: number): { x: Float64Array; y: Float64Array } {
  const x = Float64Array.from({ length: rows * features }, (_, i) => Math.sin(i * 1.7) + (i % 5) / 10);
  const y = Float64Array.from({ length: rows }, (_, row) => {
    const [a = 0, b = 0, c = 0] = x.subarray(row * features, (row + 1) * features);
    return a - 2 * b + c / 2 + 3 + Math.sin(row) / 50;
  });
  return { x, y };
}
