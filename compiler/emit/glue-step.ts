/**
 * The step itself: its calls over the memory and the code that `glue.ts` has made ready. Embedded, as that is.
 */
import type {
  CreateOptions,
  Manifest,
  Metrics,
  NamedTensor,
  Outputs,
  OutputTensor,
  Step,
  TensorArray,
  TensorInfo,
} from '../../runtime/contract.ts';
import { Binder, Reader, fault } from './glue-batch.ts';
import type { DataSet } from './glue-resident.ts';
import { Resident } from './glue-resident.ts';
import { Trainer } from './glue-trainer.ts';
import type { Engine, Entries, Layout, Place } from './glue-types.ts';

/** All that a step is made of. */
export interface Parts {
  readonly manifest: Manifest;
  readonly layout: Layout;
  readonly capacity: ReadonlyMap<string, number>;
  readonly hyper: Float64Array;
  readonly set: DataSet | null;
  readonly memory: ReturnType<Engine['allocate']>;
  /** Where resident data begin in the memory. */
  readonly dataStart: number;
  readonly view: (place: Place) => TensorArray;
  readonly entries: Entries;
}

/** The metrics object: a getter for each, over the numbers that the step leaves. */
function metricsOf(manifest: Manifest, values: Float64Array): Metrics {
  const metrics: Record<string, number> = {};
  manifest.metrics.forEach(({ name }, i) => {
    Object.defineProperty(metrics, name, { enumerable: true, get: () => values[2 * i] });
  });
  return metrics as Metrics;
}

function setHyper(manifest: Manifest, values: Float64Array, changes: Readonly<Record<string, number>>): void {
  for (const name in changes) {
    const i = manifest.hyper.findIndex((hyper) => hyper.name === name);
    const value = changes[name];
    if (i >= 0 && typeof value === 'number' && !Number.isNaN(value)) {
      values[i] = value;
      continue;
    }
    const known = manifest.hyper.map((hyper) => hyper.name).join(', ');
    const headline =
      i < 0 ? `there is no hyper-parameter ${JSON.stringify(name)}` : `${name} is ${String(value)}`;
    throw fault('E-HYPER', headline, `Pass numbers for ${known}.`);
  }
}

function setParameters(
  tensors: readonly NamedTensor[],
  given: Readonly<Record<string, ArrayLike<number>>>,
): void {
  for (const name of Object.keys(given)) {
    const tensor = tensors.find((candidate) => candidate.name === name);
    const data = given[name];
    if (tensor && data && data.length === tensor.data.length) {
      tensor.data.set(data);
      continue;
    }
    const headline = tensor
      ? `parameter ${JSON.stringify(name)} gets ${data?.length} numbers for shape [${tensor.shape.join(', ')}]`
      : `there is no parameter ${JSON.stringify(name)}`;
    throw fault('E-PARAMETER', headline, `Parameters are ${tensors.map((known) => known.name).join(', ')}.`);
  }
}

/** The step, with its initial parameters. */
export function stepOver(parts: Parts, options: CreateOptions): Step {
  const { manifest, layout, capacity, hyper, view, entries } = parts;
  const named = (infos: readonly TensorInfo[], places: readonly Place[]): NamedTensor[] =>
    places.map((place, i) => Object.assign({}, infos[i] as TensorInfo, { data: view(place) }));
  const parameters = named(manifest.parameters, layout.parameters);
  const state = named(manifest.state, layout.state);
  entries.initial();
  setParameters(parameters, options.parameters ?? {});
  return { manifest, capacity: Object.fromEntries(capacity), parameters, state, hyper, ...callsOf(parts) };
}

type Calls = Omit<Step, 'manifest' | 'capacity' | 'parameters' | 'state' | 'hyper'>;
type TrainingCalls = Pick<Calls, 'totals' | 'step' | 'run' | 'repeat'>;

function callsOf(parts: Parts): Calls {
  const { manifest, layout, capacity, view, entries } = parts;
  const values = view(layout.metrics) as Float64Array;
  const weights = new Float64Array(manifest.metrics.length);
  const metrics = metricsOf(manifest, values);
  const binder = new Binder(manifest, layout.inputs, capacity);
  const reader = new Reader(manifest, layout.inputs.map(view), binder);
  const outputViews = layout.outputs.map(view);
  const finish = (): Metrics => {
    for (let i = 0; i < weights.length; i++) weights[i] = values[2 * i + 1] ?? 1;
    return metrics;
  };
  return {
    weights,
    ...trainingCalls(parts, values, binder, reader, finish),
    evaluate(batch) {
      if (!entries.evaluate) throw missing('evaluate');
      reader.read(batch, 'evaluate');
      entries.evaluate.apply(null, binder.sizes);
      return finish();
    },
    predict(inputs) {
      if (!entries.predict) throw missing('predict');
      reader.read(inputs, 'predict');
      entries.predict.apply(null, binder.sizes);
      const sizes = new Map(manifest.symbols.map((symbol, i) => [symbol, binder.sizes[i] ?? 0]));
      return outputsOf(manifest, outputViews, sizes);
    },
  };
}

function trainingCalls(
  parts: Parts,
  values: Float64Array,
  binder: Binder,
  reader: Reader,
  finish: () => Metrics,
): TrainingCalls {
  const { manifest, capacity, hyper, set, entries } = parts;
  const trainer = new Trainer(entries, binder, values, capacity);
  const resident = set ? residentOf(parts, set) : null;
  return {
    totals: trainer.totals,
    step(batch, changes) {
      if (!entries.step) throw missing('step');
      if (changes) setHyper(manifest, hyper, changes);
      reader.read(batch, 'step');
      binder.checkSeveral();
      entries.step.apply(null, binder.sizes);
      return finish();
    },
    run(order, batchSize, first = 0, count = Infinity) {
      if (!entries.step) throw missing('step');
      if (!resident || !set) {
        throw fault('E-DATA', 'the step has no resident data', 'Create it with data: { ... }.');
      }
      return trainer.run(resident, set, order, batchSize, first, count);
    },
    repeat(count, batch) {
      if (!entries.step) throw missing('step');
      if (batch) reader.read(batch, 'step');
      return trainer.repeat(count);
    },
  };
}

function residentOf({ layout, memory, dataStart, view, capacity, entries }: Parts, set: DataSet): Resident {
  const views = layout.inputs.map(view);
  return new Resident(set, memory.buffer, dataStart, views, capacity.get(set.symbol) ?? 0, entries.gather);
}

function missing(entry: string): Error {
  const hint = 'Declare it with a loss for step and evaluate, with outputs for predict.';
  return fault('E-ENTRY', `the program has no ${entry}`, hint);
}

function outputsOf(
  manifest: Manifest,
  views: readonly TensorArray[],
  sizes: ReadonlyMap<string, number>,
): Outputs {
  const outputs = Object.create(null) as Record<string, OutputTensor>;
  manifest.outputs.forEach(({ name, shape }, i) => {
    const actual = shape.map((size) => (typeof size === 'number' ? size : sizeOf(size, sizes)));
    const count = actual.reduce((total, size) => total * size, 1);
    outputs[name] = { name, shape: actual, data: (views[i] as TensorArray).subarray(0, count) };
  });
  return outputs;
}

/** The number that symbolic text such as `2*N` stands for. */
function sizeOf(text: string, sizes: ReadonlyMap<string, number>): number {
  return text.split('*').reduce((total, part) => total * (sizes.get(part) ?? Number(part)), 1);
}
