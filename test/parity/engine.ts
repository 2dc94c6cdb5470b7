/** The ways to run a program: both emitted targets, and the reference interpreter to develop against. */
import type { Expr, Program } from 'adjoint';
import { inference } from 'adjoint';
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
