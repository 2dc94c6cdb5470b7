/** asinh, acosh, atanh: logarithms of arguments held as sums of two. */
import { logOnePlus } from './logarithm.ts';
import type { MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import { fastTwoSum, quotient, root, twoSquare, twoSum } from './pair.ts';
import { abs, add, copysign, eq, lt, mul, neg, polynomial, select, sub } from './terms.ts';

/** Beyond this, sqrt(a^2 + 1) and sqrt(a^2 - 1) are a, and 1 + a is a, to twice the digits kept. */
const large = 2 ** 60;

/** log(a + sqrt(a^2 + 1)), and below 1/2, x + x^3 p(x^2), where p is a minimax fit: the error is below 2^-58. */
export const asinh: MathKernel = defineMath('asinh', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const z = bind('z', mul(x, x));
  const p = polynomial(
    bind,
    z,
    [
      -0.1666666666666661, 0.07499999999984605, -0.044642857127982785, 0.030381943722441518,
      -0.0223721384988221, 0.017352389010481098, -0.013960251946110393, 0.011513109472803469,
      -0.00953466854444383, 0.007466995950081502, -0.004749637694458336, 0.0017194975529565236,
    ],
  );
  const far = bind('far', lt(large, a));
  const square = twoSquare(bind, select(far, 1, a));
  const inner = twoSum(bind, square.high, 1);
  const s = root(bind, { high: inner.high, low: add(inner.low, square.low) });
  const sum = twoSum(bind, a, s.high);
  const less = fastTwoSum(bind, sum.high, -1);
  const u = bind('argument', select(far, a, less.high));
  const low = select(far, 0, add(less.low, add(sum.low, s.low)));
  const y = logOnePlus(bind, u, low, select(far, 1, 0));
  const near = add(a, mul(mul(a, z), p));
  const value = select(lt(a, 0.5), near, select(lt(a, Infinity), y, a));
  return copysign(value, x);
});

/** log(1 + ((x - 1) + sqrt(x^2 - 1))). */
export const acosh: MathKernel = defineMath('acosh', ['x'], (bind, x) => {
  const far = bind('far', lt(large, x));
  const square = twoSquare(bind, select(far, 1, x));
  const inner = fastTwoSum(bind, sub(square.high, 1), square.low);
  const s = root(bind, inner);
  const t = fastTwoSum(bind, x, -1);
  const sum = twoSum(bind, t.high, s.high);
  const u = bind('argument', select(far, x, sum.high));
  const low = select(far, 0, add(t.low, add(sum.low, s.low)));
  const y = logOnePlus(bind, u, low, select(far, 1, 0));
  return select(lt(x, 1), Number.NaN, select(lt(x, Infinity), y, x));
});

/** Half of log(1 + 2a / (1 - a)) with a = |x|. */
export const atanh: MathKernel = defineMath('atanh', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const bottom = fastTwoSum(bind, 1, neg(a));
  const u = quotient(bind, { high: mul(a, 2) }, bottom);
  const y = mul(logOnePlus(bind, u.high, u.low), 0.5);
  const inside = copysign(select(eq(a, 1), Infinity, select(lt(1, a), Number.NaN, y)), x);
  return select(lt(a, 2 ** -28), x, inside);
});
