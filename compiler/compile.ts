/** Compiles a program to a step module, in memory. */
import { AdjointError } from '../src/errors.ts';
import type { Program } from '../src/program.ts';
import type { CreateOptions, Manifest, Step, StepModule } from '../runtime/contract.ts';
import { evaluateEngine } from './emit/evaluate-source.ts';
import type { Engine } from './emit/glue.ts';
import { createStep } from './emit/glue.ts';
import { jsSource } from './emit/js/module.ts';
import { layoutOf, manifestOf } from './emit/layout.ts';
import { lower } from './lowered.ts';
import { optimize } from './pipeline.ts';

export interface CompileOptions {
  /** Default `js`. */
  readonly target?: Manifest['target'];
}

const targets: readonly Manifest['target'][] = ['js'];

/** The module of a program: its manifest, and steps created from it. */
export function compile(program: Program, options: CompileOptions = {}): StepModule {
  const { target = 'js' } = options;
  if (!targets.includes(target)) {
    throw new AdjointError('E-COMPILE-TARGET', `there is no target ${JSON.stringify(target)}`, [
      `targets: ${targets.join(', ')}`,
    ]);
  }
  const lowered = lower(optimize(program));
  const manifest = manifestOf(lowered, target, 'strict');
  const layout = layoutOf(lowered);
  const engine: Engine = evaluateEngine(jsSource(lowered, manifest.symbols));
  return {
    manifest,
    create: (create?: CreateOptions): Step => createStep(manifest, layout, engine, create),
  };
}
