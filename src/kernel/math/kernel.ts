/** What a math kernel is, and how one is written down. */
import { float64, prim, variable } from '../build.ts';
import type { Scalar, Var } from '../language.ts';
import type { MathPrim } from '../prims.ts';

/** An elementary function on float64, free of branches: `result` after the `body`'s lets, in order. */
export interface MathKernel {
  readonly name: MathPrim;
  /** float64. */
  readonly params: readonly Var[];
  readonly body: readonly { readonly var: Var; readonly value: Scalar }[];
  readonly result: Scalar;
}

/** Names a value that is used more than once; returns its use. */
export type Let = (name: string, value: Scalar) => Scalar;

/** Describes a function of as many float64 parameters as there are `names`. */
export function defineMath<const N extends readonly string[]>(
  name: MathPrim,
  names: N,
  describe: (name: Let, ...params: { readonly [K in keyof N]: Scalar }) => Scalar,
): MathKernel {
  const params = names.map((name): Var => ({ name, dtype: 'float64' }));
  const body: { var: Var; value: Scalar }[] = [];
  const bind: Let = (name, value) => {
    const local: Var = { name, dtype: value.dtype };
    body.push({ var: local, value });
    return variable(local);
  };
  const uses = params.map(variable) as { [K in keyof N]: Scalar };
  const result = describe(bind, ...uses);
  return { name, params, body, result };
}

/** A term, or a number that stands for the float64 constant. */
export type Term = Scalar | number;

const term = (t: Term): Scalar => (typeof t === 'number' ? float64(t) : t);

export const add = (a: Term, b: Term): Scalar => prim('add', term(a), term(b));
export const sub = (a: Term, b: Term): Scalar => prim('sub', term(a), term(b));
export const mul = (a: Term, b: Term): Scalar => prim('mul', term(a), term(b));
export const div = (a: Term, b: Term): Scalar => prim('div', term(a), term(b));
export const neg = (a: Term): Scalar => prim('neg', term(a));
export const abs = (a: Term): Scalar => prim('abs', term(a));
export const sqrt = (a: Term): Scalar => prim('sqrt', term(a));
export const min = (a: Term, b: Term): Scalar => prim('min', term(a), term(b));
export const max = (a: Term, b: Term): Scalar => prim('max', term(a), term(b));
export const copysign = (magnitude: Term, sign: Term): Scalar =>
  prim('copysign', term(magnitude), term(sign));
export const eq = (a: Term, b: Term): Scalar => prim('eq', term(a), term(b));
export const ne = (a: Term, b: Term): Scalar => prim('ne', term(a), term(b));
export const lt = (a: Term, b: Term): Scalar => prim('lt', term(a), term(b));
export const le = (a: Term, b: Term): Scalar => prim('le', term(a), term(b));
export const and = (a: Scalar, b: Scalar): Scalar => prim('and', a, b);
export const or = (a: Scalar, b: Scalar): Scalar => prim('or', a, b);
export const select = (test: Scalar, then: Term, otherwise: Term): Scalar =>
  prim('select', test, term(then), term(otherwise));

/** The sum of `coefficients[i] * x^i` by Horner's rule. */
export function polynomial(x: Scalar, coefficients: readonly number[]): Scalar {
  return coefficients
    .slice(0, -1)
    .reduceRight<Scalar>((sum, c) => add(mul(sum, x), c), float64(coefficients.at(-1) ?? 0));
}
