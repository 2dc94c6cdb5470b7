/** The methods of expressions, each the function of the same name. */
import type { DType } from './dtype.ts';
import type { Expr } from './expr.ts';
import { withName } from './expr.ts';
import type { Operand } from './ops/cast.ts';
import { cast, pair } from './ops/cast.ts';
import {
  abs,
  addOp,
  divOp,
  mulOp,
  neg,
  reciprocal,
  rsqrt,
  sign,
  sqrt,
  square,
  subOp,
} from './ops/arithmetic.ts';
import { flatten } from './ops/axes.ts';
import { broadcastTo, sum } from './ops/broadcast.ts';
import { clamp } from './ops/combine.ts';
import { eqOp, leOp, ltOp, maximumOp, minimumOp, neOp } from './ops/compare.ts';
import { matmul } from './ops/contract.ts';
import { cumsum } from './ops/cumulative.ts';
import { apply } from './ops/define.ts';
import type { Op } from './ops/define.ts';
import { exp, log, relu, sigmoid, tanh } from './ops/exponential.ts';
import { argmax, argmin } from './ops/extremes.ts';
import { flip } from './ops/flip.ts';
import { norm, std, variance } from './ops/norm.ts';
import { select, slice } from './ops/parts.ts';
import { permute, transpose } from './ops/permute.ts';
import { pow } from './ops/power.ts';
import { max, mean, min, prod } from './ops/reduce.ts';
import { reshape, squeeze, unsqueeze } from './ops/reshape.ts';
import { ceil, floor, round, trunc } from './ops/rounding.ts';
import { logSoftmax, logSumExp, softmax } from './ops/softmax.ts';
import { take } from './ops/take.ts';
import { expand } from './ops/tiling.ts';
import { cos, sin } from './ops/trigonometry.ts';
import type { Methods } from './methods-types.ts';
import type { Size } from './size.ts';

/** Any builder whose first operand becomes `this`. */
interface Builder {
  build(x: Expr, ...rest: readonly unknown[]): Expr;
}

const binary = (op: Op) =>
  function (this: Expr, other: Operand): Expr {
    return apply(op, pair(op.name, this, other), {});
  };
const swapped = (op: Op) =>
  function (this: Expr, other: Operand): Expr {
    const [x, y] = pair(op.name, this, other);
    return apply(op, [y, x], {});
  };
/** The method that passes its expression on as the first operand of `f`. */
const method = (f: unknown) =>
  function (this: Expr, ...rest: readonly unknown[]): Expr {
    return (f as Builder['build'])(this, ...rest);
  };

type MethodTable = { readonly [M in keyof Methods<readonly Size[], DType>]: unknown };

export const methods: MethodTable = {
  named(this: Expr, name: string): Expr {
    return withName(this, name);
  },
  cast: method(cast),
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
  pow: method(pow),
  neg: method(neg),
  abs: method(abs),
  sign: method(sign),
  square: method(square),
  reciprocal: method(reciprocal),
  sqrt: method(sqrt),
  rsqrt: method(rsqrt),
  exp: method(exp),
  log: method(log),
  sin: method(sin),
  cos: method(cos),
  tanh: method(tanh),
  sigmoid: method(sigmoid),
  relu: method(relu),
  floor: method(floor),
  ceil: method(ceil),
  round: method(round),
  trunc: method(trunc),
  clamp: method(clamp),
  sum: method(sum),
  mean: method(mean),
  max: method(max),
  min: method(min),
  prod: method(prod),
  variance: method(variance),
  std: method(std),
  norm: method(norm),
  logSumExp: method(logSumExp),
  argmax: method(argmax),
  argmin: method(argmin),
  softmax: method(softmax),
  logSoftmax: method(logSoftmax),
  cumsum: method(cumsum),
  reshape: method(reshape),
  flatten: method(flatten),
  broadcastTo: method(broadcastTo),
  expand: method(expand),
  permute: method(permute),
  transpose: method(transpose),
  squeeze: method(squeeze),
  unsqueeze: method(unsqueeze),
  slice: method(slice),
  select: method(select),
  take: method(take),
  flip: method(flip),
  matmul: method(matmul),
};
