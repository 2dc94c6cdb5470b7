/** The methods of expressions, each the function of the same name. */
import type { DType } from './dtype.ts';
import type { Expr } from './expr.ts';
import { withName } from './expr.ts';
import type { Operand } from './ops/cast.ts';
import { cast, pair } from './ops/cast.ts';
import { abs, addOp, divOp, mulOp, neg, sqrt, square, subOp } from './ops/arithmetic.ts';
import { broadcastTo, sum } from './ops/broadcast.ts';
import { eqOp, leOp, ltOp, maximumOp, minimumOp, neOp } from './ops/compare.ts';
import { matmul } from './ops/contract.ts';
import { apply } from './ops/define.ts';
import type { Op } from './ops/define.ts';
import { exp, log, relu, sigmoid, tanh } from './ops/exponential.ts';
import { permute, transpose } from './ops/permute.ts';
import { pow } from './ops/power.ts';
import { max, mean, min } from './ops/reduce.ts';
import { reshape, squeeze, unsqueeze } from './ops/reshape.ts';
import type { Methods } from './methods-types.ts';
import type { Size } from './size.ts';

type Reducer = (x: Expr, options?: object) => Expr;

const binary = (op: Op) =>
  function (this: Expr, other: Operand): Expr {
    return apply(op, pair(op.name, this, other), {});
  };
const swapped = (op: Op) =>
  function (this: Expr, other: Operand): Expr {
    const [x, y] = pair(op.name, this, other);
    return apply(op, [y, x], {});
  };
const unary = (f: unknown) =>
  function (this: Expr): Expr {
    return (f as (x: Expr) => Expr)(this);
  };
const reduction = (f: unknown) =>
  function (this: Expr, options?: object): Expr {
    return (f as Reducer)(this, options);
  };

type MethodTable = { readonly [M in keyof Methods<readonly Size[], DType>]: unknown };

export const methods: MethodTable = {
  named(this: Expr, name: string): Expr {
    return withName(this, name);
  },
  cast(this: Expr, dtype: DType): Expr {
    return cast(this, dtype);
  },
  add: binary(addOp),
  sub: binary(subOp),
  mul: binary(mulOp),
  div: binary(divOp),
  maximum: binary(maximumOp),
  minimum: binary(minimumOp),
  eq: binary(eqOp),
  ne: binary(neOp),
  lt: binary(ltOp),
  le: binary(leOp),
  gt: swapped(ltOp),
  ge: swapped(leOp),
  pow(this: Expr, exponent: Operand): Expr {
    return (pow as (x: Expr, y: Operand) => Expr)(this, exponent);
  },
  neg: unary(neg),
  abs: unary(abs),
  square: unary(square),
  sqrt: unary(sqrt),
  exp: unary(exp),
  log: unary(log),
  tanh: unary(tanh),
  sigmoid: unary(sigmoid),
  relu: unary(relu),
  sum: reduction(sum),
  mean: reduction(mean),
  max: reduction(max),
  min: reduction(min),
  reshape(this: Expr, shape: readonly Size[]): Expr {
    return reshape(this, shape);
  },
  broadcastTo(this: Expr, shape: readonly Size[]): Expr {
    return broadcastTo(this, shape);
  },
  permute(this: Expr, axes: readonly number[]): Expr {
    return permute(this, axes);
  },
  transpose(this: Expr): Expr {
    return transpose(this);
  },
  squeeze(this: Expr, axis: number): Expr {
    return squeeze(this, axis);
  },
  unsqueeze(this: Expr, axis: number): Expr {
    return unsqueeze(this, axis);
  },
  matmul(this: Expr, other: Expr): Expr {
    return matmul(this, other);
  },
};
