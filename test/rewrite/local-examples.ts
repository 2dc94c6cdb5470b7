/** Graphs on which the rules fire that depend on attributes or shapes. */
import type { Expr } from '../../src/index.ts';
import {
  add,
  broadcastTo,
  cast,
  concat,
  constant,
  div,
  eq,
  flip,
  input,
  layerNorm,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  matmul,
  max,
  maximum,
  min,
  minimum,
  mul,
  ne,
  neg,
  permute,
  prod,
  reshape,
  slice,
  stopGradient,
  sub,
  sum,
  transpose,
  unsqueeze,
} from '../../src/index.ts';
import { padWith, sliceWith } from '../../src/ops/slicing.ts';
import { within } from '../../src/ranges.ts';
import { apply } from '../../src/ops/define.ts';
import { sumOp } from '../../src/ops/broadcast.ts';
import { concatOp } from '../../src/ops/concat.ts';
import type { Bool, Float } from '../../compiler/rewrite/rule.ts';

const float = (name: string, shape: readonly number[], dtype: 'float32' | 'float64' = 'float32'): Float =>
  input(name, [...shape], dtype) as unknown as Float;

const x = float('x', [2, 3]);
const y = float('y', [3, 2]);
const row = float('row', [1, 3]);
const column = float('column', [2, 1]);
const double = float('double', [2, 3], 'float64');
const cube = float('cube', [2, 3, 4]);
const integers = input('integers', [2, 3], 'int32') as Expr;
const flags = input('flags', [2, 3], 'bool') as unknown as Bool;

/** All inputs that the examples read. */
export const inputs: readonly Expr[] = [x, y, row, column, double, cube, integers, flags] as Expr[];

const two = constant(2) as unknown as Float;
const top = slice(cube, { axis: 1, stop: 2 });
const bottom = slice(cube, { axis: 1, start: 2 });
const pieces = [top, bottom] as unknown as Float[];
const range = { low: -9, high: 10, except: [] };
const total = sum(x) as Float;

/** x[..., M, 1] * y[..., N] and the like, repeated over all of [2, 3, 2]. */
const products = mul(unsqueeze(x, 2) as Float, unsqueeze(y, 0) as Float) as Float;

export const examples: Readonly<Record<string, readonly Expr[]>> = {
  'order-add': [add(two, x)],
  'order-mul': [mul(two, x)],
  'order-maximum': [maximum(two, x)],
  'order-minimum': [minimum(two, x)],
  'order-eq': [eq(two, x)],
  'order-ne': [ne(two, x)],
  'order-and': [logicalAnd(logicalNot(flags), flags)],
  'order-or': [logicalOr(broadcastTo(constant(1, 'bool'), [2, 3]) as Bool, flags)],
  'order-xor': [logicalXor(broadcastTo(constant(1, 'bool'), [2, 3]) as Bool, flags)],
  fold: [
    add(mul(constant(0.1, 'float64'), 3), double),
    cast(broadcastTo(constant(7.9), [3]) as Expr, 'int32'),
    lt(constant(1), 2),
    div(constant(1, 'float64'), 3),
  ],
  'div-power-of-two': [div(x, 8), div(double, -0.25), div(x, 2 ** 100), div(double, 2 ** 100)],
  'drop-stopGradient': [stopGradient(x)],
  'drop-standardized': [layerNorm(x, 3)],
  'drop-within': [within(integers as never, range)],
  'cast-cast': [
    cast(cast(x, 'float64'), 'float32'),
    cast(cast(x, 'float64'), 'int32'),
    cast(cast(flags, 'float32'), 'int32'),
    cast(cast(integers, 'float64'), 'float32'),
  ],
  'max-of-one': [max(row, { axis: 0 }), max(column, { axis: 1, keepdims: true })],
  'min-of-one': [min(row, { axis: 0 })],
  'prod-of-one': [prod(row, { axis: 0 })],
  'sum-of-one': [sum(row, { axis: 0 }), sum(column, { axis: 1 }), apply(sumOp, [double], { axes: [] })],
  'max-max': [max(max(cube, { axis: 1 }) as Float, { axis: 1 })],
  'min-min': [min(min(cube, { axis: 0 }) as Float, { axis: 1 })],
  'reshape-reshape': [reshape(reshape(x, [3, 2]), [6])],
  'permute-permute': [permute(permute(cube, [1, 2, 0]), [2, 1, 0]), transpose(transpose(x))],
  'permute-of-ones': [transpose(row), permute(reshape(x, [1, 2, 1, 3]), [2, 1, 3, 0])],
  'broadcast-broadcast': [broadcastTo(broadcastTo(row, [4, 1, 3]), [4, 2, 3])],
  'broadcast-reshape': [
    broadcastTo(reshape(x, [1, 1, 2, 3]), [2, 1, 2, 3]),
    broadcastTo(reshape(total, [1]), [3]),
  ],
  'flip-flip': [flip(flip(cube, { axis: [0, 1] }), { axis: [1, 2] }), flip(flip(x))],
  'reshape-of-one-number': [reshape(broadcastTo(total, [2, 3]), [3, 2])],
  'permute-of-one-number': [permute(broadcastTo(total, [2, 3]), [1, 0])],
  'slice-of-one-number': [slice(broadcastTo(total, [2, 3]), { axis: 1, stop: 2 })],
  'flip-of-one-number': [flip(broadcastTo(total, [2, 3]))],
  'lift-reshape': [
    add(reshape(neg(x), [3, 2]) as Float, y),
    mul(reshape(neg(x), [1, 6]) as Float, broadcastTo(total, [1, 6]) as Float),
    sub(broadcastTo(row, [6, 3]) as Float, reshape(neg(broadcastTo(x, [3, 2, 3]) as Float), [6, 3]) as Float),
    neg(reshape(neg(cube), [6, 4])),
  ],
  'lift-reshape-sum': [
    sum(reshape(neg(x), [3, 2])),
    sum(reshape(neg(cube), [6, 4]), { axis: 1 }),
    sum(reshape(neg(cube), [6, 4]), { axis: 0 }),
    sum(reshape(neg(double), [1, 6])),
  ],
  'lift-reshape-max': [max(reshape(neg(x), [3, 2]))],
  'lift-reshape-min': [min(reshape(neg(cube), [2, 12]), { axis: 1 })],
  'lift-reshape-prod': [prod(reshape(neg(cube), [6, 4]), { axis: 1 })],
  'slice-slice': [
    slice(slice(cube, { axis: 2, start: 1 }), { axis: 2, stop: 2 }),
    sliceWith(sliceWith(cube, { starts: [0, 1, 0], steps: [1, 1, 3], shape: [2, 2, 2] }), {
      starts: [1, 0, 1],
      steps: [1, 1, 1],
      shape: [1, 2, 1],
    }),
  ],
  'slice-concat': [
    slice(concat([x, x], { axis: 1 }), { axis: 1, start: 3 }),
    slice(concat([x, row], { axis: 0 }), { axis: 0, stop: 1 }),
  ],
  'slice-pad': [
    slice(padWith(x, { low: [0, 1], high: [0, 2], between: [0, 0], value: 0 }), {
      axis: 1,
      start: 1,
      stop: 3,
    }),
    slice(padWith(x, { low: [-1, 0], high: [2, 0], between: [0, 0], value: 0 }), { axis: 0, stop: 1 }),
  ],
  'slice-broadcast': [slice(broadcastTo(row, [2, 3]), { axis: 0, stop: 1 })],
  'concat-of-slices': [concat(pieces, { axis: 1 }), apply(concatOp, [x], { axis: 0 })],
  'transpose-of-matmul': [transpose(matmul(transpose(x), x as never) as unknown as Float)],
  'sum-of-products': [sum(products, { axis: 1 })],
  'sum-of-last-products': [
    sum(mul(unsqueeze(x, 1) as Float, unsqueeze(transpose(y) as Float, 0) as Float) as Float, { axis: 2 }),
  ],
  'sum-neg': [sum(neg(x), { axis: 0 })],
  'sum-scaled': [sum(mul(x, total) as Float, { axis: 1 }), sum(mul(x, 3))],
  'sum-sum': [sum(sum(cube, { axis: 1 }) as Float, { axis: 0 })],
  'scaled-matmul': [matmul(mul(x, total) as Float, y as never), matmul(x, mul(y, total) as never)],
};
