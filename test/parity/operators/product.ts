/** Products of matrices and vectors. */
import { add, addmm, bmm, cdist, dot, einsum, matmul, outer, transpose } from 'adjoint';
import type { Expr } from 'adjoint';
import type { Float, Rows, Unary } from './row.ts';
import { binary, operands } from './row.ts';

type Vector = Expr<readonly [number], 'float64'>;
type Matrix = Expr<readonly [number, number], 'float64'>;
type Matrices = Expr<readonly [number, number, number], 'float64'>;

type Bilinear = {
  readonly input1: Float;
  readonly input2: Float;
  readonly weight: Float;
  readonly bias?: Float;
};

const withBias = (x: Float, bias: Float | undefined): Float => (bias ? add(x, bias) : x);

export const productRows: Rows = {
  matmul: binary((x, y) => matmul(x, y)),
  dot: ({ input, other }: { input: Vector; other: Vector }) => dot(input, other),
  outer: ({ input, other }: { input: Vector; other: Vector }) => outer(input, other),
  bmm: ({ input, other }: { input: Matrices; other: Matrices }) => bmm(input, other),
  addmm: (
    { input, mat1, mat2 }: Unary & { mat1: Matrix; mat2: Matrix },
    attrs: { beta: number; alpha: number },
  ) => addmm(input, mat1, mat2, attrs),
  einsum: (inputs, { equation }: { equation: string }) => einsum(equation, ...operands(inputs)),
  linear: ({ input, weight, bias }: Unary & { weight: Float; bias?: Float }) =>
    withBias(matmul(input, transpose(weight)) as Float, bias),
  bilinear: ({ input1, input2, weight, bias }: Bilinear) =>
    withBias(einsum('...i,oij,...j->...o', input1, weight, input2), bias),
  cdist: ({ x1, x2 }: { x1: Float; x2: Float }, { p }: { p: number }) => cdist(x1, x2, { p }),
};
