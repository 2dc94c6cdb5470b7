import { describe, expect, it } from 'vitest';
import { idxTotal, parseIdx } from '../../../runtime/format/idx.ts';

/** A file with the given type, sizes and element bytes. */
function file(type: number, sizes: readonly number[], content: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + content.length);
  const view = new DataView(bytes.buffer);
  bytes.set([0, 0, type, sizes.length]);
  sizes.forEach((size, i) => view.setUint32(4 + 4 * i, size));
  bytes.set(content, 4 + 4 * sizes.length);
  return bytes;
}

describe('parseIdx', () => {
  it('reads bytes and their shape', () => {
    const { shape, data } = parseIdx(file(8, [2, 1, 3], [0, 1, 2, 253, 254, 255]));
    expect(shape).toEqual([2, 1, 3]);
    expect(data).toEqual(new Uint8Array([0, 1, 2, 253, 254, 255]));
  });

  const elements: readonly (readonly [number, readonly number[], number])[] = [
    [0x08, [200], 200],
    [0x09, [200], -56],
    [0x0b, [0xff, 0xfe], -2],
    [0x0c, [0x80, 0, 0, 0], -2147483648],
    [0x0d, [0x3f, 0x80, 0, 0], 1],
    [0x0e, [0x40, 0x04, 0, 0, 0, 0, 0, 0], 2.5],
  ];
  for (const [type, bytes, value] of elements) {
    it(`reads big-endian elements of type ${type}`, () => {
      expect([...parseIdx(file(type, [1], bytes)).data]).toEqual([value]);
    });
  }

  it('says from the first bytes how long the file is', () => {
    const whole = file(
      0x0d,
      [3, 5],
      Array.from({ length: 60 }, () => 0),
    );
    expect([3, 4, 11].map((length) => idxTotal(whole.subarray(0, length)))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(idxTotal(whole.subarray(0, 12))).toBe(72);
  });

  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    [
      'another kind of file',
      new Uint8Array([0x1f, 0x8b, 8, 0]),
      'E-FILE-DAMAGED  mnist: this is not an IDX file at byte 0',
    ],
    ['an unknown element type', file(7, [1], [0]), 'the element type is 7 at byte 2'],
    [
      'a file that ends in its header',
      file(8, [1, 1], []).subarray(0, 9),
      'the file ends inside its header at byte 9',
    ],
    ['too few elements', file(8, [4], [1, 2, 3]), 'the file ends at byte 11'],
    ['too many elements', file(8, [2], [1, 2, 3]), 'Expected 10 bytes, as its header promises'],
    [
      'sizes that no memory holds',
      file(14, [0xffffffff, 0xffffffff], []),
      'E-FILE-LIMIT  mnist: the number of bytes',
    ],
    ['an empty file', new Uint8Array(0), 'at byte 0'],
  ];
  for (const [what, bytes, words] of refused) {
    it(`refuses ${what}`, () => expect(() => parseIdx(bytes, { name: 'mnist' })).toThrow(words));
  }
});
