/** Powers. */
import type { Expr } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { Shape } from '../shape-types.ts';
import type { BinaryBuilder } from './arithmetic.ts';
import { mul, reciprocal, sqrt, square, sub } from './arithmetic.ts';
import { eq, ge, logicalAnd, where } from './compare.ts';
import { pair } from './cast.ts';
import type { Operand } from './cast.ts';
import { apply } from './define.ts';
import type { Op } from './define.ts';
import { binaryOp } from './elementwise.ts';
import { log } from './exponential.ts';

type Bool = Expr<Shape, 'bool'>;
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
    const vanishes = logicalAnd(eq(x, 0) as Bool, ge(y, 0) as Bool);
    const logarithm = (log as unknown as FloatFunction)(where(vanishes, 1, x));
    return [mul(g, baseSlope(x, y)), mul(g, mul(z, logarithm))];
  },
  lower: (x, y) => prim('pow', x, y),
});

/** The number that an expression repeats everywhere, if it is known at declaration. */
function knownNumber(y: Expr): number | null {
  const source = y.op.name === 'broadcastTo' ? y.args[0] : y;
  return source?.op.name === 'constant' ? Number(source.attrs['value']) : null;
}

/** y x^(y - 1), which is 0 for y = 0 also where x is 0 or infinite. */
function baseSlope(x: Expr, y: Expr): Expr {
  const known = knownNumber(y);
  if (known !== null && known !== 0) return mul(pow(x, known - 1), known);
  return mul(y, pow(x, where(eq(y, 0) as Bool, 0, sub(y, 1))));
}

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
