/** A positive number as a power of two times a number near 1. */
import { prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import type { Let } from './kernel.ts';
import { add, lt, mul, neg, pow2, select } from './terms.ts';

/** x = 2^k m: k is an integer as a float64. */
export interface Decomposed {
  readonly k: Scalar;
  readonly m: Scalar;
}

/** For 2^-1022 <= x < 2^1022: m lies in [1/ratio, 2/ratio], where 1 <= ratio <= sqrt 2. */
function decomposeScaled(bind: Let, x: Scalar, ratio: number): Decomposed {
  const exponent = bind('exponent', prim('exponent', ratio === 1 ? x : mul(x, ratio)));
  return { k: prim('toFloat64', exponent), m: bind('m', mul(x, pow2(neg(exponent)))) };
}

/** For finite x >= 2^-1020. */
export function decomposeNormal(bind: Let, x: Scalar, ratio: number): Decomposed {
  const { k, m } = decomposeScaled(bind, bind('quarter', mul(x, 0.25)), ratio);
  return { k: bind('k', add(k, 2)), m };
}

/** For finite x > 0, subnormal or not. */
export function decompose(bind: Let, x: Scalar, ratio: number): Decomposed {
  const small = bind('small', lt(x, 2 ** -1020));
  const { k, m } = decomposeScaled(bind, bind('scaled', mul(x, select(small, 2 ** 54, 0.25))), ratio);
  return { k: bind('k', add(k, select(small, -54, 2))), m };
}
