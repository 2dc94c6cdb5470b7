/**
 * Elementary functions to about 150 bits: series and identities over `real.ts`, sharing nothing with the kernels.
 * Where a library function of the engine appears, it is a first guess that the formula around it corrects.
 */
import type { MathPrim } from '../../src/kernel/prims.ts';
import type { Real } from './real.ts';
import {
  abs,
  add,
  bitLength,
  div,
  fromFixed,
  magnitude,
  mul,
  neg,
  one,
  precision,
  real,
  scale,
  sign,
  sqrt,
  sub,
  toFixed,
  toNumber,
} from './real.ts';

const P = precision;
const unit = 1n << BigInt(P);

/** The sum 1 + t1 + t2 + ... in fixed point, where `next(term, n)` makes term n of term n - 1. */
function series(next: (term: bigint, n: bigint) => bigint): bigint {
  let sum = 0n;
  let term = unit;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = next(term, n);
  }
  return sum;
}

/** atan(1/n) in fixed point with `bits` bits. */
function arccotangent(n: bigint, bits: number): bigint {
  let power = (1n << BigInt(bits)) / n;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += (k & 2n ? -power : power) / k;
    power /= n * n;
  }
  return sum;
}

const longBits = 1400;
/** pi with 1400 bits (Machin). */
const longPi = (16n * arccotangent(5n, longBits + 64) - 4n * arccotangent(239n, longBits + 64)) >> 64n;
const pi = fromFixed(longPi, longBits);
const longTwoOverPi = (2n << BigInt(2 * longBits)) / longPi;
/** ln 2 = 18 atanh(1/26) - 2 atanh(1/4801) + 8 atanh(1/8749). */
const ln2 = ((): Real => {
  const atanh = (n: bigint): bigint => {
    let power = (1n << 300n) / n;
    let sum = 0n;
    for (let k = 1n; power !== 0n; k += 2n, power /= n * n) sum += power / k;
    return sum;
  };
  return fromFixed(18n * atanh(26n) - 2n * atanh(4801n) + 8n * atanh(8749n), 300);
})();
const ln10 = log(real(10));

/** e^x for |x| < 1 in fixed point: Taylor on x / 256, then eight squarings. */
function expFixed(x: bigint): bigint {
  const small = x >> 8n;
  let y = series((term, n) => ((term * small) >> BigInt(P)) / n);
  for (let i = 0; i < 8; i++) y = (y * y) >> BigInt(P);
  return y;
}

function exp(x: Real): Real {
  if (x.m === 0n) return one;
  const n = Math.round(toNumber(x) / Math.LN2);
  if (!(Math.abs(n) < 1e6)) return n > 0 ? scale(one, 1e6) : scale(one, -1e6);
  const r = sub(x, mul(real(n), ln2));
  return scale(fromFixed(expFixed(toFixed(r, P)), P), n);
}

function expm1(x: Real): Real {
  if (x.m === 0n || magnitude(x) >= -5) return sub(exp(x), one);
  const t = toFixed(x, P);
  return mul(
    x,
    fromFixed(
      series((term, n) => ((term * t) >> BigInt(P)) / (n + 1n)),
      P,
    ),
  );
}

function log(x: Real): Real {
  const e = magnitude(x);
  const m = scale(x, -e);
  const guess = Math.log(toNumber(m));
  const rest = sub(mul(m, exp(real(-guess))), one);
  return add(mul(real(e), ln2), add(real(guess), smallLog1p(rest)));
}

/** log(1 + x) = 2 atanh(x / (2 + x)), for |x| < 1/4. */
function smallLog1p(x: Real): Real {
  if (x.m === 0n) return x;
  const t = div(x, add(real(2), x));
  const square = toFixed(mul(t, t), P);
  let power = unit;
  let sum = 0n;
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += power / k;
    power = (power * square) >> BigInt(P);
  }
  return scale(mul(t, fromFixed(sum, P)), 1);
}

const log1p = (x: Real): Real => (x.m === 0n || magnitude(x) < -3 ? smallLog1p(x) : log(add(one, x)));

/** The quadrant of x and its distance r from the quadrant's axis: x = n pi/2 + r, |r| <= pi/4. */
function quadrant(x: Real): { n: number; r: Real } {
  if (x.m === 0n || magnitude(x) < -2) return { n: 0, r: x };
  const bits = longBits - x.e;
  const turns = x.m * longTwoOverPi;
  const n = (turns + (1n << BigInt(bits - 1))) >> BigInt(bits);
  const rest = fromFixed(turns - (n << BigInt(bits)), bits);
  return { n: Number(n & 3n), r: scale(mul(rest, pi), -1) };
}

/** Sine and cosine of |r| <= pi/4. */
function sinCos(r: Real): { s: Real; c: Real } {
  const square = toFixed(mul(r, r), P);
  const terms = (first: bigint): Real =>
    fromFixed(
      series((term, n) => -((term * square) >> BigInt(P)) / ((2n * n + first - 1n) * (2n * n + first))),
      P,
    );
  return { s: mul(r, terms(1n)), c: terms(0n) };
}

function sin(x: Real): Real {
  const { n, r } = quadrant(x);
  const { s, c } = sinCos(r);
  const value = n % 2 === 0 ? s : c;
  return n < 2 ? value : neg(value);
}

function cos(x: Real): Real {
  const { n, r } = quadrant(x);
  const { s, c } = sinCos(r);
  const value = n % 2 === 0 ? c : s;
  return n === 0 || n === 3 ? value : neg(value);
}

const tan = (x: Real): Real => div(sin(x), cos(x));

function atan(x: Real): Real {
  const guess = real(Math.atan(toNumber(x)));
  const t = tan(guess);
  const d = div(sub(x, t), add(one, mul(x, t)));
  return add(guess, sub(d, div(mul(d, mul(d, d)), real(3))));
}

const halfPi = scale(pi, -1);

/** The angle of (x, y), neither of them both zero. */
function atan2(y: Real, x: Real): Real {
  if (x.m === 0n) return y.m < 0n ? neg(halfPi) : halfPi;
  const base = atan(div(y, x));
  if (x.m > 0n) return base;
  return y.m < 0n ? sub(base, pi) : add(base, pi);
}

const cosineOf = (x: Real): Real => sqrt(mul(sub(one, x), add(one, x)));

function sinh(x: Real): Real {
  const e = expm1(abs(x));
  const y = scale(add(e, div(e, add(e, one))), -1);
  return sign(x) < 0 ? neg(y) : y;
}

function tanh(x: Real): Real {
  const e = expm1(scale(x, 1));
  return div(e, add(e, real(2)));
}

function asinh(x: Real): Real {
  const t = abs(x);
  const square = mul(t, t);
  const y = log1p(add(t, div(square, add(one, sqrt(add(one, square))))));
  return sign(x) < 0 ? neg(y) : y;
}

function acosh(x: Real): Real {
  const t = sub(x, one);
  return log1p(add(t, sqrt(mul(t, add(x, one)))));
}

const rootPi = sqrt(pi);

/** erf x = 2/sqrt(pi) e^(-x^2) x (1 + 2x^2/3 + (2x^2)^2/(3 5) + ...), with `extra` bits beyond the usual. */
function erf(x: Real): Real {
  const square = mul(x, x);
  const twice = toFixed(square, P + 1);
  const sum = series((term, n) => ((term * twice) >> BigInt(P)) / (2n * n + 1n));
  return div(scale(mul(mul(x, fromFixed(sum, P)), exp(neg(square))), 1), rootPi);
}

/** Through erf below 5 (36 bits cancel), by the continued fraction of Laplace above. */
function erfc(x: Real): Real {
  const at = toNumber(x);
  if (at < 5) return sub(one, erf(x));
  let fraction = x;
  for (let k = 120; k >= 1; k--) fraction = add(x, div(real(k / 2), fraction));
  return div(exp(neg(mul(x, x))), mul(fraction, rootPi));
}

function fmod(x: Real, y: Real): Real {
  const e = Math.min(x.e, y.e);
  return { m: (x.m << BigInt(x.e - e)) % (y.m << BigInt(y.e - e)), e };
}

const pow = (x: Real, y: Real): Real => {
  const odd = y.m !== 0n && y.e <= 0 && bitLength(y.m & -y.m) === 1 - y.e;
  const value = exp(mul(y, log(abs(x))));
  return sign(x) < 0 && odd ? neg(value) : value;
};

type Oracle = (x: Real, y: Real) => Real;

/** Finite arguments inside the domain only; a function of one argument ignores the second. */
export const oracle: Readonly<Record<MathPrim, Oracle>> = {
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  asin: (x) => atan2(x, cosineOf(x)),
  acos: (x) => atan2(cosineOf(x), x),
  atan,
  atan2,
  sinh,
  cosh: (x) => scale(add(exp(x), exp(neg(x))), -1),
  tanh,
  asinh,
  acosh,
  atanh: (x) => scale(log1p(div(scale(x, 1), sub(one, x))), -1),
  erf,
  erfc,
  pow,
  exp2: (x) => exp(mul(x, ln2)),
  log2: (x) => div(log(x), ln2),
  log10: (x) => div(log(x), ln10),
  sigmoid: (x) => div(one, add(one, exp(neg(x)))),
  fmod,
};
