/** Declares a program: the whole training step, its evaluation and its predictions, as plain graphs. */
import { isFloat } from './dtype.ts';
import { AdjointError, must } from './errors.ts';
import { describe, nameOf, showShape } from './describe.ts';
import type { Expr } from './expr.ts';
import { slotLeaf, parameterOp } from './ops/leaves.ts';
import { gradient } from './ops/control.ts';
import type { Module } from './nn/module.ts';
import { moduleParameters } from './nn/module.ts';
import type { Optimizer } from './optim/optimizer.ts';
import { runOptimizer } from './optim/run.ts';
import { assemble, slotsOfKind } from './assemble.ts';
import type { Loss, Metric, NamedExpr, Program } from './program.ts';
import { asMetric } from './metric.ts';
import { declaredAtOnce } from './origin.ts';
import { resolveModes, Streams } from './resolve.ts';
import type { ParameterSlot, Slot } from './slot.ts';
import { mapGraph, postorder, rebuild } from './walk.ts';

export interface TrainingOptions {
  /** A rank-0 value; the step makes it smaller. */
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** What `predict` returns, by name. */
  readonly outputs?: Readonly<Record<string, Expr>>;
  /** Rank-0 values reported beside the loss, by name. */
  readonly metrics?: Readonly<Record<string, Loss>>;
  /** Fixes the order of the parameters, and demands that the loss uses each of them. */
  readonly model?: Module;
  /** The program's name, for headers and reports. */
  readonly name?: string;
}

/**
 * Joins loss and optimizer into one step. Throws E-LOSS-SCALAR for a loss with axes, E-LOSS-UNUSED for a
 * parameter that the loss does not use, E-NAME-TWICE for two tensors of one name.
 */
export function training(options: TrainingOptions): Program {
  return declaredAtOnce(() => joined(options));
}

function joined(options: TrainingOptions): Program {
  const { loss, optimizer } = options;
  checkLoss(loss);
  const outputs = Object.entries(options.outputs ?? {}).map(([name, expr]): NamedExpr => ({ name, expr }));
  const named = [{ name: 'loss', expr: loss as Expr }, ...metricEntries(options.metrics ?? {})];
  const streams = new Streams();
  const train = resolveModes('train', [...named, ...outputs], streams);
  const evaluation = resolveModes('evaluate', [...named, ...outputs], streams);

  const trainRoots = train.exprs.slice(0, named.length);
  const parameters = orderedParameters(trainRoots, options.model);
  const trained = parameters.filter((slot) => !slot.frozen);
  const [trainLoss] = trainRoots;
  const leaves = leavesOf(trained, trainRoots);
  checkAllUsed(trainLoss as Loss, leaves);
  const gradients = leaves.map((leaf) => gradient(trainLoss as Loss, leaf as Loss) as Expr);
  const weight = asMetric('loss', trainLoss).weight;
  const gradientsAt = (values: readonly Expr[]): Expr[] => gradientsOf(trainLoss as Loss, trained, values);
  const optimized = runOptimizer(optimizer, { parameters: leaves, gradients, weight, gradientsAt }, streams);
  const evaluated = substituted(evaluation.exprs, optimized.evaluated);

  const toMetrics = (exprs: readonly Expr[]): Metric[] =>
    named.map(({ name }, i) => asMetric(name, exprs[i]));
  const step = {
    metrics: toMetrics(train.exprs),
    outputs: [],
    updates: [...optimized.updates, ...train.updates],
  };
  const predictions = outputs.map(({ name }, i) => ({
    name,
    expr: evaluated[named.length + i] ?? loss,
  }));
  const graphs = {
    step: { ...step, updates: [...step.updates, ...streams.updates(step)] },
    evaluate: { metrics: toMetrics(evaluated), outputs: [], updates: [] },
    predict: predictions.length > 0 ? { metrics: [], outputs: predictions, updates: [] } : null,
  };
  return assemble(options.name ?? 'program', graphs, parameters, streams);
}

function checkLoss(loss: Expr): void {
  if (loss.shape.length > 0) {
    throw new AdjointError('E-LOSS-SCALAR', `the loss has shape ${showShape(loss.shape)}`, [describe(loss)]);
  }
  if (!isFloat(loss.dtype))
    throw new AdjointError('E-DTYPE-FLOAT', 'the loss is not a float', [describe(loss)]);
}

function metricEntries(metrics: Readonly<Record<string, Expr>>): NamedExpr[] {
  return Object.entries(metrics).map(([name, expr]) => {
    if (name === 'loss')
      throw new AdjointError('E-NAME-TWICE', 'a metric is called loss, as the loss itself is');
    if (expr.shape.length > 0) {
      throw new AdjointError('E-LOSS-SCALAR', `metric ${name} has shape ${showShape(expr.shape)}`, [
        describe(expr),
      ]);
    }
    return { name, expr };
  });
}

function orderedParameters(roots: readonly Expr[], model: Module | undefined): ParameterSlot[] {
  const used = slotsOfKind(roots, 'parameter');
  if (!model) return used;
  const declared = moduleParameters(model);
  for (const { name, slot } of declared) {
    if (!slot || !used.includes(slot)) {
      throw new AdjointError('E-LOSS-UNUSED', `the loss does not use parameter ${name} of the model`);
    }
  }
  const first = declared.flatMap(({ slot }) => (slot ? [slot] : []));
  return [...first, ...used.filter((slot) => !first.includes(slot))];
}

/** The leaves of slots in a graph: nodes of one slot are told apart only before a compilation. */
function leavesOf(slots: readonly ParameterSlot[], roots: readonly Expr[]): Expr[] {
  const found = new Map<Slot, Expr>();
  for (const node of postorder(roots)) {
    if (node.slot && node.args.length === 0 && !found.has(node.slot)) found.set(node.slot, node);
  }
  return slots.map((slot) => found.get(slot) ?? slotLeaf(parameterOp, slot));
}

/** The graphs with other expressions in place of slots. */
function substituted(roots: readonly Expr[], values: ReadonlyMap<Slot, Expr>): Expr[] {
  if (values.size === 0) return [...roots];
  const find = mapGraph(roots, (node, args) => {
    const value = node.slot && args.length === 0 ? values.get(node.slot) : undefined;
    return value ?? rebuild(node, args);
  });
  return roots.map(find);
}

/** The gradients of the loss where `values` stand for the parameters. */
function gradientsOf(loss: Loss, slots: readonly ParameterSlot[], values: readonly Expr[]): Expr[] {
  const [moved] = substituted([loss], new Map(slots.map((slot, i) => [slot, must(values[i], 'value')])));
  return values.map((value) => gradient(moved as Loss, value as Loss) as Expr);
}

/** A derivative must be able to flow from the loss to every leaf. */
function checkAllUsed(loss: Loss, leaves: readonly Expr[]): void {
  const reached = new Set<Expr>([loss]);
  for (const { args, dtype, op } of reached) {
    if (isFloat(dtype) && op.vjp !== 'zero') for (const arg of args) reached.add(arg);
  }
  const unused = leaves.find((leaf) => !reached.has(leaf));
  if (!unused) return;
  const headline = `no derivative flows from the loss to parameter ${nameOf(unused)}`;
  throw new AdjointError('E-LOSS-UNUSED', headline, [describe(unused)]);
}

export interface InferenceOptions {
  readonly outputs: Readonly<Record<string, Expr>>;
  readonly name?: string;
}

/** A program that only computes outputs, in evaluation mode: `predict` without a step. */
export function inference({ outputs, name = 'program' }: InferenceOptions): Program {
  const named = Object.entries(outputs).map(([key, expr]): NamedExpr => ({ name: key, expr }));
  if (named.length === 0) throw new AdjointError('E-PROGRAM', 'inference: there are no outputs');
  const streams = new Streams();
  const { exprs } = resolveModes('evaluate', named, streams);
  const predictions = named.map((output, i) => ({ name: output.name, expr: exprs[i] ?? output.expr }));
  const predict = { metrics: [], outputs: predictions, updates: [] };
  return assemble(name, { step: null, evaluate: null, predict }, slotsOfKind(exprs, 'parameter'), streams);
}
