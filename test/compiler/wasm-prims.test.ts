import { describe, expect, test } from 'vitest';
import type { DType } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';
import { axisOf, load, prim } from '../../src/kernel/build.ts';
import type { Axis, Buffer, LoopKernel, Scalar } from '../../src/kernel/language.ts';
import { mathKernels } from '../../src/kernel/math/kernels.ts';
import type { CorePrim, FunctionPrim, Prim } from '../../src/kernel/prims.ts';
import { emitKernel, sameBits } from './emitted-kernel.ts';
import { awkwardNumbers } from './numbers.ts';

const floats: readonly DType[] = ['float32', 'float64'];
const numbers: readonly DType[] = [...floats, 'int32'];
const all: readonly DType[] = [...numbers, 'bool'];
const int32: readonly DType[] = ['int32'];
const float64: readonly DType[] = ['float64'];

/** The number of operands, and their dtypes. */
const operands: Readonly<Record<CorePrim, readonly [number, readonly DType[]]>> = {
  add: [2, numbers],
  sub: [2, numbers],
  mul: [2, numbers],
  div: [2, floats],
  neg: [1, numbers],
  abs: [1, numbers],
  sqrt: [1, floats],
  min: [2, numbers],
  max: [2, numbers],
  floor: [1, floats],
  ceil: [1, floats],
  trunc: [1, floats],
  round: [1, floats],
  copysign: [2, floats],
  idiv: [2, int32],
  irem: [2, int32],
  and: [2, ['int32', 'bool']],
  or: [2, ['int32', 'bool']],
  xor: [2, ['int32', 'bool']],
  shl: [2, int32],
  shr: [2, int32],
  eq: [2, all],
  ne: [2, all],
  lt: [2, all],
  le: [2, all],
  not: [1, ['bool']],
  select: [3, all],
  toFloat32: [1, all],
  toFloat64: [1, all],
  toInt32: [1, all],
  toBool: [1, numbers],
  pow2: [1, int32],
  exponent: [1, float64],
  mantissa: [1, float64],
  highWord: [1, float64],
  lowWord: [1, float64],
  fromWords: [2, int32],
  bits: [1, ['float32']],
  fromBits: [1, int32],
};

const axis: Axis = { name: 'i', size: 'N' };

/** A kernel that applies `name` to each element; `uniform` operands are the first element for all. */
function elementwise(name: Prim, args: readonly Buffer[], uniform: number | null = null): LoopKernel {
  const values = args.map((buffer, i) =>
    load(buffer, i === uniform ? { kind: 'const', dtype: 'int32', value: 0 } : axisOf(axis)),
  );
  return storing(prim(name, ...values), args);
}

function storing(value: Scalar, inputs: readonly Buffer[]): LoopKernel {
  const out: Buffer = { name: 'out', dtype: value.dtype, size: 'N' };
  const body = [{ kind: 'store', buffer: out, index: axisOf(axis), value }] as const;
  return {
    kind: 'loops',
    name: 'kernel',
    outer: [],
    inputs,
    outputs: [out],
    body: [{ kind: 'loop', axis, body }],
  };
}

function buffersOf(name: Prim, count: number, dtype: DType): Buffer[] {
  return Array.from({ length: count }, (_, i): Buffer => ({
    name: `x${i}`,
    dtype: name === 'select' && i === 0 ? 'bool' : dtype,
    size: 'N',
  }));
}

/** Divisors are never 0, and powers of two have exponents of normal numbers. */
function dataFor(name: Prim, args: readonly Buffer[], count: number, turn: number): Map<Buffer, number[]> {
  const data = new Map(args.map((buffer, i) => [buffer, awkwardNumbers(buffer.dtype, count, turn + 3 * i)]));
  const [first, second] = args;
  if (second && (name === 'idiv' || name === 'irem'))
    data.set(
      second,
      must(data.get(second), 'divisors').map((value) => (value === 0 ? -1 : value)),
    );
  if (first && name === 'pow2')
    data.set(
      first,
      Array.from({ length: count }, (_, i) => ((i * 37) % 2046) - 1022),
    );
  return data;
}

function check(name: Prim, args: readonly Buffer[], kernel: LoopKernel): void {
  const { run } = emitKernel(kernel, ['N']);
  for (const [turn, N] of [1, 4, 7, 64, 211].entries()) {
    const data = dataFor(name, args, N, turn + 1);
    const { emitted, right } = run({ N }, data);
    const [got, want] = [must(emitted[0], 'emitted'), must(right[0], 'right')];
    const at = got.findIndex((value, i) => !Object.is(value, want[i]));
    const operandsThere = args.map((buffer) => data.get(buffer)?.[at]);
    expect(sameBits(got, want), `${name}(${operandsThere.join(', ')}) is ${got[at]}, not ${want[at]}`).toBe(
      true,
    );
  }
}

describe('core primitives in WebAssembly have the bits of the scalar interpreter', () => {
  for (const [name, [count, dtypes]] of Object.entries(operands) as [CorePrim, [number, DType[]]][]) {
    for (const dtype of dtypes) {
      const args = buffersOf(name, count, dtype);
      test(`${name} of ${dtype}, in vectors and alone`, () => check(name, args, elementwise(name, args)));
      if (count < 2) continue;
      for (let i = 0; i < count; i++) {
        test(`${name} of ${dtype} where operand ${i} is the same for all`, () =>
          check(name, args, elementwise(name, args, i)));
      }
    }
  }
});

describe('math kernels in WebAssembly have the bits of the scalar interpreter', () => {
  for (const name of Object.keys(mathKernels) as FunctionPrim[]) {
    for (const dtype of name.startsWith('uniform') ? float64 : floats) {
      const args = buffersOf(name, mathKernels[name].params.length, dtype);
      test(`${name} of ${dtype}, in vectors and alone`, () => check(name, args, elementwise(name, args)));
    }
  }
});
