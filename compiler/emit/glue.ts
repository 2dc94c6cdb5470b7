/**
 * The part of an emitted module that is the same in every module: it lays out the arena, checks what callers pass,
 * and copies it in. Its JavaScript is embedded as text in `glue-source.ts`; its parts import types and each other alone.
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
import type { Arena } from './glue-arena.ts';
import { allocate, arenaOf, readCapacity } from './glue-arena.ts';
import { Binder, Reader, fault, product } from './glue-batch.ts';
import type { DataSet } from './glue-resident.ts';
import { Resident, readDataSet } from './glue-resident.ts';
import { Trainer } from './glue-trainer.ts';
import type { Engine, Entries, Layout, Place } from './glue-types.ts';

export type { Engine, Entries, Layout, Place } from './glue-types.ts';

/** A view of a tensor at its capacity. */
function viewOf(
  place: Place,
  buffer: ArrayBuffer,
  { bases, units }: Arena,
  capacity: ReadonlyMap<string, number>,
): TensorArray {
  const start = (bases[place.region] ?? 0) + place.offset * (units[place.region] ?? 1);
  const length = product(place.coefficient, place.symbols, capacity);
  if (place.dtype === 'float32') return new Float32Array(buffer, start, length);
  if (place.dtype === 'float64') return new Float64Array(buffer, start, length);
  return new Int32Array(buffer, start, length);
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

/** A step whose memory is laid out, before its code is there. */
interface Prepared {
  readonly memory: ReturnType<Engine['allocate']>;
  readonly arena: Arena;
  readonly finish: (entries: Entries) => Step;
}

/** Creates a step over `engine`. */
export function createStep(
  manifest: Manifest,
  layout: Layout,
  engine: Engine,
  options?: CreateOptions,
): Step {
  const { memory, arena, finish } = prepare(manifest, layout, engine, options);
  return finish(startNow(engine, memory, arena));
}

/** Main threads of browsers have a limit to what they compile at once. */
function startNow(engine: Engine, memory: Prepared['memory'], { bases, units }: Arena): Entries {
  try {
    return engine.start(memory, bases, units);
  } catch (error) {
    if (!(error instanceof RangeError && engine.startAsync)) throw error;
    throw fault('E-ASYNC', `the engine refuses: ${error.message}`, 'Use: await createAsync({ ... }).');
  }
}

/** The same where the code is compiled while the thread goes on. */
export async function createStepAsync(
  manifest: Manifest,
  layout: Layout,
  engine: Engine,
  options?: CreateOptions,
): Promise<Step> {
  const { memory, arena, finish } = prepare(manifest, layout, engine, options);
  const { bases, units } = arena;
  return finish(
    engine.startAsync ? await engine.startAsync(memory, bases, units) : engine.start(memory, bases, units),
  );
}

/** Checks the options, allocates memory and writes constants, data and hyper-parameters to it. */
function prepare(manifest: Manifest, layout: Layout, engine: Engine, options: CreateOptions = {}): Prepared {
  const capacity = readCapacity(manifest, options.capacity ?? {});
  const { seed = 0 } = options;
  if (!Number.isSafeInteger(seed)) throw fault('E-SEED', `seed is ${String(seed)}`, 'Pass an integer.');
  const arena = arenaOf(layout, capacity);
  const set = options.data ? readDataSet(manifest, options.data, capacity) : null;
  const memory = allocate(engine, capacity, arena, set ? set.bytes : 0);
  const view = (place: Place): TensorArray => viewOf(place, memory.buffer, arena, capacity);
  for (const { place, data } of layout.constants) view(place).set(data);
  const hyper = view(layout.hyper) as Float64Array;
  hyper.set(manifest.hyper.map(({ value }) => value));
  if (layout.seed) view(layout.seed)[0] = seed;
  return {
    memory,
    arena,
    finish: (entries) =>
      stepOver({ manifest, layout, capacity, hyper, set, memory, arena, view, entries }, options),
  };
}

/** All that a step is made of. */
interface Parts {
  readonly manifest: Manifest;
  readonly layout: Layout;
  readonly capacity: ReadonlyMap<string, number>;
  readonly hyper: Float64Array;
  readonly set: DataSet | null;
  readonly memory: Prepared['memory'];
  readonly arena: Arena;
  readonly view: (place: Place) => TensorArray;
  readonly entries: Entries;
}

/** The step, with its initial parameters. */
function stepOver(parts: Parts, options: CreateOptions): Step {
  const { manifest, layout, capacity, hyper, set, memory, arena, view, entries } = parts;
  const named = (infos: readonly TensorInfo[], places: readonly Place[]): NamedTensor[] =>
    places.map((place, i) => Object.assign({}, infos[i] as TensorInfo, { data: view(place) }));
  const parameters = named(manifest.parameters, layout.parameters);
  const state = named(manifest.state, layout.state);
  entries.initial();
  setParameters(parameters, options.parameters ?? {});

  const values = view(layout.metrics) as Float64Array;
  const weights = new Float64Array(manifest.metrics.length);
  const metrics = metricsOf(manifest, values);
  const binder = new Binder(manifest, layout.inputs, capacity);
  const views = layout.inputs.map(view);
  const reader = new Reader(manifest, views, binder);
  const resident = set
    ? new Resident(set, memory.buffer, arena.bytes + 16, views, capacity.get(set.symbol) ?? 0, entries.gather)
    : null;
  const trainer = new Trainer(entries, binder, values, capacity);
  const outputViews = layout.outputs.map(view);
  const finish = (): Metrics => {
    for (let i = 0; i < weights.length; i++) weights[i] = values[2 * i + 1] ?? 1;
    return metrics;
  };
  const missing = (entry: string): Error =>
    fault(
      'E-ENTRY',
      `the program has no ${entry}`,
      'Declare it with a loss for step and evaluate, with outputs for predict.',
    );

  return {
    manifest,
    capacity: Object.fromEntries(capacity),
    parameters,
    state,
    weights,
    totals: trainer.totals,
    hyper,
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
