/** Hyperbolic functions and their inverses; the hyperbolic tangent stands with the exponentials. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { Shape } from '../shape-types.ts';
import { add, div, mul, sqrt, square, sub } from './arithmetic.ts';
import { unary } from './elementwise.ts';
import type { Unary } from './elementwise.ts';

type Float = Expr<Shape, FloatDType>;

/** The hyperbolic sine. */
export const sinh: Unary = unary({
  name: 'sinh',
  family: 'trigonometric',
  doc: 'The hyperbolic sine.',
  domain: [-3, 3],
  meaning: (k, x) => k.sinh(x),
  vjp: (g, x) => mul(g, cosh(x as Float)),
  lower: (x) => prim('sinh', x),
});

/** The hyperbolic cosine. */
export const cosh: Unary = unary({
  name: 'cosh',
  family: 'trigonometric',
  doc: 'The hyperbolic cosine.',
  domain: [-3, 3],
  meaning: (k, x) => k.cosh(x),
  vjp: (g, x) => mul(g, sinh(x as Float)),
  lower: (x) => prim('cosh', x),
});

/** The number whose hyperbolic sine is x. */
export const asinh: Unary = unary({
  name: 'asinh',
  family: 'trigonometric',
  doc: 'The number whose hyperbolic sine is x.',
  domain: [-4, 4],
  meaning: (k, x) => k.asinh(x),
  vjp: (g, x) => div(g, sqrt(add(square(x), 1) as Float)),
  lower: (x) => prim('asinh', x),
});

/** The non-negative number whose hyperbolic cosine is x. */
export const acosh: Unary = unary({
  name: 'acosh',
  family: 'trigonometric',
  doc: 'The non-negative number whose hyperbolic cosine is x; NaN below 1.',
  domain: [1.1, 5],
  meaning: (k, x) => k.acosh(x),
  vjp: (g, x) => div(g, sqrt(mul(sub(x as Float, 1), add(x as Float, 1)))),
  lower: (x) => prim('acosh', x),
});

/** The number whose hyperbolic tangent is x. */
export const atanh: Unary = unary({
  name: 'atanh',
  family: 'trigonometric',
  doc: 'The number whose hyperbolic tangent is x; infinite at -1 and 1, NaN beyond.',
  domain: [-0.95, 0.95],
  meaning: (k, x) => k.atanh(x),
  vjp: (g, x) => div(g, mul(sub(1, x as Float), add(x as Float, 1))),
  lower: (x) => prim('atanh', x),
});
