/** Hyperbolic functions and their inverses, through expm1 and log1p, so that small arguments keep their digits. */
import { add, div, fromNumber, half, mul, neg, one, scale, sqrt, sub } from './arithmetic.ts';
import type { DoubleDouble } from './arithmetic.ts';
import { exp, expm1, log, log1p } from './exponential.ts';

/** The odd function that `positive` is for x > 0. It gives zeros and NaN back. */
function odd(positive: (x: DoubleDouble) => DoubleDouble): (x: DoubleDouble) => DoubleDouble {
  return (x) => (x.high > 0 ? positive(x) : x.high < 0 ? neg(positive(neg(x))) : x);
}

/** exp(x) / 2, finite also where exp(x) is not but its half is. */
function halfExp(x: DoubleDouble): DoubleDouble {
  const root = exp(half(x));
  return mul(half(root), root);
}

export const sinh: (x: DoubleDouble) => DoubleDouble = odd((x) => {
  if (x.high > 40) return halfExp(x);
  const t = expm1(x);
  return half(add(t, div(t, add(t, one))));
});

export function cosh(x: DoubleDouble): DoubleDouble {
  if (Math.abs(x.high) > 40) return halfExp(x.high < 0 ? neg(x) : x);
  const e = exp(x);
  return half(add(e, div(one, e)));
}

/** Beyond 40, tanh differs from 1 by less than 1e-34. */
export const tanh: (x: DoubleDouble) => DoubleDouble = odd((x) => {
  if (x.high > 40) return one;
  const t = expm1(scale(x, 1));
  return div(t, add(t, fromNumber(2)));
});

/** log(2x), which asinh and acosh are to 1e-36 from 2^60 on. */
const logTwice = (x: DoubleDouble): DoubleDouble => add(log(x), log(fromNumber(2)));

export const asinh: (x: DoubleDouble) => DoubleDouble = odd((x) => {
  if (x.high > 2 ** 60) return logTwice(x);
  const square = mul(x, x);
  return log1p(add(x, div(square, add(one, sqrt(add(one, square))))));
});

export function acosh(x: DoubleDouble): DoubleDouble {
  if (x.high > 2 ** 60) return logTwice(x);
  const t = sub(x, one);
  if (t.high < 0) return fromNumber(NaN);
  return log1p(add(t, sqrt(mul(t, add(x, one)))));
}

export const atanh: (x: DoubleDouble) => DoubleDouble = odd((x) =>
  half(log1p(div(scale(x, 1), sub(one, x)))),
);
