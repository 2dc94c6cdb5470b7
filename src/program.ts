/**
 * A program: model, loss and optimizer as graphs. `training` declares the whole step, derivatives and update rules
 * included; modes, effects and randomness are resolved here, so that what follows sees plain graphs.
 */
import type { FloatDType } from './dtype.ts';
import type { Expr } from './expr.ts';
import type { IndexRange } from './ranges.ts';
import type { Size } from './size.ts';
import type { HyperSlot, InputSlot, ParameterSlot, StateSlot } from './slot.ts';

/** A slot and the value that it takes when the step has run. */
export interface Update {
  readonly slot: ParameterSlot | StateSlot;
  readonly next: Expr;
}

export interface NamedExpr {
  readonly name: string;
  readonly expr: Expr;
}

/** A metric: its value, and the weight with which batches combine. */
export interface Metric {
  readonly name: string;
  readonly kind: 'mean' | 'value';
  readonly value: Expr;
  /** Rank-0 float64: the denominator of a mean, the rows of the batch for other values. */
  readonly weight: Expr;
}

/** A pure step: from inputs, hyper-parameters and slots to outputs and new slots. */
export interface Graph {
  /** The first metric is the loss; it is tested before any update is written. */
  readonly metrics: readonly Metric[];
  readonly outputs: readonly NamedExpr[];
  readonly updates: readonly Update[];
}

export interface Initial {
  readonly slot: ParameterSlot | StateSlot;
  readonly value: Expr;
}

export interface Program {
  readonly name: string;
  readonly inputs: readonly InputSlot[];
  /**
   * The entries whose declaration reads each input. They go on taking it where its elements turn out not to matter:
   * their sizes follow from it.
   */
  readonly readers: ReadonlyMap<InputSlot, readonly EntryName[]>;
  /** The integers that inputs may hold, where their declaration or their use says so: class labels, indices. */
  readonly ranges: ReadonlyMap<InputSlot, IndexRange>;
  /** Sizes that must be more than 1 in a step: it takes batch statistics over so many values. */
  readonly several: readonly Size[];
  readonly hyper: readonly HyperSlot[];
  readonly parameters: readonly ParameterSlot[];
  readonly state: readonly StateSlot[];
  /** Null for a program that only computes outputs. */
  readonly step: Graph | null;
  readonly evaluate: Graph | null;
  /** Null where the program names no outputs. */
  readonly predict: Graph | null;
  /** Initial values, as functions of the seed. */
  readonly initial: readonly Initial[];
  /** The rank-0 int32 slot that holds the seed of `create`; null where nothing is random. */
  readonly seed: StateSlot | null;
}

/** A loss: one number. */
export type Loss = Expr<readonly [], FloatDType>;

export type EntryName = 'step' | 'evaluate' | 'predict';

/** The graphs that a program has, by entry. */
export function programGraphs(
  program: Pick<Program, EntryName>,
): { readonly entry: EntryName; readonly graph: Graph }[] {
  const entries: readonly EntryName[] = ['step', 'evaluate', 'predict'];
  return entries.flatMap((entry) => {
    const graph = program[entry];
    return graph ? [{ entry, graph }] : [];
  });
}

/** Every expression that a graph must compute. */
export function graphRoots(graph: Graph): Expr[] {
  return [
    ...graph.metrics.flatMap(({ value, weight }) => [value, weight]),
    ...graph.outputs.map(({ expr }) => expr),
    ...graph.updates.map(({ next }) => next),
  ];
}

/** The same graph with every root replaced. */
export function mapGraphRoots(graph: Graph, f: (root: Expr) => Expr): Graph {
  return {
    metrics: graph.metrics.map((metric) => ({ ...metric, value: f(metric.value), weight: f(metric.weight) })),
    outputs: graph.outputs.map(({ name, expr }) => ({ name, expr: f(expr) })),
    updates: graph.updates.map(({ slot, next }) => ({ slot, next: f(next) })),
  };
}
