/** Whether it is safe to compute past the end of an axis, where the results are not used. */
import type { Axis, Scalar, Statement } from '../../../../src/kernel/language.ts';
import type { Definition } from './linear.ts';
import { linearOf, strideAlong } from './linear.ts';
import { dividesPlainly } from './scalars.ts';
import { some } from './order.ts';

/**
 * Whether lets and a value read memory other than elements that lie side by side along `axis`, divide by what may
 * be 0, or hold loops or branches. Otherwise up to 16 values past its end can be computed.
 */
export function readsBeyond(body: readonly Statement[], value: Scalar, axis: Axis): boolean {
  if (some(body, ({ kind }) => kind !== 'let')) return true;
  const lets = new Map(body.flatMap((of) => (of.kind === 'let' ? [[of.var, of.value] as const] : [])));
  const definition: Definition = (of) => lets.get(of) ?? null;
  const reaches = (scalar: Scalar): boolean => {
    if (scalar.kind === 'cond') return true;
    if (scalar.kind === 'prim') {
      const divides = scalar.prim === 'idiv' || scalar.prim === 'irem';
      return (divides && !dividesPlainly(scalar.args[1])) || scalar.args.some(reaches);
    }
    if (scalar.kind !== 'load') return false;
    const stride = strideAlong(linearOf(scalar.index, definition), axis, (of) => of.kind !== 'var');
    return stride !== 0 && stride !== 1;
  };
  return reaches(value) || [...lets.values()].some(reaches);
}
