/**
 * The part of an emitted module that is the same in every module: it lays out the arena, checks what callers pass,
 * and copies it in. Its JavaScript is embedded as text in `glue-source.ts`; it imports types alone.
 */
import type {
  Batch,
  BatchEntry,
  CreateOptions,
  InputInfo,
  Manifest,
  Metrics,
  NamedTensor,
  Outputs,
  OutputTensor,
  Step,
  TensorArray,
  TensorInfo,
} from '../../runtime/contract.ts';

/** Where a tensor lies: bytes from the base of a region, times the region's unit where sizes are symbolic. */
export interface Place {
  readonly region: number;
  readonly offset: number;
  readonly dtype: 'float32' | 'float64' | 'int32' | 'bool';
  /** Elements: a coefficient and the symbols multiplied to it. */
  readonly coefficient: number;
  readonly symbols: readonly string[];
}

export interface Layout {
  /** Bytes of each region per unit of the product of its symbols; the first has none and is fixed. */
  readonly regions: readonly { readonly symbols: readonly string[]; readonly bytes: number }[];
  readonly inputs: readonly Place[];
  readonly hyper: Place;
  readonly parameters: readonly Place[];
  readonly state: readonly Place[];
  readonly seed: Place | null;
  /** Value and weight of each metric, alternating. */
  readonly metrics: Place;
  readonly outputs: readonly Place[];
  readonly constants: readonly { readonly place: Place; readonly data: readonly number[] }[];
}

/** What a target's code offers. Each entry takes the value of every symbol, in the manifest's order. */
export interface Entries {
  initial(): void;
  /** False where the loss is not finite; then no state has changed. */
  step?(...sizes: number[]): boolean | number;
  evaluate?(...sizes: number[]): void;
  predict?(...sizes: number[]): void;
}

/** The target's side of a module. */
export interface Engine {
  /** Memory of at least `bytes`, zeroed. */
  allocate(bytes: number): { readonly buffer: ArrayBuffer };
  /** The code over that memory. `bases` and `units` hold, for each region, its first byte and its unit. */
  start(
    memory: { readonly buffer: ArrayBuffer },
    bases: readonly number[],
    units: readonly number[],
  ): Entries;
}

/** An error that a caller of the module can act on. */
function fault(code: string, headline: string, hint: string): Error {
  return Object.assign(new Error(`${code}  ${headline}\n  ${hint}`), { code });
}

function product(
  coefficient: number,
  symbols: readonly string[],
  sizes: ReadonlyMap<string, number>,
): number {
  return symbols.reduce((total, symbol) => total * (sizes.get(symbol) ?? Number.NaN), coefficient);
}

/** The largest value of each symbol. */
function readCapacity(manifest: Manifest, given: Readonly<Record<string, number>>): Map<string, number> {
  for (const name of Object.keys(given)) {
    if (manifest.symbols.includes(name)) continue;
    const hint = manifest.symbols.length > 0 ? `It has ${manifest.symbols.join(', ')}.` : 'It has none.';
    throw fault('E-CAPACITY', `the program has no size ${JSON.stringify(name)}`, hint);
  }
  return new Map(
    manifest.symbols.map((symbol) => {
      const size = given[symbol];
      if (size !== undefined && Number.isInteger(size) && size > 0) return [symbol, size];
      const headline = `capacity of ${symbol} is ${String(size)}`;
      throw fault(
        'E-CAPACITY',
        headline,
        `Pass a positive integer: create({ capacity: { ${symbol}: 64 } }).`,
      );
    }),
  );
}

/** A view of a tensor at its capacity. */
function viewOf(
  place: Place,
  buffer: ArrayBuffer,
  bases: readonly number[],
  units: readonly number[],
  capacity: ReadonlyMap<string, number>,
): TensorArray {
  const start = (bases[place.region] ?? 0) + place.offset * (units[place.region] ?? 1);
  const length = product(place.coefficient, place.symbols, capacity);
  if (place.dtype === 'float32') return new Float32Array(buffer, start, length);
  if (place.dtype === 'float64') return new Float64Array(buffer, start, length);
  return new Int32Array(buffer, start, length);
}

/** Sizes of one call, found from the lengths of its entries. */
class Binder {
  readonly sizes: number[];
  readonly #manifest: Manifest;
  readonly #capacity: readonly number[];
  readonly #factors: readonly { readonly coefficient: number; readonly symbols: readonly number[] }[];

  constructor(manifest: Manifest, layout: Layout, capacity: ReadonlyMap<string, number>) {
    this.#manifest = manifest;
    this.sizes = manifest.symbols.map(() => 0);
    this.#capacity = manifest.symbols.map((symbol) => capacity.get(symbol) ?? 0);
    this.#factors = layout.inputs.map(({ coefficient, symbols }) => ({
      coefficient,
      symbols: symbols.map((symbol) => manifest.symbols.indexOf(symbol)),
    }));
  }

  reset(): void {
    this.sizes.fill(0);
  }

  /** Takes the sizes that entry `i` of `length` elements tells; true where a symbol is still open. */
  take(i: number, entry: BatchEntry, length: number): boolean {
    const input = this.#manifest.inputs[i];
    const factor = this.#factors[i];
    if (!input || !factor) return false;
    if ('shape' in entry) this.#takeShape(input, entry.shape);
    let known = factor.coefficient;
    let open = -1;
    let openCount = 0;
    for (const symbol of factor.symbols) {
      const size = this.sizes[symbol] ?? 0;
      if (size === 0) {
        open = symbol;
        openCount++;
      } else known *= size;
    }
    if (openCount > 1) return true;
    if (openCount === 1) this.#bind(open, length / known, input, length);
    else if (known !== length) throw this.#wrongLength(input, length);
    return false;
  }

  #takeShape(input: InputInfo, shape: readonly number[]): void {
    if (shape.length !== input.shape.length) throw this.#wrongShape(input, shape);
    for (let axis = 0; axis < shape.length; axis++) {
      const declared = input.shape[axis];
      const size = shape[axis] ?? 0;
      if (typeof declared === 'number' && declared !== size) throw this.#wrongShape(input, shape);
      const symbol = this.#manifest.symbols.indexOf(String(declared));
      if (symbol >= 0) this.#bind(symbol, size, input, size);
    }
  }

  #bind(symbol: number, size: number, input: InputInfo, length: number): void {
    const name = this.#manifest.symbols[symbol];
    const capacity = this.#capacity[symbol] ?? 0;
    const earlier = this.sizes[symbol] ?? 0;
    if (!Number.isInteger(size) || (earlier > 0 && earlier !== size)) throw this.#wrongLength(input, length);
    if (size === 0)
      throw fault('E-BATCH-EMPTY', `${JSON.stringify(input.name)} is empty`, 'Pass at least one row.');
    if (size > capacity) {
      const hint = `Pass fewer, or create the step with capacity: { ${name}: ${size} }.`;
      throw fault(
        'E-BATCH-CAPACITY',
        `${name} is ${size} in ${JSON.stringify(input.name)}, capacity ${capacity}`,
        hint,
      );
    }
    this.sizes[symbol] = size;
  }

  #bound(): string {
    const known = this.#manifest.symbols.map((symbol, i) => `${symbol} = ${this.sizes[i] || '?'}`);
    return known.length > 0 ? ` with ${known.join(', ')}` : '';
  }

  #wrongLength(input: InputInfo, length: number): Error {
    const headline = `${JSON.stringify(input.name)} has ${length} numbers`;
    const hint = `Its shape is [${input.shape.join(', ')}]${this.#bound()}, in row-major order.`;
    return fault('E-BATCH-LENGTH', headline, hint);
  }

  #wrongShape(input: InputInfo, shape: readonly number[]): Error {
    const headline = `${JSON.stringify(input.name)} has shape [${shape.join(', ')}]`;
    return fault('E-BATCH-SHAPE', headline, `It is declared as [${input.shape.join(', ')}].`);
  }
}

function numbersOf(entry: BatchEntry): ArrayLike<number> {
  return 'shape' in entry ? entry.data : entry;
}

/** Throws where an index or label is out of its range, or not whole. */
function checkRange(input: InputInfo, data: ArrayLike<number>): void {
  if (!input.range) return;
  const low = input.range[0];
  const high = input.range[1];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] ?? Number.NaN;
    if (value >= low && value < high && Number.isInteger(value)) continue;
    if (input.except?.includes(value)) continue;
    const headline = `${JSON.stringify(input.name)}[${i}] is ${value}`;
    throw fault('E-DATA-RANGE', headline, `Its values are whole numbers from ${low} to ${high - 1}.`);
  }
}

/** Copies batches into the arena. Makes no garbage. */
class Reader {
  readonly #manifest: Manifest;
  readonly #views: readonly TensorArray[];
  readonly #binder: Binder;

  constructor(manifest: Manifest, views: readonly TensorArray[], binder: Binder) {
    this.#manifest = manifest;
    this.#views = views;
    this.#binder = binder;
  }

  read(batch: Batch, entry: 'step' | 'evaluate' | 'predict'): void {
    const { inputs } = this.#manifest;
    this.#checkNames(batch);
    this.#binder.reset();
    let open = false;
    for (let i = 0; i < inputs.length; i++) open = this.#take(i, batch, entry) || open;
    if (open) this.#takeAgain(batch, entry);
    for (let i = 0; i < inputs.length; i++) {
      const input = inputs[i];
      const view = this.#views[i];
      if (!input || !view || !input.entries.includes(entry)) continue;
      const data = numbersOf(batch[input.name] as BatchEntry);
      checkRange(input, data);
      view.set(data);
    }
  }

  #take(i: number, batch: Batch, entry: 'step' | 'evaluate' | 'predict'): boolean {
    const input = this.#manifest.inputs[i];
    if (!input || !input.entries.includes(entry)) return false;
    const given = Object.hasOwn(batch, input.name) ? batch[input.name] : undefined;
    if (given === undefined || given === null) {
      const headline = `the batch has no ${JSON.stringify(input.name)}`;
      throw fault('E-BATCH-MISSING', headline, `Pass its numbers, shape [${input.shape.join(', ')}].`);
    }
    return this.#binder.take(i, given, numbersOf(given).length);
  }

  /** Entries with several open sizes may be settled by the others. */
  #takeAgain(batch: Batch, entry: 'step' | 'evaluate' | 'predict'): void {
    const { inputs } = this.#manifest;
    for (let i = 0; i < inputs.length; i++) {
      if (!this.#take(i, batch, entry)) continue;
      const name = JSON.stringify(inputs[i]?.name);
      throw fault(
        'E-BATCH-SHAPE',
        `the length of ${name} leaves its sizes open`,
        'Pass { data, shape } for it.',
      );
    }
  }

  #checkNames(batch: Batch): void {
    for (const name in batch) {
      if (this.#manifest.inputs.some((input) => input.name === name)) continue;
      const known = this.#manifest.inputs.map((input) => input.name).join(', ');
      throw fault(
        'E-BATCH-UNKNOWN',
        `the program has no input ${JSON.stringify(name)}`,
        `Its inputs are ${known}.`,
      );
    }
  }
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

/** Creates a step over `engine`. */
export function createStep(
  manifest: Manifest,
  layout: Layout,
  engine: Engine,
  options: CreateOptions = {},
): Step {
  const capacity = readCapacity(manifest, options.capacity ?? {});
  const { seed = 0 } = options;
  if (!Number.isSafeInteger(seed)) throw fault('E-SEED', `seed is ${String(seed)}`, 'Pass an integer.');
  // Units are rounded up to 4, so that every tensor begins at a multiple of 16 bytes.
  const units = layout.regions.map(({ symbols }) =>
    symbols.length > 0 ? Math.ceil(product(1, symbols, capacity) / 4) * 4 : 1,
  );
  const bases: number[] = [];
  let top = 0;
  layout.regions.forEach(({ bytes }, i) => {
    bases.push(top);
    top += Math.ceil((bytes * (units[i] ?? 1)) / 16) * 16;
  });
  // Four gibibytes are the address space of 32-bit memories; vector loads may read 16 bytes past an end.
  if (top > 4294901760)
    throw fault('E-MEMORY', `the step needs ${top} bytes`, 'Choose a smaller capacity or program.');
  const memory = engine.allocate(top + 16);
  const view = (place: Place): TensorArray => viewOf(place, memory.buffer, bases, units, capacity);
  const named = (infos: readonly TensorInfo[], places: readonly Place[]): NamedTensor[] =>
    places.map((place, i) => Object.assign({}, infos[i] as TensorInfo, { data: view(place) }));

  for (const { place, data } of layout.constants) view(place).set(data);
  const hyper = view(layout.hyper) as Float64Array;
  hyper.set(manifest.hyper.map(({ value }) => value));
  if (layout.seed) view(layout.seed)[0] = seed;
  const parameters = named(manifest.parameters, layout.parameters);
  const state = named(manifest.state, layout.state);
  const entries = engine.start(memory, bases, units);
  entries.initial();
  setParameters(parameters, options.parameters ?? {});

  const values = view(layout.metrics) as Float64Array;
  const weights = new Float64Array(manifest.metrics.length);
  const metrics = metricsOf(manifest, values);
  const binder = new Binder(manifest, layout, capacity);
  const reader = new Reader(manifest, layout.inputs.map(view), binder);
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
    hyper,
    step(batch, changes) {
      if (!entries.step) throw missing('step');
      if (changes) setHyper(manifest, hyper, changes);
      reader.read(batch, 'step');
      entries.step.apply(null, binder.sizes);
      return finish();
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
