/** A program as a module that the reference interpreter runs: to find out whether an operator or an emitter errs. */
import type { Program } from 'adjoint';
import type { Batch, CreateOptions, Manifest, Metrics, NamedTensor, Outputs } from 'adjoint/runtime';
import type { Step, StepModule } from 'adjoint/runtime';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';
import type { Expr } from '../../src/expr.ts';
import { interpret } from '../../src/interpret.ts';
import type { Tensor } from '../../src/ops/define.ts';
import type { Graph } from '../../src/program.ts';
import { graphRoots, programGraphs } from '../../src/program.ts';
import type { Slot } from '../../src/slot.ts';
import { slotName } from '../../src/slot.ts';

type Expand = (graph: Graph) => readonly Expr[];

/** The program as a module. Arithmetic is in float64 whatever the dtypes. */
export function interpreted(program: Program): StepModule {
  const manifest = manifestOf(program);
  const expanded = new Map<Graph, readonly Expr[]>();
  const expand: Expand = (graph) => {
    const roots = expanded.get(graph) ?? expandGradients(graphRoots(graph));
    expanded.set(graph, roots);
    return roots;
  };
  return { manifest, create: (options = {}) => new InterpretedStep(program, manifest, expand, options) };
}

function manifestOf(program: Program): Manifest {
  const info = (slot: Slot) => ({ name: slotName(slot), shape: slot.shape, dtype: slot.dtype });
  const entries = programGraphs(program).map(({ entry }) => entry);
  return {
    format: 1,
    name: program.name,
    compiler: 'interpreter',
    target: 'js',
    numerics: 'strict',
    fingerprint: '',
    symbols: [],
    inputs: program.inputs.map((slot) => ({ ...info(slot), entries })),
    hyper: program.hyper.map(({ name, value }) => ({ name, value })),
    parameters: program.parameters.map(info),
    state: program.state.map(info),
    metrics: (program.step?.metrics ?? []).map(({ name, kind }) => ({ name, kind })),
    outputs: (program.predict?.outputs ?? []).map(({ name, expr: { shape, dtype } }) => ({
      name,
      shape,
      dtype,
    })),
  };
}

class InterpretedStep implements Step {
  readonly manifest: Manifest;
  readonly capacity: Readonly<Record<string, number>>;
  readonly parameters: readonly NamedTensor[];
  readonly state: readonly NamedTensor[];
  readonly weights: Float64Array;
  readonly totals: Float64Array = new Float64Array(0);
  readonly hyper: Float64Array;
  readonly #program: Program;
  readonly #expand: Expand;
  readonly #values = new Map<Slot, Float64Array>();

  constructor(program: Program, manifest: Manifest, expand: Expand, options: CreateOptions) {
    this.#program = program;
    this.#expand = expand;
    this.#initialize(options);
    const view = (slot: Slot): NamedTensor => ({
      name: slotName(slot),
      shape: slot.shape,
      dtype: slot.dtype,
      data: this.#values.get(slot) ?? new Float64Array(),
    });
    this.manifest = manifest;
    this.capacity = options.capacity ?? {};
    this.parameters = program.parameters.map(view);
    this.state = program.state.map(view);
    this.weights = new Float64Array(manifest.metrics.length).fill(1);
    this.hyper = Float64Array.from(manifest.hyper, ({ value }) => value);
  }

  #initialize({ parameters = {}, seed = 0 }: CreateOptions): void {
    const program = this.#program;
    const slots = new Map<Slot, readonly number[]>(program.seed ? [[program.seed, [seed]]] : []);
    for (const [slot, data] of slots) this.#values.set(slot, Float64Array.from(data));
    for (const { slot, value } of program.initial) {
      const drawn = (): readonly number[] =>
        interpret(float64Algebra, [value], { slots, sizes: {} })[0]?.data ?? [];
      this.#values.set(slot, Float64Array.from(parameters[slotName(slot)] ?? drawn()));
    }
  }

  step(batch: Batch, hyper: Readonly<Record<string, number>> = {}): Metrics {
    this.#program.hyper.forEach(({ name }, i) => {
      this.hyper[i] = hyper[name] ?? this.hyper[i] ?? Number.NaN;
    });
    const graph = entry(this.#program.step);
    const { metrics, results } = this.#measure(graph, batch);
    if (Number.isFinite(metrics.loss)) {
      graph.updates.forEach(({ slot }, i) => this.#values.get(slot)?.set(results[i]?.data ?? []));
    }
    return metrics;
  }

  run(): Float64Array {
    throw new Error('the interpreter keeps no data');
  }

  repeat(count: number, batch: Batch | null): Float64Array {
    return Float64Array.from({ length: count }, () => this.step(batch ?? {}).loss);
  }

  evaluate(batch: Batch): Metrics {
    return this.#measure(entry(this.#program.evaluate), batch).metrics;
  }

  predict(batch: Batch): Outputs {
    const { outputs } = entry(this.#program.predict);
    const results = this.#run(entry(this.#program.predict), batch);
    const tensors = outputs.map(({ name }, i) => {
      const { shape, data } = results[i] ?? { shape: [], data: [] };
      return [name, { name, shape, data: Float64Array.from(data) }] as const;
    });
    return Object.fromEntries(tensors);
  }

  /** The metrics, and what stands behind them and the outputs: the updates. */
  #measure(graph: Graph, batch: Batch): { metrics: Metrics; results: readonly Tensor<number>[] } {
    const results = this.#run(graph, batch);
    const values = graph.metrics.map(({ name }, i) => [name, results[2 * i]?.data[0] ?? Number.NaN] as const);
    const metrics = { loss: Number.NaN, ...Object.fromEntries(values) };
    return { metrics, results: results.slice(2 * graph.metrics.length + graph.outputs.length) };
  }

  #run(graph: Graph, batch: Batch): readonly Tensor<number>[] {
    const slots = new Map<Slot, readonly number[]>();
    for (const [slot, data] of this.#values) slots.set(slot, Array.from(data));
    this.#program.hyper.forEach((slot, i) => slots.set(slot, [this.hyper[i] ?? Number.NaN]));
    for (const slot of this.#program.inputs) slots.set(slot, numbersOf(batch, slot.name));
    return interpret(float64Algebra, this.#expand(graph), { slots, sizes: sizesOf(this.#program, batch) });
  }
}

function entry(graph: Graph | null): Graph {
  if (!graph) throw new Error('the program has no such entry');
  return graph;
}

function numbersOf(batch: Batch, name: string): number[] {
  const given = batch[name] ?? [];
  return Array.from('data' in given ? given.data : given);
}

/** The sizes of the symbols, where each input has at most one axis with a name. */
function sizesOf(program: Program, batch: Batch): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const { name, shape } of program.inputs) {
    const symbol = shape.find((size) => typeof size === 'string');
    const rest = shape.reduce<number>((all, size) => (typeof size === 'number' ? all * size : all), 1);
    if (typeof symbol === 'string' && batch[name]) sizes[symbol] = numbersOf(batch, name).length / rest;
  }
  return sizes;
}
