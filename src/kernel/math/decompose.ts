/** A positive number as a power of two times a number near 1. */
import { constant, prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import type { Let } from './kernel.ts';
import { precisionOf } from './precision.ts';
import { add, exponentOf, lt, mul, neg, pow2, select } from './terms.ts';

/** x = 2^k m: k is an integer as a float. */
export interface Decomposed {
  readonly k: Scalar;
  readonly m: Scalar;
}

/** For x of which a quarter and four times are normal: m lies in [1/ratio, 2/ratio], where 1 <= ratio <= sqrt 2. */
function decomposeScaled(bind: Let, x: Scalar, ratio: number): Decomposed {
  const exponent = bind('exponent', exponentOf(ratio === 1 ? x : mul(x, ratio)));
  const k = prim(x.dtype === 'float32' ? 'toFloat32' : 'toFloat64', exponent);
  return { k, m: bind('m', mul(x, pow2(neg(exponent), x))) };
}

/** For finite x >= 2^-1020, or 2^-124 in float32. */
export function decomposeNormal(bind: Let, x: Scalar, ratio: number): Decomposed {
  const { k, m } = decomposeScaled(bind, bind('quarter', mul(x, 0.25)), ratio);
  return { k: bind('k', add(k, 2)), m };
}

/** For finite x > 0, subnormal or not. */
export function decompose(bind: Let, x: Scalar, ratio: number): Decomposed {
  const { least, up } = precisionOf(x).subnormal;
  const small = bind('small', lt(x, least));
  const number = (value: number): Scalar => constant(x.dtype, value);
  const { k, m } = decomposeScaled(bind, bind('scaled', mul(x, select(small, number(2 ** up), 0.25))), ratio);
  return { k: bind('k', add(k, select(small, number(-up), 2))), m };
}
