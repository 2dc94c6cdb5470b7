/** Definers of elementwise operators: the shape rule, the loop of the meaning, and the builder come from here. */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, nameOf, showShape } from '../describe.ts';
import type { Attrs, Expr } from '../expr.ts';
import type { Scalar } from '../kernel/language.ts';
import type { Shape } from '../shape-types.ts';
import { apply, defineOp } from './define.ts';
import type { Example, Family, Op, Signature, Tensor, Vjp } from './define.ts';

interface ElementwiseText {
  readonly name: string;
  readonly family: Family;
  readonly doc: string;
  readonly domain?: NonNullable<Op['domain']>;
  readonly kinks?: NonNullable<Op['kinks']>;
}

type OptionalText = Pick<ElementwiseText, 'domain' | 'kinks'>;

/** The optional fields that are given; `exactOptionalPropertyTypes` wants the others absent. */
function given({ domain, kinks }: ElementwiseText): OptionalText {
  return { ...(domain ? { domain } : {}), ...(kinks ? { kinks } : {}) };
}

/** Operands of one shape and dtype; anything else is a fault of the builder, told as the user's error. */
export function sameSignature(name: string, args: readonly Expr[]): Signature {
  const first = must(args[0], `operand of ${name}`);
  for (const arg of args) {
    if (showShape(arg.shape) !== showShape(first.shape)) {
      throw new AdjointError('E-SHAPE-SAME', `${name}: shapes differ`, args.map(describe));
    }
    if (arg.dtype !== first.dtype) {
      throw new AdjointError('E-DTYPE', `${name}: element types differ`, args.map(describe));
    }
  }
  return { shape: first.shape, dtype: first.dtype };
}

export function requireFloat(name: string, arg: Expr): void {
  if (isFloat(arg.dtype)) return;
  throw new AdjointError('E-DTYPE', `${name}(${nameOf(arg)}): needs float32 or float64`, [describe(arg)]);
}

/** Examples of an operator on `arity` operands of one shape, among them scalars and empty tensors. */
export function elementwiseExamples(arity: number, dtype: DType = 'float64'): Example[] {
  const range: readonly [number, number] = [0, 2];
  return [[], [1], [2, 3], [0, 3]].map((shape) => ({
    operands: Array.from({ length: arity }, () =>
      dtype === 'bool' ? { shape, dtype, range } : { shape, dtype },
    ),
    attrs: {},
  }));
}

function mapElements<T>(args: readonly Tensor<T>[], f: (...elements: T[]) => T): T[] {
  const first = must(args[0], 'operand');
  return first.data.map((_, i) => f(...args.map((arg) => must(arg.data[i], 'element'))));
}

export interface UnaryLiteral extends ElementwiseText {
  readonly meaning: <T>(k: Algebra<T>, x: T) => T;
  /** Cotangent of the operand `x`, from that of the result `y`. */
  readonly vjp: ((g: Expr, x: Expr, y: Expr) => Expr) | 'zero';
  readonly lower: (x: Scalar) => Scalar;
  /** Also defined on int32. */
  readonly integers?: boolean;
}

/** An elementwise function of one float tensor; the operator behind it is `op`. */
export interface Unary {
  <S extends Shape, D extends FloatDType>(x: Expr<S, D>): Expr<S, D>;
  readonly op: Op;
}

export function unary(literal: UnaryLiteral): Unary {
  const { name, family, doc, vjp } = literal;
  const op = defineOp<Attrs>({
    name,
    family,
    doc,
    ...given(literal),
    examples: elementwiseExamples(1),
    infer: (args) => {
      if (!literal.integers) requireFloat(name, must(args[0], 'operand'));
      return sameSignature(name, args);
    },
    meaning: (k, args) => mapElements(args, (x) => literal.meaning(k, must(x, 'element'))),
    vjp: vjp === 'zero' ? 'zero' : (g, node) => [vjp(g, must(node.args[0], 'operand'), node)],
    lowering: { kind: 'elementwise', scalar: ([x]) => literal.lower(must(x, 'operand')) },
  });
  const build = <S extends Shape, D extends FloatDType>(x: Expr<S, D>): Expr<S, D> =>
    apply(op, [x], {}) as unknown as Expr<S, D>;
  return Object.assign(build, { op });
}

/** An elementwise function of one float tensor that is composed of others. */
export interface FloatFunction {
  <S extends Shape, D extends FloatDType>(x: Expr<S, D>): Expr<S, D>;
}

/** The same with options. */
export interface FloatFunctionWith<O> {
  <S extends Shape, D extends FloatDType>(x: Expr<S, D>, options?: O): Expr<S, D>;
}

/** Types a composition. */
export function composed(f: (x: Expr<Shape, FloatDType>) => Expr): FloatFunction {
  return f as unknown as FloatFunction;
}

/** Types a composition with options. */
export function composedWith<O>(f: (x: Expr<Shape, FloatDType>, options: O) => Expr): FloatFunctionWith<O> {
  const build = (x: Expr<Shape, FloatDType>, options?: O): Expr => f(x, options ?? ({} as O));
  return build as unknown as FloatFunctionWith<O>;
}

export interface BinaryLiteral extends ElementwiseText {
  readonly meaning: <T>(k: Algebra<T>, x: T, y: T) => T;
  /** Cotangents of both operands, which have the shape of the result `z`. */
  readonly vjp: ((g: Expr, x: Expr, y: Expr, z: Expr) => readonly [Expr, Expr]) | 'zero';
  readonly lower: (x: Scalar, y: Scalar) => Scalar;
  /** Also defined on int32. */
  readonly integers?: boolean;
  /** What examples draw; default float64. */
  readonly operands?: DType;
  /** Comparisons make bools. */
  readonly result?: DType;
}

/** The operator of an elementwise function of two tensors of one shape and dtype. */
export function binaryOp(literal: BinaryLiteral): Op {
  const { name, family, doc, vjp, result } = literal;
  return defineOp<Attrs>({
    name,
    family,
    doc,
    ...given(literal),
    examples: elementwiseExamples(2, literal.operands ?? 'float64'),
    infer: (args) => {
      if (!literal.integers) requireFloat(name, must(args[0], 'operand'));
      const { shape, dtype } = sameSignature(name, args);
      return { shape, dtype: result ?? dtype };
    },
    meaning: (k, args) =>
      mapElements(args, (x, y) => literal.meaning(k, must(x, 'element'), must(y, 'element'))),
    vjp: vjp === 'zero' ? 'zero' : binaryVjp(vjp),
    lowering: {
      kind: 'elementwise',
      scalar: ([x, y]) => literal.lower(must(x, 'operand'), must(y, 'operand')),
    },
  });
}

function binaryVjp(vjp: Exclude<BinaryLiteral['vjp'], 'zero'>): Vjp {
  return (g, node) => vjp(g, must(node.args[0], 'operand'), must(node.args[1], 'operand'), node);
}
