/** Contexts for the functions of a module. */
import { must } from '../../../../src/errors.ts';
import type { LoopKernel } from '../../../../src/kernel/language.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import type { Context, KernelModule } from './context.ts';
import { newContext } from './context.ts';
import { push } from './scalars.ts';
import { writeAll } from './statements.ts';
import { pushPart } from './vectors.ts';

/** A context for a function whose parameters are the values of `symbols`. */
export function contextOf(f: FunctionBuilder, module: KernelModule, symbols: readonly string[]): Context {
  const sizes = new Map(symbols.map((symbol, i) => [symbol, must(f.params[i], 'symbol')]));
  return newContext(f, module, { push, pushPart, statements: writeAll }, sizes);
}

/** Writes a kernel as a function of the values of `symbols` and of the counters of the loops around its calls. */
export function writeKernel(
  f: FunctionBuilder,
  kernel: LoopKernel,
  module: KernelModule,
  symbols: readonly string[],
): void {
  const context = contextOf(f, module, symbols);
  kernel.outer.forEach((axis, i) => {
    context.axes.set(axis, { local: must(f.params[symbols.length + i], 'counter'), depth: 0 });
  });
  writeAll(context, kernel.body);
}
