/** What a math kernel is, and how one is written down. */
import { variable } from '../build.ts';
import type { Scalar, Var } from '../language.ts';
import type { FunctionPrim } from '../prims.ts';

/**
 * An elementary function of float64 parameters: `result`, after the lets of `body` in order. It is free of
 * branches: both sides of a `select` are evaluated, and the side not chosen may be any value, NaN included.
 */
export interface MathKernel {
  readonly name: FunctionPrim;
  readonly params: readonly Var[];
  readonly body: readonly { readonly var: Var; readonly value: Scalar }[];
  readonly result: Scalar;
}

/** Names a value that is used more than once, and returns its use. A name taken already gets a number. */
export type Let = (name: string, value: Scalar) => Scalar;

/** A kernel with one float64 parameter for each of `params`; `describe` gives its result. */
export function defineMath<const Names extends readonly string[]>(
  name: FunctionPrim,
  params: Names,
  describe: (bind: Let, ...params: { readonly [K in keyof Names]: Scalar }) => Scalar,
): MathKernel {
  const taken = new Map<string, number>();
  const declare = (name: string, dtype: Scalar['dtype']): Var => {
    const count = (taken.get(name) ?? 0) + 1;
    taken.set(name, count);
    return { name: count === 1 ? name : `${name}${count}`, dtype };
  };
  const vars = params.map((param) => declare(param, 'float64'));
  const body: { var: Var; value: Scalar }[] = [];
  const bind: Let = (name, value) => {
    const local = declare(name, value.dtype);
    body.push({ var: local, value });
    return variable(local);
  };
  const uses = vars.map(variable) as { [K in keyof Names]: Scalar };
  return { name, params: vars, body, result: describe(bind, ...uses) };
}
