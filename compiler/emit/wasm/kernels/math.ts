/** Math kernels as functions of float64 scalars, each made when it is first called. */
import { must } from '../../../../src/errors.ts';
import type { MathKernel } from '../../../../src/kernel/math/kernel.ts';
import type { Context } from './context.ts';
import { define, hold } from './definitions.ts';

/** Writes a kernel as the body of a function. */
export function writeMath(context: Context, { params, body, result }: MathKernel): void {
  params.forEach((param, i) => hold(context, param, [must(context.f.params[i], 'parameter')]));
  for (const { var: of, value } of body) define(context, of, value);
  context.writers.push(context, result);
}
