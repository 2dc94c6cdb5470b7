import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toBase64 } from '../../compiler/emit/wasm/base64.ts';
import { ByteWriter } from '../../compiler/emit/wasm/encode.ts';
import { assemble } from './assemble.ts';

const seed = 20;

describe('number encodings', () => {
  // 624485 and -123456 are Wikipedia's worked examples of LEB128.
  test.each([
    [0, [0x00]],
    [127, [0x7f]],
    [128, [0x80, 0x01]],
    [624485, [0xe5, 0x8e, 0x26]],
    [0x7fffffff, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [0xffffffff, [0xff, 0xff, 0xff, 0xff, 0x0f]],
  ])('%d is written as unsigned LEB128', (value, bytes) => {
    expect([...new ByteWriter().u32(value).finish()]).toEqual(bytes);
  });

  test.each([
    [0, [0x00]],
    [63, [0x3f]],
    [64, [0xc0, 0x00]],
    [-1, [0x7f]],
    [-64, [0x40]],
    [-65, [0xbf, 0x7f]],
    [-123456, [0xc0, 0xbb, 0x78]],
    [0x7fffffff, [0xff, 0xff, 0xff, 0xff, 0x07]],
    [-0x80000000, [0x80, 0x80, 0x80, 0x80, 0x78]],
  ])('%d is written as signed LEB128, in 32 and in 64 bits', (value, bytes) => {
    expect([...new ByteWriter().s32(value).finish()]).toEqual(bytes);
    expect([...new ByteWriter().s64(BigInt(value)).finish()]).toEqual(bytes);
  });

  test('numbers out of range are refused', () => {
    for (const value of [-1, 2 ** 32, 0.5, NaN])
      expect(() => new ByteWriter().u32(value)).toThrow(RangeError);
    for (const value of [-(2 ** 31) - 1, 2 ** 32, 0.5])
      expect(() => new ByteWriter().s32(value)).toThrow(RangeError);
    for (const value of [-(2n ** 63n) - 1n, 2n ** 64n])
      expect(() => new ByteWriter().s64(value)).toThrow(RangeError);
  });

  test('a writer keeps all bytes while it grows, whatever it writes', () => {
    const writers: readonly ((writer: ByteWriter) => ByteWriter)[] = [
      (writer) => writer.byte(1),
      (writer) => writer.bytes([1, 2, 3]),
      (writer) => writer.u32(300),
      (writer) => writer.s32(-300),
      (writer) => writer.s64(-300n),
      (writer) => writer.f32(1.5),
      (writer) => writer.f64(-2.5),
      (writer) => writer.text('né'),
    ];
    for (const write of writers) {
      const once = [...write(new ByteWriter()).finish()];
      const writer = new ByteWriter();
      for (let i = 0; i < 1000; i++) write(writer);
      expect([...writer.finish()]).toEqual(Array.from({ length: 1000 }, () => once).flat());
    }
  });

  const around = (power: number): number[] => [2 ** power - 1, 2 ** power, -(2 ** power), -(2 ** power) - 1];

  test.each([0, 1, -1, 2 ** 31 - 1, -(2 ** 31), ...[6, 7, 13, 14, 20, 21, 27, 28].flatMap(around)])(
    'i32Const and i64Const of %d return it',
    (value) => {
      expect(assemble([], ['i32'], (f) => f.i32Const(value))()).toBe(value);
      expect(assemble([], ['i64'], (f) => f.i64Const(value))()).toBe(BigInt(value));
    },
  );

  test('from 2^31 and 2^63 on, integer constants stand for the same bits', () => {
    expect(assemble([], ['i32'], (f) => f.i32Const(0xffffffff))()).toBe(-1);
    expect(assemble([], ['i64'], (f) => f.i64Const(2n ** 64n - 1n))()).toBe(-1n);
  });

  test(`random 64-bit integers and floats return unchanged (seed ${seed})`, () => {
    const property = fc.property(
      fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
      fc.double(),
      fc.float(),
      (i, d, s) => {
        expect(assemble([], ['i64'], (f) => f.i64Const(i))()).toBe(i);
        expect(assemble([], ['f64'], (f) => f.f64Const(d))()).toBe(d);
        expect(assemble([], ['f32'], (f) => f.f32Const(s))()).toBe(s);
      },
    );
    fc.assert(property, { seed, numRuns: 200 });
  });

  test.each([0, -0, NaN, Infinity, -Infinity, 2 ** -149, -(2 ** -126), 5e-324, 1.7976931348623157e308, 0.1])(
    'float constants keep %d',
    (value) => {
      expect(assemble([], ['f64'], (f) => f.f64Const(value))()).toBe(value);
      expect(assemble([], ['f32'], (f) => f.f32Const(value))()).toBe(Math.fround(value));
    },
  );
});

describe('base64', () => {
  // The test vectors of RFC 4648, section 10.
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('%j is written as %j', (text, encoded) => {
    expect(toBase64(new TextEncoder().encode(text))).toBe(encoded);
  });

  test(`random bytes are written as Node writes them (seed ${seed})`, () => {
    const property = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
    });
    fc.assert(property, { seed });
  });
});
