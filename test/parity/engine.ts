/** The ways to run a program: both emitted targets, and the reference interpreter to develop against. */
import type { Expr, Loss, Program } from 'adjoint';
import { inference, optim, parameter, state, training, withUpdate } from 'adjoint';
import { compile } from 'adjoint/compiler';
import type { Outputs, StepModule } from 'adjoint/runtime';
import { interpreted } from './interpreted.ts';

export const emittedTargets = ['js', 'wasm'] as const;
export type Target = (typeof emittedTargets)[number] | 'interpreter';

/** Makes a runnable module of a program. */
export type Engine = (program: Program) => StepModule;

export function engineFor(target: Target): Engine {
  return target === 'interpreter' ? interpreted : (program) => compile(program, { target });
}

/** The values of `outputs`, by name, for the given values of the inputs they read. */
export function evaluate(
  engine: Engine,
  outputs: Readonly<Record<string, Expr>>,
  inputs: Readonly<Record<string, readonly number[]>>,
): Outputs {
  const module = engine(inference({ outputs }));
  const read = module.manifest.inputs.map(({ name }) => [name, inputs[name] ?? []] as const);
  return module.create().predict(Object.fromEntries(read));
}

/**
 * The same in training mode: a step without anything to train keeps each output as state. Inputs and outputs are
 * floats.
 */
export function evaluateInTraining(
  engine: Engine,
  outputs: Readonly<Record<string, Expr>>,
  inputs: Readonly<Record<string, readonly number[]>>,
): Outputs {
  const start: Loss = parameter('still', [], { dtype: 'float64' });
  const loss = Object.entries(outputs).reduce<Loss>((value, [name, output]) => {
    const kept = state(name, output.shape, { dtype: output.dtype });
    return withUpdate(value, kept, output);
  }, start);
  const module = engine(training({ loss, optimizer: optim.sgd({ lr: 0 }) }));
  const step = module.create();
  step.step(
    Object.fromEntries(module.manifest.inputs.map(({ name }) => [name, inputs[name] ?? []] as const)),
  );
  const kept = step.state.filter(({ name }) => name in outputs);
  return Object.fromEntries(
    kept.map(({ name, shape, data }) => [name, { name, shape: shape as readonly number[], data }] as const),
  );
}
