/** What a math kernel is, and how one is written down. */
import { variable } from '../build.ts';
import type { Scalar, Var } from '../language.ts';
import type { FloatDType } from '../../dtype.ts';
import type { FunctionPrim } from '../prims.ts';
import { nothing } from './precision.ts';

/**
 * An elementary function of float64 parameters, or of float32 ones: `result`, after the lets of `body` in order. It is free of
 * branches: both sides of a `select` are evaluated, and the side not chosen may be any value, NaN included.
 */
export interface MathKernel {
  readonly name: FunctionPrim;
  readonly params: readonly Var[];
  readonly body: readonly { readonly var: Var; readonly value: Scalar }[];
  readonly result: Scalar;
  /** The same description written out for float32 parameters. */
  readonly inSingle: () => MathKernel;
}

/** Names a value that is used more than once, and returns its use. A name taken already gets a number. */
export type Let = (name: string, value: Scalar) => Scalar;

type Describe<Names extends readonly string[]> = (
  bind: Let,
  ...params: { readonly [K in keyof Names]: Scalar }
) => Scalar;

/** A kernel with one parameter for each of `params`, float64 unless `dtype` says other; `describe` gives its result. */
export function defineMath<const Names extends readonly string[]>(
  name: FunctionPrim,
  params: Names,
  describe: Describe<Names>,
  dtype: FloatDType = 'float64',
): MathKernel {
  const taken = new Map<string, number>();
  const declare = (name: string, dtype: Scalar['dtype']): Var => {
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return { name: count === 1 ? name : `${name}${count}`, dtype };
  };
  const vars = params.map((param) => declare(param, dtype));
  const body: { var: Var; value: Scalar }[] = [];
  const bind: Let = (name, value) => {
    if (value === nothing) return nothing;
    const local = declare(name, value.dtype);
    body.push({ var: local, value });
    return variable(local);
  };
  const uses = vars.map(variable) as { [K in keyof Names]: Scalar };
  const inSingle = (): MathKernel => defineMath(name, params, describe, 'float32');
  return { name, params: vars, body, result: describe(bind, ...uses), inSingle };
}
