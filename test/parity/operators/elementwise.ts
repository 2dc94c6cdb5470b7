/** Element-wise functions of one tensor, and of several that broadcast. */
import {
  abs,
  add,
  div,
  exp,
  expm1,
  log,
  log1p,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  reciprocal,
  relu,
  rsqrt,
  sigmoid,
  sign,
  sqrt,
  square,
  sub,
  tanh,
} from 'adjoint';
import type { Rows, Unary } from './row.ts';
import { binary, unary } from './row.ts';

type Value = {
  readonly value: number;
};

export const elementwiseRows: Rows = {
  neg: unary(neg),
  abs: unary(abs),
  exp: unary(exp),
  expm1: unary(expm1),
  log: unary(log),
  log1p: unary(log1p),
  sqrt: unary(sqrt),
  rsqrt: unary(rsqrt),
  reciprocal: unary(reciprocal),
  square: unary(square),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  sign: unary(sign),
  relu: unary(relu),
  pow_scalar: ({ input }: Unary, { exponent }: { exponent: number }) => pow(input, exponent),
  add_scalar: ({ input }: Unary, { value }: Value) => add(input, value),
  mul_scalar: ({ input }: Unary, { value }: Value) => mul(input, value),
  rsub_scalar: ({ input }: Unary, { value }: Value) => sub(value, input),
  rdiv_scalar: ({ input }: Unary, { value }: Value) => div(value, input),
  add: binary((x, y) => add(x, y)),
  sub: binary((x, y) => sub(x, y)),
  mul: binary((x, y) => mul(x, y)),
  div: binary((x, y) => div(x, y)),
  pow: binary((x, y) => pow(x, y)),
  maximum: binary((x, y) => maximum(x, y)),
  minimum: binary((x, y) => minimum(x, y)),
};
