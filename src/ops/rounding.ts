/** Rounding to whole numbers, and remainders. Rounding is constant almost everywhere: its derivative is 0. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { Shape } from '../shape-types.ts';
import type { BinaryBuilder } from './arithmetic.ts';
import { add, broadcasting, div, mul, neg, sub } from './arithmetic.ts';
import { pair } from './cast.ts';
import type { Operand } from './cast.ts';
import { lt, logicalAnd, ne, where } from './compare.ts';
import type { Op } from './define.ts';
import { binaryOp, composed, unary } from './elementwise.ts';
import type { FloatFunction, Unary } from './elementwise.ts';

type Float = Expr<Shape, FloatDType>;

/** What is rounded up to 0 is negative: -0. */
function roundHalfEven(value: number): number {
  const lower = Math.floor(value);
  const rest = value - lower;
  if (rest < 0.5 || (rest === 0.5 && lower % 2 === 0)) return lower;
  if (lower === -1) return -0;
  return Number.isFinite(value) ? lower + 1 : value;
}

type Rounding = 'floor' | 'ceil' | 'round' | 'trunc';
function rounding(name: Rounding, doc: string, f: (value: number) => number): Unary {
  return unary({
    name,
    family: 'rounding',
    doc,
    kinks: 'integers',
    meaning: (k, x) => k.step(x, f),
    vjp: 'zero',
    lower: (x) => prim(name, x),
  });
}

/** The largest whole number that is not above x. */
export const floor: Unary = rounding('floor', 'The largest whole number not above x.', Math.floor);
/** The smallest whole number that is not below x. */
export const ceil: Unary = rounding('ceil', 'The smallest whole number not below x.', Math.ceil);
/** The nearest whole number, the even one of two that are equally near. */
export const round: Unary = rounding('round', 'The nearest whole number; halves to even.', roundHalfEven);
/** The whole part of x, towards zero. */
export const trunc: Unary = rounding('trunc', 'The whole part of x, towards zero.', Math.trunc);

/** What is left of x without its whole part; it has the sign of x. */
export const frac: FloatFunction = composed((x) => sub(x, trunc(x)));

export const fmodOp: Op = binaryOp({
  name: 'fmod',
  family: 'rounding',
  doc: 'The remainder of x / y rounded towards zero: exact, with the sign of x. In float64, NaN where |x / y| is 2^312 or more.',
  // Between one and two times the divisor: away from the jumps.
  domain: [
    [2.1, 2.4],
    [1.3, 1.6],
  ],
  meaning: (k, x, y) => {
    const [a, b] = [k.primal(x), k.primal(y)];
    const rest = a % b;
    const times = Math.round((a - rest) / b);
    return Number.isNaN(rest) || times === 0
      ? k.add(x, k.constant(rest - a))
      : k.sub(x, k.mul(k.constant(times), y));
  },
  vjp: (g, x, y) => [g, neg(mul(g, trunc(div(x, y) as Float)) as Float)],
  lower: (x, y) => prim('fmod', x, y),
});
/** The remainder of x / y rounded towards zero; it has the sign of x, as in C. */
export const fmod: BinaryBuilder = broadcasting(fmodOp);

/** The remainder of x / y rounded down; it has the sign of y, as in Python. */
export const remainder: BinaryBuilder = ((x: Operand, y: Operand): Expr => {
  const [a, b] = pair('remainder', x, y) as [Float, Float];
  const rest = fmod(a, b) as Float;
  const apart = logicalAnd(ne(rest, 0), ne(lt(rest, 0), lt(b, 0)));
  return where(apart, add(rest, b), rest);
}) as unknown as BinaryBuilder;
