/** Trigonometric functions and their inverses; angles in radians. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { Shape } from '../shape-types.ts';
import type { BinaryBuilder } from './arithmetic.ts';
import { add, broadcasting, div, mul, neg, sqrt, square, sub } from './arithmetic.ts';
import { eq, where } from './compare.ts';
import type { Op } from './define.ts';
import { binaryOp, unary } from './elementwise.ts';
import type { Unary } from './elementwise.ts';

type Float = Expr<Shape, FloatDType>;

/** sqrt(1 - x^2), without the loss of digits that the square brings near 1. */
const complement = (x: Float): Float => sqrt(mul(sub(1, x), add(x, 1)));

/** The sine. */
export const sin: Unary = unary({
  name: 'sin',
  family: 'trigonometric',
  doc: 'The sine of an angle in radians.',
  domain: [-6, 6],
  meaning: (k, x) => k.sin(x),
  vjp: (g, x) => mul(g, cos(x as Float)),
  lower: (x) => prim('sin', x),
});

/** The cosine. */
export const cos: Unary = unary({
  name: 'cos',
  family: 'trigonometric',
  doc: 'The cosine of an angle in radians.',
  domain: [-6, 6],
  meaning: (k, x) => k.cos(x),
  vjp: (g, x) => neg(mul(g, sin(x as Float)) as Float),
  lower: (x) => prim('cos', x),
});

/** The tangent. */
export const tan: Unary = unary({
  name: 'tan',
  family: 'trigonometric',
  doc: 'The tangent of an angle in radians.',
  domain: [-1.3, 1.3],
  meaning: (k, x) => k.tan(x),
  vjp: (g, _x, y) => mul(g, add(square(y), 1)),
  lower: (x) => prim('tan', x),
});

/** The angle in [-pi/2, pi/2] whose sine is x. */
export const asin: Unary = unary({
  name: 'asin',
  family: 'trigonometric',
  doc: 'The angle in [-pi/2, pi/2] whose sine is x; NaN outside [-1, 1].',
  domain: [-0.95, 0.95],
  meaning: (k, x) => k.asin(x),
  vjp: (g, x) => div(g, complement(x as Float)),
  lower: (x) => prim('asin', x),
});

/** The angle in [0, pi] whose cosine is x. */
export const acos: Unary = unary({
  name: 'acos',
  family: 'trigonometric',
  doc: 'The angle in [0, pi] whose cosine is x; NaN outside [-1, 1].',
  domain: [-0.95, 0.95],
  meaning: (k, x) => k.acos(x),
  vjp: (g, x) => neg(div(g, complement(x as Float)) as Float),
  lower: (x) => prim('acos', x),
});

/** The angle in (-pi/2, pi/2) whose tangent is x. */
export const atan: Unary = unary({
  name: 'atan',
  family: 'trigonometric',
  doc: 'The angle in [-pi/2, pi/2] whose tangent is x.',
  domain: [-4, 4],
  meaning: (k, x) => k.atan(x),
  vjp: (g, x) => div(g, add(square(x), 1)),
  lower: (x) => prim('atan', x),
});

export const atan2Op: Op = binaryOp({
  name: 'atan2',
  family: 'trigonometric',
  doc: 'The angle of the point (y, x), the ordinate first, in [-pi, pi]. At the origin the derivative is 0.',
  domain: [
    [0.2, 3],
    [-3, 3],
  ],
  meaning: (k, y, x) => k.atan2(y, x),
  vjp: (g, y, x) => {
    const sum = add(square(y), square(x));
    // At the origin, which has no angle, the derivative is 0.
    const squares = where(eq(sum, 0) as Expr<Shape, 'bool'>, 1, sum);
    return [mul(g, div(x, squares)), neg(mul(g, div(y, squares)) as Float)];
  },
  lower: (y, x) => prim('atan2', y, x),
});
/** The angle of the point (y, x), the ordinate first. */
export const atan2: BinaryBuilder = broadcasting(atan2Op);
