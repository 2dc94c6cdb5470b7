/** Programs whose gradients are inputs: the loss is the sum of parameter * gradient. */
import type { Expr, Loss, Program, optim } from 'adjoint';
import { add, input, mul, parameter, sum, training } from 'adjoint';
import type { Step, StepModule } from 'adjoint/runtime';
import { interpreted } from '../parity/interpreted.ts';

/** A parameter and where it starts. */
export interface Start {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

export interface Options {
  readonly dtype?: 'float32' | 'float64';
  /** What makes a module of the program; default the reference interpreter. */
  readonly engine?: (program: Program) => StepModule;
}

/** A step of `optimizer` over `starts`; the gradient of p is the input `g.p`, and its prediction is p. */
export function stepOf(optimizer: optim.Optimizer, starts: readonly Start[], options: Options = {}): Step {
  const { dtype = 'float64', engine = interpreted } = options;
  const parameters = starts.map(({ name, shape }) => parameter(name, shape, { dtype }));
  const terms = parameters.map((p, i): Expr => {
    const { name = '', shape = [] } = starts[i] ?? {};
    return sum(mul(p, input(`g.${name}`, shape, dtype)));
  });
  const loss = terms.reduce((total, term): Expr => add(total, term)) as Loss;
  const outputs = Object.fromEntries(parameters.map((p, i) => [starts[i]?.name ?? '', p] as const));
  const module = engine(training({ loss, optimizer, outputs }));
  return module.create({ parameters: Object.fromEntries(starts.map(({ name, data }) => [name, data])) });
}

/** The numbers of a parameter, or of a tensor of the state. */
export function valuesOf(step: Step, name: string): number[] {
  const found = [...step.parameters, ...step.state].find((tensor) => tensor.name === name);
  if (!found) throw new Error(`there is no tensor ${name}`);
  return Array.from(found.data);
}

/** A batch of gradients by parameter. */
export function batch(gradients: Readonly<Record<string, readonly number[]>>): Record<string, number[]> {
  return Object.fromEntries(Object.entries(gradients).map(([name, g]) => [`g.${name}`, [...g]]));
}
