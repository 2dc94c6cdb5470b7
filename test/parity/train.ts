/** Whole training runs, in both float types, from a given initial state. */
import type { Expr, Loss, optim } from 'adjoint';
import { add, cast, input, sqrt, square, sum, tensor, training } from 'adjoint';
import type { Batch, Step } from 'adjoint/runtime';
import { formatFixed } from 'adjoint/runtime';
import type { RunDType, RunExpectation, TensorData, TrainCase } from './cases.ts';
import type { Engine } from './engine.ts';
import { sequence } from './layers.ts';
import { lossRows } from './losses.ts';
import { listed } from './operators/row.ts';
import { groupedOptimizer } from './optimizers.ts';
import type { Suite } from './suite.ts';
import { Mismatch, checkNumbers, checkShape } from './tolerance.ts';
import { Unsupported, rowOf } from './unsupported.ts';

/** What a run shows. */
interface Run {
  readonly losses: number[];
  readonly gradNorms: number[];
  readonly lrs: number[][];
  readonly printed: string[];
}

const normName = 'grad_norm';

/** The same optimizer; it also keeps the L2 norm of all gradients together, as it receives them. */
function measured(optimizer: optim.Optimizer): optim.Optimizer {
  return {
    ...optimizer,
    update: (gradients, context) => {
      const squares = gradients.map((g) => sum(square(cast(g, 'float64'))) as Expr<[], 'float64'>);
      const total = squares.reduce((all, term) => add(all, term));
      context.keep(normName).set(sqrt(total));
      return optimizer.update(gradients, context);
    },
  };
}

class Data {
  readonly #test: TrainCase;
  readonly #suite: Suite;
  readonly #dtype: RunDType;

  constructor(test: TrainCase, suite: Suite, dtype: RunDType) {
    this.#test = test;
    this.#suite = suite;
    this.#dtype = dtype;
  }

  tensor(ref: string): TensorData {
    const found = this.#suite.tensors[ref];
    if (!found) throw new Error(`there is no tensor ${ref}`);
    return found;
  }

  /** The input `name`, of any number of rows. */
  input(name: 'x' | 'y'): Expr {
    const { shape, dtype } = this.tensor(this.#test.data[name].ref);
    return input(name, ['N', ...shape.slice(1)], dtype === 'int64' ? 'int32' : this.#dtype);
  }

  constant(reference: { readonly ref: string } | undefined, name: string): Record<string, Expr> {
    if (!reference) return {};
    const { data, shape } = this.tensor(reference.ref);
    return { [name]: tensor(data, shape, this.#dtype) };
  }

  rows(name: 'x' | 'y', rows: readonly number[]): number[] {
    const { shape, data } = this.tensor(this.#test.data[name].ref);
    const size = shape.slice(1).reduce((count, each) => count * each, 1);
    return rows.flatMap((row) => data.slice(row * size, (row + 1) * size));
  }

  batch(rows: readonly number[]): Batch {
    return { x: this.rows('x', rows), y: this.rows('y', rows) };
  }

  /** The rows of each batch of epoch `epoch`. */
  batches(epoch: number): readonly (readonly number[])[] {
    const { batches, data } = this.#test;
    if ('per_epoch' in batches) return batches.per_epoch[epoch % batches.per_epoch.length] ?? [];
    const count = this.tensor(data.x.ref).shape[0] ?? 0;
    return Array.from({ length: Math.ceil(count / batches.size) }, (_, i) =>
      range(i * batches.size, Math.min(count, (i + 1) * batches.size)),
    );
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** The step of the case's model, loss and optimizer, at the initial state. */
function open(test: TrainCase, data: Data, engine: Engine): Step {
  const model = sequence(test.model);
  const prediction = (model as unknown as (x: Expr) => Expr)(data.input('x'));
  const { name, attrs, weight, pos_weight } = test.loss;
  const operands = {
    input: prediction,
    target: data.input('y'),
    ...data.constant(weight, 'weight'),
    ...data.constant(pos_weight, 'pos_weight'),
  };
  const [loss] = listed(rowOf(lossRows, 'loss', name)(operands, attrs));
  const groups = test.optimizer.groups.map(({ params, attrs: own }) => ({ parameters: params, attrs: own }));
  if (test.clip || test.scheduler) throw new Unsupported('clip and scheduler');
  const optimizer = measured(groupedOptimizer(test.optimizer.name, groups));
  const module = engine(training({ model, loss: loss as Loss, optimizer, outputs: { prediction } }));
  const parameters = Object.entries(test.init).map(([key, value]) => [key, value.data] as const);
  const largest = Math.max(
    test.eval_rows,
    ...range(0, test.epochs).flatMap((e) => data.batches(e).map((b) => b.length)),
  );
  return module.create({ capacity: { N: largest }, parameters: Object.fromEntries(parameters) });
}

function train(test: TrainCase, data: Data, step: Step): Run {
  const run: Run = { losses: [], gradNorms: [], lrs: [], printed: [] };
  for (let epoch = 1; epoch <= test.epochs; epoch++) {
    for (const rows of data.batches(epoch - 1)) {
      run.losses.push(step.step(data.batch(rows)).loss);
      run.gradNorms.push(stateOf(step, normName)[0] ?? Number.NaN);
    }
    if (test.log && epoch % test.log.every === 0) {
      const loss = formatFixed(run.losses.at(-1) ?? Number.NaN, 4);
      run.printed.push(`Epoch [${epoch}/${test.epochs}], Loss: ${loss}`);
    }
  }
  return run;
}

function stateOf(step: Step, name: string): ArrayLike<number> {
  const found = [...step.parameters, ...step.state].find((each) => each.name === name);
  if (!found) throw new Mismatch(`there is no tensor ${name}`);
  return found.data;
}

const largestOf = (values: readonly number[]): number => Math.max(0, ...values.map(Math.abs));

function check(test: TrainCase, dtype: RunDType, run: Run, step: Step, data: Data): void {
  const expected: RunExpectation = test.expect[dtype];
  const { losses, grad_norms, state } = test.tol[dtype];
  const within = (rtol: number, floor: number, values: readonly number[]) => ({
    rtol,
    atol: rtol * floor * largestOf(values),
  });
  checkNumbers(`${dtype} losses`, run.losses, expected.losses, within(losses, 0.001, expected.losses));
  const norms = within(grad_norms, 0.1, expected.grad_norms);
  checkNumbers(`${dtype} grad_norms`, run.gradNorms, expected.grad_norms, norms);
  const ofState = (values: readonly number[]) => ({
    rtol: 0,
    atol: state * Math.max(0.001, largestOf(values)),
  });
  const rows = range(0, test.eval_rows);
  const output = step.predict({ x: data.rows('x', rows) })['prediction'];
  checkShape(`${dtype} eval_output`, output?.shape ?? [], expected.eval_output.shape);
  const tolerance = ofState(expected.eval_output.data);
  checkNumbers(`${dtype} eval_output`, output?.data ?? [], expected.eval_output.data, tolerance);
  for (const [name, tensor] of Object.entries(expected.final)) {
    if (test.state_exempt?.includes(name)) continue;
    checkNumbers(`${dtype} final ${name}`, stateOf(step, name), tensor.data, ofState(tensor.data));
  }
  if (expected.printed && expected.printed.join('\n') !== run.printed.join('\n')) {
    throw new Mismatch(`${dtype} prints ${JSON.stringify(run.printed)}`);
  }
}

export function replayTrain(test: TrainCase, engine: Engine, suite: Suite): void {
  for (const dtype of ['float64', 'float32'] as const) {
    const data = new Data(test, suite, dtype);
    const step = open(test, data, engine);
    const run = train(test, data, step);
    check(test, dtype, run, step, data);
  }
}
