/**
 * fmod: x - n y for the integer n that x / y truncates to, without error. Long division: each step takes 52 bits of
 * the quotient off, its product with y exact in two parts.
 */
import type { Scalar } from '../language.ts';
import { decompose } from './decompose.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import { twoProduct } from './pair.ts';
import {
  abs,
  add,
  and,
  copysign,
  div,
  lt,
  mul,
  nearestInteger,
  neg,
  powerOfTwo,
  scale,
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
  const { k, m } = decompose(bind, b, 1);
  const n = nearestInteger(bind, k);
  const [up, upper] = powerOfTwo(bind, n);
  const scaled = bind('scaled', scale(bind, a, { value: neg(n.value), int: neg(n.int) }));
  let r = scaled;
  for (let step = steps - 1; step >= 0; step--)
    r = reduce(bind, r, bind('divisor', mul(m, 2 ** (bitsPerStep * step))));
  const result = copysign(mul(mul(r, up), upper), x);
  const inRange = and(lt(0, b), lt(scaled, 2 ** (bitsPerStep * steps)));
  return select(lt(a, b), x, select(and(lt(a, Infinity), inRange), result, Number.NaN));
});
