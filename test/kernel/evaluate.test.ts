import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/dtype.ts';
import {
  axisOf,
  cond,
  constant,
  float64,
  int32,
  load,
  prim,
  sizeOf,
  variable,
} from '../../src/kernel/build.ts';
import type { Environment } from '../../src/kernel/evaluate.ts';
import { corePrims, evaluatePrim, evaluateScalar } from '../../src/kernel/evaluate.ts';
import type { Axis, Buffer, Var } from '../../src/kernel/language.ts';
import type { CorePrim } from '../../src/kernel/prims.ts';

const nan = Number.NaN;
const inf = Number.POSITIVE_INFINITY;
const maxInt = 2 ** 31 - 1;
const minInt = -(2 ** 31);

type Row = readonly [dtype: DType, args: readonly number[], value: number];

/** For each primitive: the operands' dtype, the operands, and the value. */
const rows: Readonly<Record<CorePrim, readonly Row[]>> = {
  add: [
    ['float64', [0.1, 0.2], 0.30000000000000004],
    ['float32', [16777216, 1], 16777216],
    ['float32', [-0, -0], -0],
    ['int32', [maxInt, 1], minInt],
  ],
  sub: [
    ['float64', [0.3, 0.1], 0.19999999999999998],
    ['float32', [1, 2 ** -30], 1],
    ['int32', [minInt, 1], maxInt],
  ],
  mul: [
    ['float64', [0.1, 3], 0.30000000000000004],
    ['float32', [16777215, 16777215], 281474943156224],
    ['float32', [1e30, 1e30], inf],
    ['int32', [65537, 65537], 131073],
    ['int32', [maxInt, maxInt], 1],
  ],
  div: [
    ['float64', [1, 3], 1 / 3],
    ['float32', [1, 3], 0.3333333432674408],
    ['float64', [-1, 0], -inf],
    ['float64', [0, 0], nan],
  ],
  neg: [
    ['float64', [0], -0],
    ['int32', [minInt], minInt],
    ['int32', [0], 0],
  ],
  abs: [
    ['float64', [-0], 0],
    ['int32', [minInt], minInt],
  ],
  sqrt: [
    ['float64', [2], Math.SQRT2],
    ['float32', [2], 1.4142135381698608],
    ['float64', [-0], -0],
    ['float64', [-1], nan],
  ],
  min: [
    ['float64', [0, -0], -0],
    ['float32', [nan, 1], nan],
    ['int32', [-3, 2], -3],
  ],
  max: [
    ['float64', [-0, 0], 0],
    ['float64', [1, nan], nan],
    ['int32', [-3, 2], 2],
  ],
  floor: [
    ['float64', [-1.5], -2],
    ['float64', [-0.0], -0],
  ],
  ceil: [
    ['float64', [1.5], 2],
    ['float64', [-0.5], -0],
  ],
  trunc: [
    ['float64', [-1.5], -1],
    ['float64', [-0.5], -0],
    ['float64', [inf], inf],
  ],
  round: [
    ['float64', [0.5], 0],
    ['float64', [1.5], 2],
    ['float64', [2.5], 2],
    ['float64', [-0.5], -0],
    ['float64', [-2.5], -2],
    ['float64', [0.49999999999999994], 0],
    ['float64', [2 ** 52 + 1], 2 ** 52 + 1],
    ['float64', [-(2 ** 53)], -(2 ** 53)],
    ['float64', [-inf], -inf],
    ['float64', [nan], nan],
  ],
  copysign: [
    ['float64', [3, -0], -3],
    ['float64', [-3, 0], 3],
    ['float64', [-inf, -1], -inf],
  ],
  idiv: [
    ['int32', [7, 2], 3],
    ['int32', [-7, 2], -3],
    ['int32', [minInt, -1], minInt],
  ],
  irem: [
    ['int32', [7, -2], 1],
    ['int32', [-7, 2], -1],
    ['int32', [-4, 2], 0],
  ],
  and: [
    ['int32', [12, 10], 8],
    ['int32', [-1, maxInt], maxInt],
    ['bool', [1, 0], 0],
  ],
  or: [
    ['int32', [12, 10], 14],
    ['bool', [1, 0], 1],
  ],
  xor: [
    ['int32', [12, 10], 6],
    ['bool', [1, 1], 0],
  ],
  shl: [
    ['int32', [1, 31], minInt],
    ['int32', [3, 4], 48],
  ],
  shr: [
    ['int32', [-1, 1], maxInt],
    ['int32', [-1, 0], -1],
  ],
  eq: [
    ['float64', [0, -0], 1],
    ['float64', [nan, nan], 0],
  ],
  ne: [
    ['float64', [nan, nan], 1],
    ['int32', [2, 2], 0],
  ],
  lt: [
    ['float64', [1, 2], 1],
    ['float64', [nan, 2], 0],
    ['int32', [2, 2], 0],
  ],
  le: [
    ['float64', [2, 2], 1],
    ['float64', [nan, nan], 0],
  ],
  not: [
    ['bool', [0], 1],
    ['bool', [1], 0],
  ],
  select: [
    ['float64', [1, 2, nan], 2],
    ['float64', [0, 2, -0], -0],
    ['int32', [1, -5, 7], -5],
  ],
  toFloat32: [
    ['float64', [0.1], 0.10000000149011612],
    ['int32', [16777217], 16777216],
    ['bool', [1], 1],
  ],
  toFloat64: [
    ['float32', [0.10000000149011612], 0.10000000149011612],
    ['int32', [minInt], minInt],
  ],
  toInt32: [
    ['float64', [-1.9], -1],
    ['float64', [-0.5], 0],
    ['float64', [1e10], maxInt],
    ['float64', [-inf], minInt],
    ['float64', [nan], 0],
    ['bool', [1], 1],
  ],
  toBool: [
    ['float64', [-0], 0],
    ['float64', [nan], 1],
    ['int32', [-3], 1],
  ],
  pow2: [
    ['int32', [0], 1],
    ['int32', [-1022], 2 ** -1022],
    ['int32', [1023], 2 ** 1023],
  ],
  exponent: [
    ['float64', [1], 0],
    ['float64', [0.75], -1],
    ['float64', [-10], 3],
    ['float64', [0], -1023],
    ['float64', [inf], 1024],
  ],
  mantissa: [
    ['float64', [10], 1.25],
    ['float64', [-0.75], 1.5],
    ['float64', [0], 1],
  ],
  highWord: [
    ['float64', [1], 0x3ff00000],
    ['float64', [-2], -0x40000000],
  ],
  lowWord: [
    ['float64', [1 + 2 ** -52], 1],
    ['float64', [6755399441055744 + 5], 5],
    ['float64', [6755399441055744 - 5], -5],
  ],
  fromWords: [
    ['int32', [0x3ff00000, 1], 1 + 2 ** -52],
    ['int32', [-0x40000000, 0], -2],
  ],
  bits: [
    ['float32', [1], 0x3f800000],
    ['float32', [-2], -0x40000000],
  ],
  fromBits: [
    ['int32', [0x3f800000], 1],
    ['int32', [-0x40000000], -2],
  ],
};

describe('core primitives', () => {
  for (const name of Object.keys(rows) as CorePrim[]) {
    test.each(rows[name].map(([dtype, args, value]) => ({ dtype, args, value })))(
      `${name}($args) of $dtype is $value`,
      ({ dtype, args, value }) => {
        expect(corePrims[name](dtype, ...args)).toBe(value);
        expect(evaluatePrim(name, dtype, ...args)).toBe(value);
      },
    );
  }
});

describe('expressions', () => {
  const axis: Axis = { name: 'i', size: 'N' };
  const buffer: Buffer = { name: 'x', dtype: 'float32', size: 4 };
  const scale: Var = { name: 'scale', dtype: 'float64' };
  const data = [0.5, 1.5, 2.5, 3.5];
  const at = (i: number): Environment => ({
    axis: () => i,
    size: (size) => (size === 'N' ? 4 : Number(size)),
    variable: (of) => (of === scale ? 10 : nan),
    load: (_, index) => {
      if (index < 0 || index >= 4) throw new RangeError(`load at ${index}`);
      return data[index] ?? nan;
    },
  });

  test('read axes, sizes, variables and memory', () => {
    const last = prim('sub', prim('sub', sizeOf('N'), int32(1)), axisOf(axis));
    const value = prim('mul', prim('toFloat64', load(buffer, last)), variable(scale));
    expect([0, 1, 2, 3].map((i) => evaluateScalar(value, at(i)))).toEqual([35, 25, 15, 5]);
  });

  test('evaluate one branch of a cond only, so that a guarded load stays inside', () => {
    const next = prim('add', axisOf(axis), int32(1));
    const inside = prim('lt', next, sizeOf('N'));
    const value = cond(inside, load(buffer, next), constant('float32', -1));
    expect([2, 3].map((i) => evaluateScalar(value, at(i)))).toEqual([3.5, -1]);
  });

  test('hold constants in their dtype', () => {
    expect(evaluateScalar(constant('float32', 0.1), at(0))).toBe(Math.fround(0.1));
    expect(evaluateScalar(constant('int32', 2 ** 31), at(0))).toBe(minInt);
  });

  test('round float32 arithmetic at each step, and math functions once', () => {
    const x = constant('float32', 0.1);
    expect(evaluateScalar(prim('mul', prim('add', x, x), x), at(0))).toBe(0.020000001415610313);
    const e = evaluatePrim('exp', 'float64', Math.fround(0.1));
    expect(evaluateScalar(prim('exp', x), at(0))).toBe(Math.fround(e));
  });

  test('call functions of functions of the same name', () => {
    const inner = evaluatePrim('tanh', 'float64', 0.5);
    const value = prim('tanh', prim('tanh', float64(0.5)));
    expect(evaluateScalar(value, at(0))).toBe(evaluatePrim('tanh', 'float64', inner));
  });

  test('call functions of four operands', () => {
    const key = [1, 2, 3, 4];
    expect(evaluateScalar(prim('uniform24', ...key.map(float64)), at(0))).toBe(
      evaluatePrim('uniform24', 'float64', ...key),
    );
  });
});
