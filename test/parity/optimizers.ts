/** Optimizers, stepped through emitted modules with given gradients. */
import type { Loss, Program } from 'adjoint';
import { add, input, mul, optim, parameter, sum, training } from 'adjoint';
import type { NamedTensor } from 'adjoint/runtime';
import type { Attributes, Gradient, OptimizerCase, TensorData } from './cases.ts';
import type { Engine } from './engine.ts';
import { options } from './operators/row.ts';
import { Mismatch, checkNumbers, tolerances } from './tolerance.ts';
import { Unsupported, rowOf } from './unsupported.ts';

interface Row {
  make(attrs: Attributes): optim.Optimizer;
}

/** The optimizers that the project has, by their names in the specification. */
const optimizerRows: Readonly<Record<string, Row['make']>> = {
  SGD: (attrs) => optim.sgd(options(attrs)),
  Adam: (attrs) => optim.adam(options(attrs)),
  AdamW: (attrs) => optim.adamw(options(attrs)),
  NAdam: (attrs) => optim.nadam(options(attrs)),
  RAdam: (attrs) => optim.radam(options(attrs)),
  Adamax: (attrs) => optim.adamax(options(attrs)),
  Adagrad: (attrs) => optim.adagrad(options(attrs)),
  Adadelta: (attrs) => optim.adadelta(options(attrs)),
  RMSprop: (attrs) => optim.rmsprop(options(attrs)),
  SparseAdam: (attrs) => optim.sparseAdam(options(attrs)),
  Adafactor: (attrs) => optim.adafactor(options(attrs)),
  Muon: (attrs) => optim.muon(options(attrs)),
  Rprop: (attrs) => optim.rprop(options(attrs)),
  ASGD: (attrs) => optim.asgd(options(attrs)),
};

export interface Group {
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  readonly attrs: Attributes;
}

/**
 * The optimizer `name` over groups of parameters with attributes of their own. The hyper-parameters of several groups
 * are called `0.lr`, `1.lr` and so on.
 */
export function groupedOptimizer(name: string, groups: readonly Group[]): optim.Optimizer {
  const make = rowOf(optimizerRows, 'optimizer', name);
  const [first, ...others] = groups;
  if (first && others.length === 0) return make(first.attrs);
  return optim.groups(groups.map(({ parameters, attrs }) => ({ parameters, optimizer: make(attrs) })));
}

/** A program whose gradient of parameter `p{i}` is exactly the input `g{i}`. */
export function declareUpdates(shapes: readonly (readonly number[])[], optimizer: optim.Optimizer): Program {
  const terms = shapes.map((shape, i) => {
    const value = parameter(`p${i}`, shape, { dtype: 'float64' });
    return sum(mul(value, input(`g${i}`, shape, 'float64'))) as Loss;
  });
  return training({ loss: terms.reduce((total, term) => add(total, term) as Loss), optimizer });
}

/** The rate that an optimizer has where none is given. */
export function defaultRate(name: string, engine: Engine): number {
  const module = engine(declareUpdates([[]], groupedOptimizer(name, [{ parameters: ['p0'], attrs: {} }])));
  const rate = module.manifest.hyper.find((each) => each.name === 'lr');
  if (!rate) throw new Mismatch(`${name} has no rate`);
  return rate.value;
}

export function tensorNamed(tensors: readonly NamedTensor[], name: string): NamedTensor {
  const found = tensors.find((tensor) => tensor.name === name);
  if (!found) throw new Mismatch(`there is no tensor ${name}`);
  return found;
}

/** A gradient with all its rows; a parameter without a gradient, and a row without one, has zeros. */
function dense(gradient: Gradient, { shape, data }: TensorData): readonly number[] {
  if (gradient === null) return data.map(() => 0);
  if (!('rows' in gradient)) return gradient;
  const width = data.length / (shape[0] ?? 1);
  const whole = data.map(() => 0);
  gradient.values.forEach((value, i) => {
    const at = (gradient.rows[Math.floor(i / width)] ?? 0) * width + (i % width);
    whole[at] = (whole[at] ?? 0) + value;
  });
  return whole;
}

/** Zeros stand for a missing gradient only where the optimizer leaves such a parameter alone. */
function optimizerOf(test: OptimizerCase): optim.Optimizer {
  const groups = test.groups.map(({ params, attrs }) => ({ parameters: params.map((i) => `p${i}`), attrs }));
  const made = groupedOptimizer(test.optimizer, groups);
  return test.grads?.flat().includes(null) ? optim.lazy(made) : made;
}

export function replayOptimizer(test: OptimizerCase, engine: Engine): void {
  const { grads, params, lr_per_step, params_after, tol = tolerances.update } = test;
  if (!grads) throw new Unsupported(`${test.optimizer} is not driven by an objective`);
  const module = engine(
    declareUpdates(
      params.map(({ shape }) => shape),
      optimizerOf(test),
    ),
  );
  const start = params.map(({ data }, i) => [`p${i}`, data] as const);
  const step = module.create({ parameters: Object.fromEntries(start) });
  const rates = module.manifest.hyper.map(({ name }) => name).filter((name) => /(^|\.)lr$/.test(name));
  grads.forEach((gradients, at) => {
    const batch = gradients.map((g, i) => [`g${i}`, dense(g, params[i] as TensorData)] as const);
    const lr = lr_per_step?.[at];
    const hyper = lr === undefined ? [] : rates.map((name) => [name, lr] as const);
    step.step(Object.fromEntries(batch), Object.fromEntries(hyper));
    params_after[at]?.forEach((expected, i) => {
      checkNumbers(`p${i} after step ${at}`, tensorNamed(step.parameters, `p${i}`).data, expected, tol);
    });
  });
}
