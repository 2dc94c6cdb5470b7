/** The error function and its complement. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { Shape } from '../shape-types.ts';
import { mul, neg, square } from './arithmetic.ts';
import { unary } from './elementwise.ts';
import type { Unary } from './elementwise.ts';
import { exp } from './exponential.ts';

type Float = Expr<Shape, FloatDType>;

/** The derivative of erf: 2 / sqrt(pi) exp(-x^2). */
const bell = (x: Float): Float => mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI));

/** 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x. */
export const erf: Unary = unary({
  name: 'erf',
  family: 'exponential',
  doc: 'The error function: 2 / sqrt(pi) times the integral of exp(-t^2) from 0 to x.',
  domain: [-3, 3],
  meaning: (k, x) => k.erf(x),
  vjp: (g, x) => mul(g, bell(x as Float)),
  lower: (x) => prim('erf', x),
});

/** 1 - erf(x), accurate where erf(x) is nearly 1. */
export const erfc: Unary = unary({
  name: 'erfc',
  family: 'exponential',
  doc: '1 - erf(x), accurate also where erf(x) is nearly 1.',
  domain: [-3, 3],
  meaning: (k, x) => k.erfc(x),
  vjp: (g, x) => neg(mul(g, bell(x as Float)) as Float),
  lower: (x) => prim('erfc', x),
});
