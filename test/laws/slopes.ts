/** Slopes and curvatures as the derivative rules have them. */
import { isFloat } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import { hvp, jvp, vjp } from '../../src/ops/derivatives.ts';
import { mul } from '../../src/ops/arithmetic.ts';
import { sum } from '../../src/ops/broadcast.ts';
import { tensor } from '../../src/ops/leaves.ts';
import type { FloatDType } from '../../src/dtype.ts';
import type { Shape } from '../../src/shape-types.ts';
import { evaluate } from './measure.ts';
import type { Point } from './measure.ts';

type Float = Expr<Shape, FloatDType>;

/** The operands that have derivatives, and the given numbers as expressions of their shapes. */
function moving(point: Point, numbers: readonly (readonly number[])[]): { wrt: Float[]; along: Float[] } {
  const kept = point.operands.flatMap(({ leaf }, i) => (isFloat(leaf.dtype) ? [i] : []));
  const wrt = kept.map((i) => point.operands[i]?.leaf as Float);
  const along = kept.map((i, n) => numbersLike(wrt[n] as Float, numbers[i] ?? []));
  return { wrt, along };
}

function numbersLike(like: Expr, data: readonly number[]): Float {
  return tensor(data, like.shape as readonly number[], like.dtype) as unknown as Float;
}

/** The slope by reverse mode: the gradients times the directions. */
export function reverseSlope(point: Point): number {
  const { wrt } = moving(point, point.directions);
  const weights = numbersLike(point.value, point.weights);
  const gradients = evaluate(vjp(point.value as Float, wrt, weights), point.operands);
  const used = point.directions.filter((_, i) => isFloat(point.operands[i]?.leaf.dtype ?? 'bool'));
  return gradients.reduce(
    (total, gradient, i) => total + gradient.reduce((sum, g, j) => sum + g * (used[i]?.[j] ?? 0), 0),
    0,
  );
}

/** The slope by forward mode: the value's speed times the weights. */
export function forwardSlope(point: Point): number {
  const { wrt, along } = moving(point, point.directions);
  const [speed = []] = evaluate([jvp(point.value as Float, wrt, along)], point.operands);
  return speed.reduce((total, s, i) => total + s * (point.weights[i] ?? 0), 0);
}

/** The mixed second derivative along the point's directions and `second`, by differentiating the gradient. */
export function reverseCurvature(point: Point, second: readonly (readonly number[])[]): number {
  const { wrt, along } = moving(point, point.directions);
  const other = moving(point, second).along;
  const weights = numbersLike(point.value, point.weights);
  const total = sum(mul(point.value as Float, weights) as Float) as unknown as Expr<[], FloatDType>;
  const products = hvp(total, wrt, along);
  const parts = products.map((product, i) => sum(mul(product, other[i] as Float) as Float) as Expr);
  return evaluate(parts, point.operands).reduce((all, [part = 0]) => all + part, 0);
}
