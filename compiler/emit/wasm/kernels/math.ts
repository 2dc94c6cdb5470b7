/** Math kernels as functions of a module, each made when it is first called. */
import { must } from '../../../../src/errors.ts';
import { mathKernels } from '../../../../src/kernel/math/kernels.ts';
import type { FunctionPrim } from '../../../../src/kernel/prims.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import type { Context } from './context.ts';
import { push } from './scalars.ts';
import { define } from './statements.ts';

/** Writes a kernel as a function of float64 scalars. */
export function writeScalarMath(prim: FunctionPrim, f: FunctionBuilder, context: Context): void {
  const kernel = must(mathKernels[prim], `kernel ${prim}`);
  kernel.params.forEach((param, i) => {
    context.vars.set(param, { kind: 'scalar', local: must(f.params[i], 'parameter'), depth: 0 });
  });
  for (const { var: of, value } of kernel.body) define(context, of, value);
  push(context, kernel.result);
}
