/**
 * erf, erfc. Near 0, erf x = x + x p(x^2). Beyond 0.75, erf x = 1 - e^l(x) where l is a fit of log erfc weighted by
 * erfc. Beyond 0.6, erfc x = e^(-x^2) g(t) / (1 + 2x) with t = (x - 3.75)/(x + 3.75) (the form of Shepherd and
 * Laframboise), taken in pairs so that the tail keeps its relative accuracy. All fits are minimax: the errors are
 * below 2^-57.
 */
import type { Scalar } from '../language.ts';
import { exponential } from './exponential.ts';
import type { Let, MathKernel } from './kernel.ts';
import { defineMath } from './kernel.ts';
import type { Pair } from './pair.ts';
import { fastTwoSum, product, quotient, twoSquare } from './pair.ts';
import { abs, add, copysign, div, lt, mul, neg, polynomial, pow2, scale, select, sub } from './terms.ts';

/** erf(x) - x, for |x| <= 0.75. */
function beyondLine(bind: Let, x: Scalar): Scalar {
  const p = polynomial(
    bind,
    bind('z', mul(x, x)),
    [
      0.1283791670955126, -0.37612638903183715, 0.11283791670952474, -0.026866170644400965,
      0.005223977615103558, -0.000854832616776771, 0.00012055288720535362, -1.4924175139914502e-5,
      1.6430364388535503e-6, -1.5937390634815935e-7, 1.1462977622670605e-8,
    ],
  );
  return mul(x, p);
}

/** log erfc(a) for a in [0.75, 6], from the value at 7/8. */
function logTail(bind: Let, a: Scalar): Pair {
  const u = bind('u', sub(a, 0.875));
  const p = polynomial(
    bind,
    u,
    [
      -2.4302197229548383, -0.8265416933338643, -0.04689605455993369, 0.011323339681625041,
      -0.0021439977592746704, 0.00020078815013659484, 5.927675976305931e-5, -3.93504059166958e-5,
      1.2122328170176616e-5, -1.986869987988337e-6, -1.8631846905180482e-7, 2.7215606106318816e-7,
      -1.1437381206458267e-7, 3.211924256122564e-8, -6.609570842180751e-9, 9.932594750023812e-10,
      -1.0362044970924403e-10, 6.706757887049184e-12, -2.0242753108857075e-13,
    ],
  );
  return fastTwoSum(bind, -1.5328244365985517, add(mul(u, p), 4.8651685918349604e-17));
}

export const erf: MathKernel = defineMath('erf', ['x'], (bind, x) => {
  const a = bind('a', abs(x));
  const near = add(a, beyondLine(bind, a));
  const l = logTail(bind, a);
  const e = exponential(bind, l.high, l.low);
  const power = bind('power', pow2(e.n.int));
  const far = fastTwoSum(bind, 1, neg(mul(e.high, power)));
  const value = add(far.high, sub(far.low, mul(e.low, power)));
  return copysign(select(lt(a, 0.75), near, select(lt(6, a), 1, value)), x);
});

/** e^(a^2) erfc(a) (1 + 2a), for a >= 0.6. */
function scaledTail(bind: Let, a: Scalar): Pair {
  const t = bind('t', div(sub(a, 3.75), add(a, 3.75)));
  const p = polynomial(
    bind,
    t,
    [
      -0.14024059858554702, 0.0035854154854637354, 0.08227673849015037, -0.10880393014171158,
      0.0923043211602298, -0.058693398590406044, 0.028362277420832298, -0.00974657955007496,
      0.0017556258406042436, 0.0002937136195537707, -0.0002901540388448015, 5.1649251166260194e-5,
      2.2384189551702477e-5, -1.144440025832014e-5, -9.736965023633285e-7, 1.7516526793494274e-6,
      -5.657408953636897e-8, -2.578724102339203e-7, 2.2159152229940794e-8, 3.713214316142103e-8,
      -2.822533208088545e-9, -3.881286842973756e-9,
    ],
  );
  return fastTwoSum(bind, 1.2375126308378275, add(mul(t, p), 1.0528135614660577e-16));
}

export const erfc: MathKernel = defineMath('erfc', ['x'], (bind, x) => {
  const less = fastTwoSum(bind, 1, neg(x));
  const near = add(less.high, sub(less.low, beyondLine(bind, x)));
  const a = bind('a', abs(x));
  const square = twoSquare(bind, a);
  const e = exponential(bind, bind('minus', neg(square.high)), neg(square.low));
  const top = product(bind, fastTwoSum(bind, e.high, e.low), scaledTail(bind, a));
  const { high, low } = quotient(bind, top, fastTwoSum(bind, mul(a, 2), 1));
  const tail = bind('tail', select(lt(28, a), 0, scale(bind, add(high, low), e.n)));
  return select(lt(a, 0.6), near, select(lt(x, 0), sub(2, tail), tail));
});
