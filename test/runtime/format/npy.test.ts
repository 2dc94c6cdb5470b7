import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../runtime/format/tensor.ts';
import { encodeNpy, parseNpy } from '../../../runtime/format/npy.ts';

const seed = 20264;
const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** A file as NumPy 2.4 lays it out: `dictionary` is what it wrote for the array, `hex` its elements. */
function file(dictionary: string, hex: string, version = 1): Uint8Array {
  const start = version === 1 ? 10 : 12;
  const length = 128 - start;
  const head = Buffer.alloc(start);
  head.write('\x93NUMPY', 'latin1');
  head[6] = version;
  head.writeUIntLE(length, 8, start - 8);
  return Uint8Array.from(
    Buffer.concat([head, Buffer.from(`${dictionary.padEnd(length - 1)}\n`), Buffer.from(hex, 'hex')]),
  );
}

describe('parseNpy', () => {
  it('reads a file that NumPy 2.4 wrote, byte by byte', () => {
    const { dtype, shape, data } = parseNpy(
      fromHex(
        '934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73652c2027' +
          '7368617065273a2028322c2033292c207d' +
          '20'.repeat(58) +
          '0a000000000000003f0000803f0000c03f0000004000002040',
      ),
    );
    expect({ dtype, shape }).toEqual({ dtype: 'float32', shape: [2, 3] });
    expect(data).toEqual(new Float32Array([0, 0.5, 1, 1.5, 2, 2.5]));
  });

  const int64 = "{'descr': '<i8', 'fortran_order': False, 'shape': (3,), }";
  const read: readonly (readonly [string, Uint8Array, Tensor])[] = [
    [
      'Fortran order as row-major',
      file(
        "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }",
        '00000000000000000000000000000840000000000000f03f000000000000104000000000000000400000000000001440',
      ),
      { dtype: 'float64', shape: [2, 3], data: new Float64Array([0, 1, 2, 3, 4, 5]) },
    ],
    [
      'int64 as int32',
      file(int64, 'ffffffffffffffffffffff7f0000000000000080ffffffff'),
      { dtype: 'int32', shape: [3], data: new Int32Array([-1, 2147483647, -2147483648]) },
    ],
    [
      'bool',
      file("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", '0100'),
      { dtype: 'bool', shape: [2], data: new Int32Array([1, 0]) },
    ],
    [
      'big-endian rank 0 in version 2',
      file("{'descr': '>f4', 'fortran_order': False, 'shape': (), }", '40600000', 2),
      { dtype: 'float32', shape: [], data: new Float32Array([3.5]) },
    ],
    [
      'no elements in version 3',
      file("{'descr': '|u1', 'fortran_order': False, 'shape': (1, 0), }", '', 3),
      { dtype: 'int32', shape: [1, 0], data: new Int32Array(0) },
    ],
  ];
  for (const [what, bytes, expected] of read) {
    it(`reads ${what}`, () => expect(parseNpy(bytes)).toEqual(expected));
  }

  const head = "'fortran_order': False, 'shape': (1,), }";
  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ['another kind of file', fromHex('504b0304'), 'this is not an npy file'],
    ['another version', file(int64, '', 4), 'the version is 4 at byte 6'],
    ['complex numbers', file(`{'descr': '<c16', ${head}`, ''), 'E-FILE-DTYPE  a.npy: elements are "<c16"'],
    ['pickled objects', file(`{'descr': '|O', ${head}`, ''), 'E-FILE-DTYPE'],
    [
      'int64 beyond int32',
      file(int64, '00000000000000000000008000000000000000000000'.padEnd(48, '0')),
      'element 1 is 2147483648',
    ],
    ['a bool that is none', file(`{'descr': '|b1', ${head}`, '02'), 'the bool is 2 at byte 128'],
    ['an entry twice', file(`{'descr': '<f4', 'descr': '<f4', ${head}`, ''), 'once each'],
    ['a missing entry', file("{'descr': '<f4', 'shape': (1,)}", '00000000'), 'and no more'],
    ['another entry', file(`{'extra': 1, ${head}`, ''), 'once each'],
    ['text behind the dictionary', file(`{'descr': '<f4', ${head} x`, '00000000'), 'and no more'],
    [
      'a negative size',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", ''),
      'an integer from 0',
    ],
    [
      'sizes that no memory holds',
      file("{'descr': '<f4', 'fortran_order': False, 'shape': (9007199254740991, 9), }", ''),
      'the file ends at byte 128',
    ],
    ['too few bytes', file(int64, '00'.repeat(23)), 'Expected its end at byte 152'],
    ['too many bytes', file(int64, '00'.repeat(25)), 'Expected its end at byte 152'],
  ];
  for (const [what, bytes, words] of refused) {
    it(`refuses ${what}`, () => expect(() => parseNpy(bytes, { name: 'a.npy' })).toThrow(words));
  }

  it('refuses every truncation', () => {
    const whole = file(int64, '00'.repeat(24));
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseNpy(whole.subarray(0, length))).toThrow('E-FILE-DAMAGED');
    }
  });
});

describe('encodeNpy', () => {
  it('writes what NumPy 2.4 writes', () => {
    const tensor: Tensor = { dtype: 'bool', shape: [2], data: new Int32Array([1, 0]) };
    expect(encodeNpy(tensor)).toEqual(
      file("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", '0100'),
    );
  });

  it(`writes what parseNpy reads back (seed ${seed})`, () => {
    const shape = fc.array(fc.nat({ max: 4 }), { maxLength: 4 });
    const property = fc.property(
      shape,
      fc.constantFrom('float32', 'float64', 'int32', 'bool'),
      (shape, dtype) => {
        const count = shape.reduce((a, b) => a * b, 1);
        const values = Array.from({ length: count }, (_, i) =>
          dtype === 'bool' ? i % 2 : i % 3 === 0 ? -0 : i * 1.5,
        );
        const data = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Int32Array }[
          dtype
        ].from(values);
        const tensor: Tensor = { dtype, shape, data };
        const bytes = encodeNpy(tensor);
        expect((bytes.length - count * (dtype === 'float64' ? 8 : dtype === 'bool' ? 1 : 4)) % 64).toBe(0);
        expect(parseNpy(bytes)).toEqual(tensor);
      },
    );
    fc.assert(property, { seed, numRuns: 200 });
  });

  it('uses version 2 where the header is too long for version 1', () => {
    const tensor: Tensor = {
      dtype: 'float64',
      shape: Array.from({ length: 30_000 }, () => 1),
      data: new Float64Array([7]),
    };
    expect(encodeNpy(tensor)[6]).toBe(2);
  });

  it('refuses a shape that does not fit', () => {
    expect(() => encodeNpy({ dtype: 'float64', shape: [3], data: new Float64Array(2) })).toThrow(
      'E-DATA-LENGTH',
    );
  });
});
