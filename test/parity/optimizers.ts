/** Optimizers, stepped through emitted modules with given gradients. */
import type { Expr, Loss } from 'adjoint';
import { add, input, mul, optim, parameter, sum, training } from 'adjoint';
import type { StepModule } from 'adjoint/runtime';
import type { Attributes, Gradient, OptimizerCase } from './cases.ts';
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
  Rprop: (attrs) => optim.rprop(options(attrs)),
  ASGD: (attrs) => optim.asgd(options(attrs)),
};

export interface Group {
  /** The names of its parameters. */
  readonly parameters: readonly string[];
  readonly attrs: Attributes;
}

/** The optimizer `name` over groups of parameters with attributes of their own. */
export function groupedOptimizer(name: string, groups: readonly Group[]): optim.Optimizer {
  const make = rowOf(optimizerRows, 'optimizer', name);
  const [first, ...others] = groups;
  if (!first || others.length > 0) throw new Unsupported('no groups of parameters');
  return make(first.attrs);
}

/** A program whose gradient of parameter `p{i}` is exactly the input `g{i}`. */
function declare(test: OptimizerCase, engine: Engine): StepModule {
  const groups = test.groups.map(({ params, attrs }) => ({ parameters: params.map((i) => `p${i}`), attrs }));
  const optimizer = groupedOptimizer(test.optimizer, groups);
  const terms = test.params.map(({ shape }, i) => {
    const value = parameter(`p${i}`, shape, { dtype: 'float64' });
    return sum(mul(value, input(`g${i}`, shape, 'float64'))) as Expr;
  });
  const loss = terms.reduce((total, term) => add(total, term) as Expr);
  return engine(training({ loss: loss as Loss, optimizer }));
}

function dense(gradient: Gradient): readonly number[] {
  if (gradient === null) throw new Unsupported('no step in which a parameter has no gradient');
  if ('rows' in gradient) throw new Unsupported('no gradients of some rows alone');
  return gradient;
}

export function replayOptimizer(test: OptimizerCase, engine: Engine): void {
  const { grads } = test;
  if (!grads) throw new Unsupported(`no objective ${test.objective?.name}`);
  const batches = grads.map((step) => Object.fromEntries(step.map((g, i) => [`g${i}`, dense(g)] as const)));
  const start = test.params.map(({ data }, i) => [`p${i}`, data] as const);
  const step = declare(test, engine).create({ parameters: Object.fromEntries(start) });
  batches.forEach((batch, at) => {
    const lr = test.lr_per_step?.[at];
    step.step(batch, lr === undefined ? {} : { lr });
    test.params_after[at]?.forEach((expected, i) => {
      const tensor = step.parameters.find(({ name }) => name === `p${i}`);
      if (!tensor) throw new Mismatch(`there is no parameter p${i}`);
      checkNumbers(`p${i} after step ${at}`, tensor.data, expected, test.tol ?? tolerances.update);
    });
  });
}
