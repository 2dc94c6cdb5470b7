/** The four operations, negation, absolute value, sign and roots. */
import type { DType, FloatDType } from '../dtype.ts';
import type { Expr, ScalarLike } from '../expr.ts';
import { prim } from '../kernel/build.ts';
import type { Broadcast, Dim, Fits, Shape } from '../shape-types.ts';
import { pair } from './cast.ts';
import type { Operand } from './cast.ts';
import { apply } from './define.ts';
import type { Op } from './define.ts';
import { binaryOp, unary } from './elementwise.ts';
import type { Unary } from './elementwise.ts';

/** A builder of a binary operator with broadcasting, by type. Numbers and rank-0 values adapt to the tensor. */
export interface BinaryBuilder<R extends DType | null = null> {
  <S extends Shape, D extends DType>(x: Expr<S, D>, y: number): Expr<S, R extends DType ? R : D>;
  <S extends Shape, D extends DType>(x: number, y: Expr<S, D>): Expr<S, R extends DType ? R : D>;
  <S extends Shape, D extends DType>(x: Expr<S, D>, y: Expr<S, NoInfer<D>>): Expr<S, R extends DType ? R : D>;
  <S extends Shape, D extends FloatDType>(x: Expr<S, D>, y: ScalarLike): Expr<S, R extends DType ? R : D>;
  <S extends Shape, D extends FloatDType>(x: ScalarLike, y: Expr<S, D>): Expr<S, R extends DType ? R : D>;
  <L extends Shape, C extends Dim, D extends DType>(
    x: Expr<readonly [...L, C], D>,
    y: Expr<readonly [NoInfer<C>], NoInfer<D>>,
  ): Expr<[...L, C], R extends DType ? R : D>;
  <A extends Shape, B extends Shape, D extends DType>(
    x: Expr<A, D>,
    y: Expr<B, NoInfer<D>> & Fits<A, B>,
  ): Expr<Broadcast<A, B>, R extends DType ? R : D>;
}

/** The broadcasting builder of an elementwise operator. */
export function broadcasting<R extends DType | null = null>(op: Op): BinaryBuilder<R> {
  return ((x: Operand, y: Operand) => apply(op, pair(op.name, x, y), {})) as unknown as BinaryBuilder<R>;
}

export const addOp: Op = binaryOp({
  name: 'add',
  family: 'arithmetic',
  doc: 'x + y.',
  integers: true,
  meaning: (k, x, y) => k.add(x, y),
  vjp: (g) => [g, g],
  lower: (x, y) => prim('add', x, y),
});
/** x + y, with broadcasting. */
export const add: BinaryBuilder = broadcasting(addOp);

export const subOp: Op = binaryOp({
  name: 'sub',
  family: 'arithmetic',
  doc: 'x - y.',
  integers: true,
  meaning: (k, x, y) => k.sub(x, y),
  vjp: (g) => [g, neg(g as Expr<Shape, FloatDType>)],
  lower: (x, y) => prim('sub', x, y),
});
/** x - y, with broadcasting. */
export const sub: BinaryBuilder = broadcasting(subOp);

export const mulOp: Op = binaryOp({
  name: 'mul',
  family: 'arithmetic',
  doc: 'x * y.',
  integers: true,
  meaning: (k, x, y) => k.mul(x, y),
  vjp: (g, x, y) => [mul(g, y), mul(g, x)],
  lower: (x, y) => prim('mul', x, y),
});
/** x y, with broadcasting. */
export const mul: BinaryBuilder = broadcasting(mulOp);

export const divOp: Op = binaryOp({
  name: 'div',
  family: 'arithmetic',
  doc: 'x / y, for floats.',
  domain: [
    [-3, 3],
    [0.3, 3],
  ],
  meaning: (k, x, y) => k.div(x, y),
  vjp: (g, _x, y, z) => [div(g, y), neg(div(mul(g, z), y) as Expr<Shape, FloatDType>)],
  lower: (x, y) => prim('div', x, y),
});
/** x / y of floats, with broadcasting. */
export const div: BinaryBuilder = broadcasting(divOp);

/** -x. */
export const neg: Unary = unary({
  name: 'neg',
  family: 'arithmetic',
  doc: '-x; the sign of zero is flipped too.',
  integers: true,
  meaning: (k, x) => k.neg(x),
  vjp: (g) => neg(g as Expr<Shape, FloatDType>),
  lower: (x) => prim('neg', x),
});

/** |x|; the derivative at 0 is 0. */
export const abs: Unary = unary({
  name: 'abs',
  family: 'arithmetic',
  doc: '|x|; the derivative at 0 is 0.',
  kinks: [0],
  integers: true,
  meaning: (k, x) => k.abs(x),
  vjp: (g, x) => mul(g, sign(x as Expr<Shape, FloatDType>)),
  lower: (x) => prim('abs', x),
});

/** -1, 0 or 1; 0 for NaN, as PyTorch has it. */
export const sign: Unary = unary({
  name: 'sign',
  family: 'arithmetic',
  doc: '-1, 0 or 1; 0 for NaN. Its derivative is 0.',
  kinks: [0],
  integers: true,
  meaning: (k, x) => k.step(x, (value) => (value > 0 ? 1 : value < 0 ? -1 : 0)),
  vjp: 'zero',
  lower: (x) => {
    const zero = { kind: 'const', dtype: x.dtype, value: 0 } as const;
    const one = { ...zero, value: 1 };
    return prim(
      'select',
      prim('lt', zero, x),
      one,
      prim('select', prim('lt', x, zero), { ...zero, value: -1 }, zero),
    );
  },
});

/** Square root; the derivative at 0 is infinite. */
export const sqrt: Unary = unary({
  name: 'sqrt',
  family: 'arithmetic',
  doc: 'The square root; NaN below 0, an infinite derivative at 0.',
  domain: [0.05, 9],
  meaning: (k, x) => k.sqrt(x),
  vjp: (g, _x, y) => div(g, mul(y, 2)),
  lower: (x) => prim('sqrt', x),
});

/** x * x. */
export function square<S extends Shape, D extends DType>(x: Expr<S, D>): Expr<S, D> {
  return mul(x, x);
}

/** 1 / x. */
export function reciprocal<S extends Shape, D extends FloatDType>(x: Expr<S, D>): Expr<S, D> {
  return div(1, x);
}

/** 1 / sqrt(x). */
export function rsqrt<S extends Shape, D extends FloatDType>(x: Expr<S, D>): Expr<S, D> {
  return div(1, sqrt(x));
}
