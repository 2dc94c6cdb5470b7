/** sinh, cosh, tanh: from e^|x| and e^2|x| - 1 as sums of two. */
import type { Scalar } from '../language.ts';
import { exponential, exponentialMinusOne } from './exponential.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import type { Pair } from './pair.ts';
import { fastTwoSum, quotient, twoSum } from './pair.ts';
import { precisionOf } from './precision.ts';
import { abs, add, copysign, div, lt, mul, polynomial, pow2, powerOfTwo, select, sub } from './terms.ts';

/** e^a / 4 = high + low, and e^-a / 4: doubling comes last, so that only a result that is too large overflows. */
interface Quarters extends Pair {
  readonly inverse: Scalar;
}

function quarters(bind: Let, a: Scalar): Quarters {
  const e = exponential(bind, a);
  const [first, second] = powerOfTwo(bind, e.n);
  const high = bind('high', mul(mul(mul(e.high, 0.25), first), second));
  const low = bind('low', mul(mul(mul(e.low, 0.25), first), second));
  return { high, low, inverse: div(1 / 16, add(high, low)) };
}

/** Below 1, x + x^3 p(x^2), where p is a minimax fit: the error is below 2^-56 relatively, or 2^-31. */
export const sinh: MathKernel = defineMath('sinh', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const z = bind('z', mul(x, x));
  const p = polynomial(bind, z, precisionOf(x).fits.sinh);
  const near = add(x, mul(mul(x, z), p));
  const { high, low, inverse } = quarters(bind, a);
  const far = mul(add(high, sub(low, inverse)), 2);
  return select(lt(a, 1), near, copysign(select(lt(precisionOf(x).ends.hyperbolic, a), Infinity, far), x));
});

export const cosh: MathKernel = defineMath('cosh', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const { high, low, inverse } = quarters(bind, a);
  const sum = fastTwoSum(bind, high, inverse);
  return select(lt(precisionOf(x).ends.hyperbolic, a), Infinity, mul(add(sum.high, add(sum.low, low)), 2));
});

/** (e^2a - 1) / (e^2a + 1) with a = |x|; 1 to the last digit beyond 20. */
export const tanh: MathKernel = defineMath('tanh', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const e = exponentialMinusOne(bind, bind('twice', mul(a, 2)));
  const scale = bind('scale', pow2(e.n.int, x));
  const top = fastTwoSum(bind, mul(e.high, scale), mul(e.low, scale));
  const bottom = twoSum(bind, top.high, 2);
  const { high, low } = quotient(bind, top, { high: bottom.high, low: add(bottom.low, top.low) });
  return copysign(select(lt(20, a), 1, add(high, low)), x);
});
