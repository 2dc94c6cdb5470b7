import { describe, expect, test } from 'vitest';
import { ModuleBuilder } from '../../compiler/emit/wasm/assembler.ts';
import type { FunctionBuilder } from '../../compiler/emit/wasm/function-builder.ts';
import { assemble } from './assemble.ts';

/** The bytes of the vector that `write` leaves on the stack. */
function vectorOf(write: (f: FunctionBuilder) => void): DataView {
  const memory = new WebAssembly.Memory({ initial: 1 });
  assemble(
    [],
    [],
    (f) => {
      f.i32Const(0);
      write(f);
      f.op('v128.store');
    },
    memory,
  )();
  return new DataView(memory.buffer, 0, 16);
}

const lanes = (count: number, read: (lane: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => read(i));
const int32Lanes = (view: DataView): number[] => lanes(4, (i) => view.getInt32(4 * i, true));
const float32Lanes = (view: DataView): number[] => lanes(4, (i) => view.getFloat32(4 * i, true));

describe('memory and vectors', () => {
  test('offsets and alignments reach loads and stores', () => {
    const memory = new WebAssembly.Memory({ initial: 2 });
    new Float64Array(memory.buffer)[12_345] = 1.5;
    const f = assemble(
      ['i32'],
      ['f64'],
      (f) => {
        const [at] = f.params;
        f.localGet(at).localGet(at).op('f64.load', { offset: 98_752, align: 1 });
        f.op('f64.store', { offset: 300 });
        f.localGet(at).op('f64.load', { offset: 300, align: 4 });
      },
      memory,
    );
    expect(f(8)).toBe(1.5);
    expect(new DataView(memory.buffer).getFloat64(308, true)).toBe(1.5);
  });

  test('alignments that are no power of two or exceed the access, and lanes that do not exist, are refused', () => {
    const f = new ModuleBuilder().func('f', []);
    for (const align of [0, 3, 0.5, 8])
      expect(() => f.op('f32.load', { align })).toThrow(`aligned to ${align} bytes`);
    expect(() => f.op('f32.load', { offset: -1 })).toThrow('-1 is not an unsigned 32-bit integer');
    for (const lane of [-1, 2, 0.5])
      expect(() => f.op('f64x2.extract_lane', lane)).toThrow(`no lane ${lane}`);
    expect(() => f.op('v128.load32_lane', {}, 4)).toThrow('v128.load32_lane has no lane 4');
  });

  test('memory.copy and memory.fill move and set bytes', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    assemble(
      [],
      [],
      (f) => {
        f.i32Const(0).i32Const(9).i32Const(4).op('memory.fill');
        f.i32Const(2).i32Const(0).i32Const(3).op('memory.copy');
      },
      memory,
    )();
    expect([...new Uint8Array(memory.buffer, 0, 6)]).toEqual([9, 9, 9, 9, 9, 0]);
  });

  test('vector constants hold their lanes in every shape', () => {
    expect(int32Lanes(vectorOf((f) => f.v128Const('i32x4', [1, -2, 2 ** 31, 4])))).toEqual([
      1,
      -2,
      -(2 ** 31),
      4,
    ]);
    expect(float32Lanes(vectorOf((f) => f.v128Const('f32x4', [-0, NaN, 0.1, 2 ** -149])))).toEqual([
      -0,
      NaN,
      Math.fround(0.1),
      2 ** -149,
    ]);
    const doubles = vectorOf((f) => f.v128Const('f64x2', [0.1, -Infinity]));
    expect([doubles.getFloat64(0, true), doubles.getFloat64(8, true)]).toEqual([0.1, -Infinity]);
    const longs = vectorOf((f) => f.v128Const('i64x2', [-1n, 2 ** 40]));
    expect([longs.getBigInt64(0, true), longs.getBigInt64(8, true)]).toEqual([-1n, 2n ** 40n]);
    const bytes = Array.from({ length: 16 }, (_, i) => 11 * i);
    const view = vectorOf((f) => f.v128Const('i8x16', bytes));
    expect(lanes(16, (i) => view.getUint8(i))).toEqual(bytes);
    expect(() => vectorOf((f) => f.v128Const('f32x4', [1, 2]))).toThrow('f32x4 takes 4 lanes, not 2');
  });

  test('shuffles pick lanes out of two vectors', () => {
    const pair = (f: FunctionBuilder): FunctionBuilder =>
      f.v128Const('i32x4', [10, 11, 12, 13]).v128Const('i32x4', [20, 21, 22, 23]);
    const words = vectorOf((f) => pair(f).i8x16Shuffle([0, 4, 3, 7], 'i32x4'));
    expect(int32Lanes(words)).toEqual([10, 20, 13, 23]);
    expect(int32Lanes(vectorOf((f) => pair(f).i8x16Shuffle([3, 0], 'i64x2')))).toEqual([22, 23, 10, 11]);
    const reverse = Array.from({ length: 16 }, (_, i) => 31 - i);
    expect(int32Lanes(vectorOf((f) => pair(f).i8x16Shuffle(reverse)))).toEqual(
      [23, 22, 21, 20].map((x) => x << 24),
    );
    expect(() => vectorOf((f) => pair(f).i8x16Shuffle([0, 1, 2, 8], 'i32x4'))).toThrow('4 lanes below 8');
  });

  test('lane loads replace one lane and leave the others', () => {
    const view = vectorOf((f) => {
      f.i32Const(0).i32Const(77).op('i32.store', { offset: 64 });
      f.i32Const(60).v128Const('i32x4', [1, 2, 3, 4]).op('v128.load32_lane', { offset: 4 }, 2);
    });
    expect(int32Lanes(view)).toEqual([1, 2, 77, 4]);
  });

  test('a vector loop computes a dot product', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const count = 64;
    const x = new Float32Array(memory.buffer, 0, count).map((_, i) => i - 20);
    const y = x.map((_, i) => (i % 7) / 4);
    new Float32Array(memory.buffer).set(x, 0);
    new Float32Array(memory.buffer).set(y, count);
    const dot = assemble(
      ['i32', 'i32', 'i32'],
      ['f32'],
      (f) => {
        const [left, right, end] = f.params;
        const sums = f.local('v128');
        f.loop((again) => {
          f.localGet(left).op('v128.load', { align: 4 });
          f.localGet(right).op('v128.load', { align: 4 });
          f.op('f32x4.mul').localGet(sums).op('f32x4.add').localSet(sums);
          f.localGet(right).i32Const(16).op('i32.add').localSet(right);
          f.localGet(left).i32Const(16).op('i32.add').localTee(left);
          f.localGet(end).op('i32.lt_u').brIf(again);
        });
        for (const lane of [0, 1, 2, 3]) f.localGet(sums).op('f32x4.extract_lane', lane);
        for (let i = 0; i < 3; i++) f.op('f32.add');
      },
      memory,
    );
    // Quarters of small integers: every order of the sum is exact.
    expect(dot(0, 4 * count, 4 * count)).toBe(x.reduce((sum, value, i) => sum + value * (y[i] ?? 0), 0));
  });
});
