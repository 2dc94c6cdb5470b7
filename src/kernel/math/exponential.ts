/** exp. Method and constants of fdlibm: x = n ln 2 + r, |r| <= ln 2 / 2, and a rational function of r. */
import { prim } from '../build.ts';
import type { MathKernel } from './kernel.ts';
import { add, defineMath, div, lt, mul, polynomial, select, sub } from './kernel.ts';

/** Adding and subtracting 1.5 * 2^52 rounds to an integer, half to even, for |x| < 2^51. */
const roundingShift = 6755399441055744;

export const exp: MathKernel = defineMath('exp', ['x'], (name, x) => {
  const shifted = name('shifted', add(mul(x, Math.LOG2E), roundingShift));
  const n = name('n', sub(shifted, roundingShift));
  const hi = name('hi', sub(x, mul(n, 6.9314718036912381649e-1)));
  const lo = name('lo', mul(n, 1.90821492927058770002e-10));
  const r = name('r', sub(hi, lo));
  const c = name(
    'c',
    sub(
      r,
      mul(
        mul(r, r),
        polynomial(
          mul(r, r),
          [
            1.66666666666666019037e-1, -2.77777777770155933842e-3, 6.61375632143793436117e-5,
            -1.6533902205465251539e-6, 4.13813679705723846039e-8,
          ],
        ),
      ),
    ),
  );
  const y = sub(1, sub(sub(lo, div(mul(r, c), sub(2, c))), hi));
  const k = name('k', prim('lowWord', shifted));
  const half = name('half', prim('lowWord', add(mul(n, 0.5), roundingShift)));
  const scaled = mul(mul(y, prim('pow2', half)), prim('pow2', prim('sub', k, half)));
  return select(lt(709.782712893384, x), Infinity, select(lt(x, -745.1332191019412), 0, scaled));
});
