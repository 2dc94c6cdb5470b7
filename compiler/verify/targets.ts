/** What is compared: the targets, and the scalar interpreter of the kernel language that says which bits are right. */
import type { Program } from '../../src/program.ts';
import type { StepModule } from '../../runtime/contract.ts';
import { builtFor, compile, moduleOf, targetNames } from '../compile.ts';
import { createStep } from '../emit/glue.ts';
import { layoutOf, manifestOf } from '../emit/layout.ts';
import type { Lowered } from '../lowered.ts';
import { lower } from '../lowered.ts';
import { optimize } from '../pipeline.ts';
import type { OptimizeOptions } from '../pipeline.ts';
import { scalarEngine } from './scalar-engine.ts';

/** A way to make a step module of a program. */
export interface Target {
  readonly name: string;
  compile(program: Program): StepModule;
  /** The same from a program that is lowered already: several targets share that work. */
  fromLowered?(lowered: Lowered): StepModule;
  /** Whether it is the module of one program, whatever it is asked to compile: nothing smaller can be tried on it. */
  readonly fixed?: boolean;
}

/** Every target of the compiler. */
export const targets: readonly Target[] = targetNames.map((name) => ({
  name,
  compile: (program) => compile(program, { target: name }),
  fromLowered: (lowered) => moduleOf(builtFor(name, lowered)),
}));

/** The module that the scalar interpreter runs. */
export function interpretedModule(lowered: Lowered): StepModule {
  const manifest = manifestOf(lowered, 'js', 'strict');
  const engine = scalarEngine(lowered, manifest.symbols);
  return { manifest, create: (options) => createStep(manifest, layoutOf(lowered), engine, options) };
}

/** The scalar interpreter of the kernel language, behind the passes that `options` choose. */
export function kernelTargetWith(name: string, options: OptimizeOptions = {}): Target {
  return { name, compile: (program) => interpretedModule(lower(optimize(program, () => {}, options))) };
}

/** The scalar interpreter of the kernel language. */
export const kernelTarget: Target = { ...kernelTargetWith('kernel'), fromLowered: interpretedModule };
