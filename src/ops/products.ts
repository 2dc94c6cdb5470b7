/** Products of vectors and matrices, built on `matmul` and `mul`. */
import type { DType, FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Dim, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import { add, mul } from './arithmetic.ts';
import { matmul } from './contract.ts';
import { reshape, unsqueeze } from './reshape.ts';

function checkRank(what: string, rank: number, ...args: readonly Expr[]): void {
  if (args.every(({ shape }) => shape.length === rank)) return;
  const kind = rank === 1 ? 'vectors' : rank === 2 ? 'matrices' : 'stacks of matrices';
  throw new AdjointError('E-SHAPE-RANK', `${what}: needs ${kind}`, args.map(describe));
}

/** The sum of the products of two vectors. */
export function dot<N extends Dim, D extends DType>(
  x: Expr<readonly [N], D>,
  y: Expr<readonly [NoInfer<N>], D>,
): Expr<[], D> {
  checkRank('dot', 1, x, y);
  return matmul(x as Expr<Shape, D>, y as Expr<Shape, D>) as unknown as Expr<[], D>;
}

/** All products of an entry of one vector with an entry of another. */
export function outer<N extends Dim, M extends Dim, D extends DType>(
  x: Expr<readonly [N], D>,
  y: Expr<readonly [M], D>,
): Expr<[N, M], D> {
  checkRank('outer', 1, x, y);
  return mul(unsqueeze(x as Expr, 1), y as Expr) as unknown as Expr<[N, M], D>;
}

/** The matrix products of two stacks of equally many matrices. */
export function bmm<B extends Dim, M extends Dim, K extends Dim, N extends Dim, D extends DType>(
  x: Expr<readonly [B, M, K], D>,
  y: Expr<readonly [NoInfer<B>, NoInfer<K>, N], D>,
): Expr<[B, M, N], D> {
  checkRank('bmm', 3, x, y);
  if (x.shape[0] !== (y as Expr).shape[0]) {
    throw new AdjointError('E-SHAPE-MATMUL', 'bmm: there are not equally many matrices', [
      describe(x),
      describe(y),
    ]);
  }
  return matmul(x as Expr<Shape, D>, y as Expr<Shape, D>) as unknown as Expr<[B, M, N], D>;
}

export interface AddmmOptions {
  /** The factor of the first operand, default 1; where it is 0, that operand is not looked at. */
  readonly beta?: number;
  /** The factor of the product, default 1. */
  readonly alpha?: number;
}

/** beta x + alpha (a b), with x broadcast to the product of the matrices. */
export function addmm<M extends Dim, K extends Dim, N extends Dim, D extends FloatDType>(
  x: Expr<Shape, D>,
  a: Expr<readonly [M, K], D>,
  b: Expr<readonly [NoInfer<K>, N], D>,
  options: AddmmOptions = {},
): Expr<[M, N], D> {
  const { beta = 1, alpha = 1 } = options;
  checkRank('addmm', 2, a, b);
  const whole = scaled(matmul(a as Expr<Shape, D>, b as Expr<Shape, D>) as Expr, alpha);
  return (beta === 0 ? whole : add(scaled(x as Expr, beta), whole)) as unknown as Expr<[M, N], D>;
}

const scaled = (x: Expr, factor: number): Expr => (factor === 1 ? x : mul(x, factor));

/** The Kronecker product: each entry of x times the whole of y, in its place. */
export function kron<D extends DType>(x: Expr<Shape, D>, y: Expr<Shape, D>): Expr<Shape, D> {
  const rank = Math.max(x.shape.length, y.shape.length);
  const full = (z: Expr): Expr =>
    reshape(z, [...Array.from({ length: rank - z.shape.length }, () => 1), ...z.shape]);
  const [a, b] = [full(x), full(y)];
  const coarse = reshape(
    a,
    a.shape.flatMap((size) => [size, 1]),
  ) as Expr;
  const fine = reshape(
    b,
    b.shape.flatMap((size) => [1, size]),
  ) as Expr;
  const sizes = a.shape.map((size, i) => product([size, b.shape[i] ?? 1]));
  return reshape(mul(coarse, fine), sizes) as unknown as Expr<Shape, D>;
}
