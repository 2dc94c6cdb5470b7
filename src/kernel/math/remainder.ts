/**
 * fmod: x - n y for the integer n that x / y truncates to, without error. Long division: each step takes 52 bits of
 * the quotient off, its product with y exact in two parts.
 */
import { prim } from '../build.ts';
import type { Scalar } from '../language.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import { twoProduct } from './pair.ts';
import {
  abs,
  add,
  and,
  choose,
  copysign,
  div,
  lt,
  mul,
  neg,
  powerOfTwo,
  select,
  sub,
  trunc,
} from './terms.ts';

/** Steps of the division: enough for any two float32, and for |x / y| < 2^312. */
const steps = 6;
const bitsPerStep = 52;

/** r modulo d, for 0 <= r < 2^53 d: the quotient in float64 is right or one too large. */
function reduce(bind: Let, r: Scalar, d: Scalar): Scalar {
  const q = bind('q', trunc(div(r, d)));
  const product = twoProduct(bind, q, d);
  const rest = bind('r', sub(sub(r, product.high), product.low));
  return bind('r', select(lt(rest, 0), add(rest, d), rest));
}

/** Exact where |x / y| < 2^312, NaN beyond. */
export const fmod: MathKernel = defineMath('fmod', ['x', 'y'], (bind, x, y) => {
  const a = bind('a', abs(x));
  const b = bind('b', abs(y));
  const small = bind('small', lt(b, 2 ** -1022));
  const normal = bind('normal', mul(b, select(small, 2 ** 54, 1)));
  const d = bind('d', prim('mantissa', normal));
  const value = bind('n', sub(prim('toFloat64', prim('exponent', normal)), select(small, 54, 0)));
  const n = { value, int: bind('k', prim('toInt32', value)) };
  const down = powerOfTwo(bind, { value: neg(value), int: prim('neg', n.int) });
  const up = powerOfTwo(bind, n);
  const scaled = bind('scaled', mul(mul(a, down[0]), down[1]));
  let r = scaled;
  for (let step = steps - 1; step >= 0; step--)
    r = reduce(bind, r, bind('divisor', mul(d, 2 ** (bitsPerStep * step))));
  const result = copysign(mul(mul(r, up[0]), up[1]), x);
  const inRange = and(lt(0, b), lt(scaled, 2 ** (bitsPerStep * steps)));
  return choose(
    [
      [lt(a, b), x],
      [and(lt(a, Infinity), inRange), result],
    ],
    Number.NaN,
  );
});
