/** Powers. */
import type { Expr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { BinaryBuilder } from './arithmetic.ts';
import { mul, reciprocal, sqrt, square } from './arithmetic.ts';
import { eq, gt, where } from './compare.ts';
import { pair } from './cast.ts';
import type { Operand } from './cast.ts';
import { apply } from './define.ts';
import type { Op } from './define.ts';
import { binaryOp } from './elementwise.ts';
import { log } from './exponential.ts';

type FloatFunction = (x: Expr) => Expr;

/** x to the power y; the gradient is 0 where y is 0, also at x = 0. */
export const powOp: Op = binaryOp({
  name: 'pow',
  family: 'exponential',
  doc: 'x to the power y, as C has it. Whole exponents known at declaration become products.',
  domain: [
    [0.2, 3],
    [-2, 3],
  ],
  meaning: (k, x, y) => k.pow(x, y),
  vjp: (g, x, y, z) => {
    const base = where(eq(y, 0), 0, mul(g, mul(y, pow(x, y.sub(1)))));
    const positive = where(gt(x, 0), x, 1);
    const exponent = mul(g, mul(z, (log as unknown as FloatFunction)(positive)));
    return [base, where(gt(x, 0), exponent, where(eq(x, 0), where(gt(y, 0), 0, mul(g, z)), exponent))];
  },
  lower: (x, y) => prim('pow', x, y),
});

const exact = new Map<number, FloatFunction>([
  [1, (x) => x],
  [2, (x) => square(x)],
  [3, (x) => mul(square(x), x)],
  [0.5, sqrt as unknown as FloatFunction],
  [-1, reciprocal as unknown as FloatFunction],
]);

/** x to the power y, with broadcasting. */
export const pow: BinaryBuilder = ((x: Operand, y: Operand): Expr => {
  const special = typeof y === 'number' && typeof x !== 'number' ? exact.get(y) : undefined;
  return special && typeof x !== 'number' ? special(x) : apply(powOp, pair('pow', x, y), {});
}) as unknown as BinaryBuilder;
