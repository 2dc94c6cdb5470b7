/** Math kernels as functions of a module, each made when it is first called. */
import { must } from '../../../../src/errors.ts';
import type { MathKernel } from '../../../../src/kernel/math/kernel.ts';
import type { Local } from '../locals.ts';
import type { ValueType } from '../opcodes.ts';
import type { Context } from './context.ts';
import { within } from './context.ts';
import { compute, define, hold } from './definitions.ts';

export type MathForm = 'scalar' | 'vector';

/** The types of `count` float64: scalars, or four lanes of each in two vectors. */
export function mathTypes(form: MathForm, count: number): ValueType[] {
  const each: readonly ValueType[] = form === 'scalar' ? ['f64'] : ['v128', 'v128'];
  return Array.from({ length: count }, () => each).flat();
}

/** Writes a kernel as a function of the types that `mathTypes` gives its parameters and its result. */
export function writeMath(context: Context, kernel: MathKernel, form: MathForm): void {
  const { f } = context;
  const vector = form === 'vector' ? { axis: null, groups: 1, varying: new Map() } : null;
  const width = vector ? 2 : 1;
  within(context, { vector }, () => {
    kernel.params.forEach((param, i) => {
      const locals = f.params.slice(width * i, width * i + width) as Local[];
      hold(context, param, locals);
    });
    for (const { var: of, value } of kernel.body) {
      context.shared = new Map();
      define(context, of, value);
    }
    context.shared = new Map();
    const result = { name: 'result', dtype: 'float64' } as const;
    const locals = compute(context, result, kernel.result, vector !== null);
    for (let part = 0; part < width; part++) f.localGet(must(locals[part], 'result'));
  });
}
