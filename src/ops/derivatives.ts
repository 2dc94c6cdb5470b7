/** Derivatives as expressions, in forms other than the gradient of a scalar. All of them can be differentiated again. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { add, mul } from './arithmetic.ts';
import { sum } from './broadcast.ts';
import { concat } from './concat.ts';
import { gradient, gradientOp } from './control.ts';
import { cotangentOf } from './custom.ts';
import { apply } from './define.ts';
import { knownSize, select } from './parts.ts';
import { reshape } from './reshape.ts';

type Float = Expr<Shape, FloatDType>;
type Scalar = Expr<[], FloatDType>;
type Each<W extends readonly Expr[]> = { [I in keyof W]: W[I] };

/** sum(a * b) over all pairs. */
function inner(x: readonly Expr[], y: readonly Expr[]): Scalar {
  if (x.length !== y.length) {
    throw new AdjointError(
      'E-ATTRIBUTE',
      `${y.length} directions for ${x.length} variables`,
      x.map(describe),
    );
  }
  const terms = x.map((a, i) => sum(mul(a as Float, must(y[i], 'direction') as Float) as Float) as Float);
  return terms.reduce((a, b) => add(a, b)) as unknown as Scalar;
}

/** J^T v: the derivative of sum(y v) with respect to `wrt`, where v counts as a constant. */
export function vjp<S extends Shape, W extends Shape, D extends FloatDType>(
  y: Expr<S, FloatDType>,
  wrt: Expr<W, D>,
  cotangent: Expr<S, FloatDType>,
): Expr<W, D>;
export function vjp<S extends Shape, const W extends readonly Expr[]>(
  y: Expr<S, FloatDType>,
  wrt: W,
  cotangent: Expr<S, FloatDType>,
): Each<W>;
export function vjp(y: Expr, wrt: Expr | readonly Expr[], cotangent: Expr): Expr | Expr[] {
  if (Array.isArray(wrt)) return wrt.map((x: Expr) => apply(gradientOp, [y, x, cotangent], {}));
  return apply(gradientOp, [y, wrt as Expr, cotangent], {});
}

/**
 * J v: the derivative of y along `direction` of `wrt`, which has the shape of y. J^T u is linear in u, and J v is the
 * transpose of that, so it is the derivative with respect to u, whatever u is.
 */
export function jvp<S extends Shape, D extends FloatDType, W extends Shape>(
  y: Expr<S, D>,
  wrt: Expr<W, FloatDType>,
  direction: Expr<NoInfer<W>, FloatDType>,
): Expr<S, D>;
export function jvp<S extends Shape, D extends FloatDType>(
  y: Expr<S, D>,
  wrt: readonly Expr[],
  direction: readonly Expr[],
): Expr<S, D>;
export function jvp(y: Expr, wrt: Expr | readonly Expr[], direction: Expr | readonly Expr[]): Expr {
  const [variables, directions] = [[wrt].flat() as Expr[], [direction].flat() as Expr[]];
  const u = cotangentOf(y);
  const pulled = vjp(y as Float, variables, u as Float);
  return gradient(inner(pulled, directions), u as Float);
}

/** H v: the derivative of the gradient of a rank-0 value along `direction` of `wrt`. */
export function hvp<W extends Shape, D extends FloatDType>(
  value: Expr<[], FloatDType>,
  wrt: Expr<W, D>,
  direction: Expr<NoInfer<W>, FloatDType>,
): Expr<W, D>;
export function hvp<const W extends readonly Expr[]>(
  value: Expr<[], FloatDType>,
  wrt: W,
  direction: { readonly [I in keyof W]: Expr },
): Each<W>;
export function hvp(
  value: Scalar,
  wrt: Expr | readonly Expr[],
  direction: Expr | readonly Expr[],
): Expr | Expr[] {
  const [variables, directions] = [[wrt].flat() as Expr[], [direction].flat() as Expr[]];
  const products = gradient(inner(gradient(value, variables), directions), variables);
  return Array.isArray(wrt) ? products : must(products[0], 'product');
}

/** All partial derivatives of y: the axes of y, then those of `wrt`. One reverse pass for each element of y. */
export function jacobian<D extends FloatDType>(
  y: Expr<Shape, FloatDType>,
  wrt: Expr<Shape, D>,
): Expr<Shape, D> {
  const sizes = y.shape.map((_, axis) => knownSize('jacobian', y, axis));
  const count = sizes.reduce((a, b) => a * b, 1);
  if (count === 0)
    throw new AdjointError('E-ATTRIBUTE', 'jacobian of a tensor without elements', [describe(y)]);
  const flat = reshape(y, [count]);
  const rows = Array.from({ length: count }, (_, index) => {
    const element = select(flat as Float, { axis: 0, index }) as unknown as Scalar;
    return reshape(gradient(element, wrt), [1, ...wrt.shape]) as Expr<Shape, D>;
  });
  return reshape(concat(rows), [...sizes, ...wrt.shape]) as Expr<Shape, D>;
}

/** All second derivatives of a rank-0 value: the axes of `wrt` twice. */
export function hessian<D extends FloatDType>(
  value: Expr<[], FloatDType>,
  wrt: Expr<Shape, D>,
): Expr<Shape, D> {
  return jacobian(gradient(value, wrt), wrt);
}
