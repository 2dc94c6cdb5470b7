/** Kernels for tests, and what they must leave: the bits of the scalar interpreter. */
import { expect } from 'vitest';
import type { DType } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';
import { indexAdd, indexMul, variable } from '../../src/kernel/build.ts';
import type {
  Axis,
  Buffer,
  Combine,
  LoopKernel,
  Order,
  Scalar,
  Statement,
  Var,
} from '../../src/kernel/language.ts';
import type { TargetName } from '../../compiler/compile.ts';
import { emitKernel, sameBits } from './emitted-kernel.ts';
import type { Data, Sizes } from './emitted-kernel.ts';
import { awkwardNumbers, plainNumbers } from './numbers.ts';

export const buffer = (name: string, dtype: DType, size: Buffer['size']): Buffer => ({ name, dtype, size });
export const store = (to: Buffer, index: Scalar, value: Scalar): Statement => ({
  kind: 'store',
  buffer: to,
  index,
  value,
});
export const loop = (axis: Axis, ...body: Statement[]): Statement => ({ kind: 'loop', axis, body });
export const kernel = (inputs: Buffer[], outputs: Buffer[], ...body: Statement[]): LoopKernel => ({
  kind: 'loops',
  name: 'kernel',
  outer: [],
  inputs,
  outputs,
  body,
});
export const at = (row: Scalar, width: Axis['size'], column: Scalar): Scalar =>
  indexAdd(indexMul(row, width), column);

export function reduce(
  dtype: DType,
  combine: Combine,
  order: Order,
  axes: readonly Axis[],
  value: Scalar,
  body: readonly Statement[] = [],
): [Statement, Scalar] {
  const of: Var = { name: 'total', dtype };
  return [{ kind: 'reduce', var: of, combine, order, axes, body, value }, variable(of)];
}

/** Runs a kernel with each of `sizes`, and compares what it leaves with what the scalar interpreter leaves. */
export function expectSameBits(
  of: LoopKernel,
  sizes: readonly Sizes[],
  dataFor: (sizes: Sizes) => Data,
  target: TargetName = 'wasm',
): void {
  const { run } = emitKernel(of, Object.keys(sizes[0] ?? {}), target);
  for (const size of sizes) {
    const { emitted, right } = run(size, dataFor(size));
    emitted.forEach((got, i) => {
      const want = must(right[i], 'right');
      const differ = got.findIndex((value, place) => !Object.is(value, want[place]));
      const what = `${of.outputs[i]?.name}[${differ}] with ${JSON.stringify(size)}: ${got[differ]}, not ${want[differ]}`;
      expect(sameBits(got, want), what).toBe(true);
    });
  }
}

export const numbersFor =
  (inputs: readonly Buffer[], numbers: (dtype: DType, count: number, turn: number) => number[]) =>
  (_sizes: Sizes): Data =>
    new Map(inputs.map((of, turn) => [of, numbers(of.dtype, 20000, turn + 1)]));
export const plain = (dtype: DType, count: number, turn: number): number[] =>
  dtype === 'int32' || dtype === 'bool' ? awkwardNumbers(dtype, count, turn) : plainNumbers(count, turn);
