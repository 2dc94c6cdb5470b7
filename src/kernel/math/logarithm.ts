/** log. Method and constants of fdlibm. */
import { prim } from '../build.ts';
import type { MathKernel } from './kernel.ts';
import { add, defineMath, div, eq, lt, mul, polynomial, select, sub } from './kernel.ts';

export const log: MathKernel = defineMath('log', ['x'], (name, x) => {
  const subnormal = name('subnormal', lt(x, 2 ** -1022));
  const scaled = name('scaled', select(subnormal, mul(x, 2 ** 54), x));
  const mantissa = name('mantissa', prim('mantissa', scaled));
  const large = name('large', lt(Math.SQRT2, mantissa));
  const exponent = prim('toFloat64', prim('exponent', scaled));
  const k = name('k', sub(add(exponent, select(large, 1, 0)), select(subnormal, 54, 0)));
  const f = name('f', sub(select(large, mul(mantissa, 0.5), mantissa), 1));
  const s = name('s', div(f, add(f, 2)));
  const z = name('z', mul(s, s));
  const rest = mul(
    z,
    polynomial(
      z,
      [
        6.66666666666673513e-1, 3.999999999940941908e-1, 2.857142874366239149e-1, 2.222219843214978396e-1,
        1.818357216161805012e-1, 1.531383769920937332e-1, 1.479819860511658591e-1,
      ],
    ),
  );
  const halfSquare = name('halfSquare', mul(mul(0.5, f), f));
  const low = add(mul(s, add(halfSquare, rest)), mul(k, 1.90821492927058770002e-10));
  const y = sub(mul(k, 6.9314718036912381649e-1), sub(sub(halfSquare, low), f));
  const positive = select(lt(x, Infinity), select(eq(x, 0), -Infinity, y), x);
  return select(lt(x, 0), Number.NaN, positive);
});
