import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeSafetensors } from '../../../runtime/format/encode-safetensors.ts';
import { parseSafetensors } from '../../../runtime/format/safetensors.ts';

const seed = 20265;

/** A file with `header` and `size` zero bytes of elements. */
function file(header: string, size: number): Uint8Array {
  const head = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + head.length + size);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  return bytes;
}

const entry = (
  name: string,
  begin: number,
  end: number,
  shape = `[${(end - begin) / 4}]`,
  dtype = 'F32',
): string => `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`;

describe('parseSafetensors', () => {
  it('reads a file that the safetensors library laid out: header, padding, then all elements', () => {
    const header = '{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}   ';
    const bytes = file(header, 8);
    bytes.set([0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0], bytes.length - 8);
    const { tensors, metadata } = parseSafetensors(bytes);
    expect(tensors.get('w')).toEqual({ dtype: 'float32', shape: [2], data: new Float32Array([1, -2]) });
    expect(metadata.get('format')).toBe('pt');
  });

  it('reads int64 that fit into int32, and refuses others', () => {
    const bytes = file(`{${entry('steps', 0, 16, '[2]', 'I64')}}`, 16);
    new DataView(bytes.buffer).setBigInt64(bytes.length - 16, -5n, true);
    expect(parseSafetensors(bytes).tensors.get('steps')?.data).toEqual(new Int32Array([-5, 0]));
    new DataView(bytes.buffer).setBigInt64(bytes.length - 8, 2n ** 40n, true);
    expect(() => parseSafetensors(bytes)).toThrow('element 1 is 1099511627776');
  });

  const refused: readonly (readonly [string, Uint8Array, string])[] = [
    ['no length', new Uint8Array(7), 'at least 8 bytes'],
    ['a header longer than the file', file('{}', 0).fill(9, 0, 1), 'a header of 9 bytes'],
    [
      'a header longer than the limit',
      new Uint8Array(8).fill(255),
      'E-FILE-LIMIT  m: the length of the header',
    ],
    ['a header that is not an object', file('[1]', 0), 'the header starts with "[1]"'],
    ['a byte order mark', file('\ufeff{}', 0), 'the header starts with'],
    ['a header that is not UTF-8', file('{}', 0).fill(0xff, 8), 'the header is not UTF-8'],
    [
      'a key that occurs twice',
      file(`{${entry('a', 0, 4)},${entry('a', 4, 8)}}`, 8),
      'a key that was not there before',
    ],
    [
      'a key that occurs twice inside',
      file('{"a":{"dtype":"F32","dtype":"F32"}}', 0),
      'a key that was not there before',
    ],
    [
      'the same key spelled twice',
      file(`{${entry('a', 0, 4)},${entry('\\u0061', 4, 8)}}`, 8),
      'not there before',
    ],
    ['an overlap', file(`{${entry('a', 0, 8)},${entry('b', 4, 8)}}`, 8), '"b" overlaps another tensor'],
    ['a gap', file(`{${entry('a', 0, 4)},${entry('b', 8, 12)}}`, 12), '"b" follows a gap'],
    ['bytes that belong to no tensor', file(`{${entry('a', 0, 4)}}`, 8), 'the file ends at byte'],
    ['too few bytes', file(`{${entry('a', 0, 8)}}`, 4), 'the file ends at byte'],
    ['sizes that disagree', file(`{${entry('a', 0, 8, '[3]')}}`, 8), '"a" has 8 bytes of data'],
    [
      'sizes that no memory holds',
      file(`{${entry('a', 0, 8, '[9007199254740991,9007199254740991]')}}`, 8),
      'has 8 bytes',
    ],
    [
      'an integer that is not exact',
      file(`{${entry('a', 0, 8, '[9007199254740993]')}}`, 8),
      'an integer from 0 to 2^53 - 1',
    ],
    ['a fraction', file(`{${entry('a', 0, 8, '[2.0]')}}`, 8), 'the header has ".0]'],
    ['a negative size', file(`{${entry('a', 0, 8, '[-2]')}}`, 8), 'an integer from 0'],
    [
      'an end before the begin',
      file('{"a":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}}', 4),
      '-4 bytes',
    ],
    [
      'an unknown type',
      file(`{${entry('a', 0, 8, '[2]', 'F8_E5M2')}}`, 8),
      'E-FILE-DTYPE  m: elements are "F8_E5M2" in "a"',
    ],
    [
      'an entry too many',
      file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}', 4),
      'a bad entry',
    ],
    ['an entry too few', file('{"a":{"dtype":"F32","shape":[]}}', 4), 'a bad entry'],
    [
      'a list of three offsets',
      file('{"a":{"dtype":"F32","shape":[],"data_offsets":[0,4,4]}}', 4),
      'bad data_offsets',
    ],
    ['metadata that are not text', file('{"__metadata__":{"a":1}}', 0), 'not all strings'],
    ['deep nesting', file(`{"a":${'['.repeat(100_000)}`, 0), 'at most 8 levels of nesting'],
    ['text behind the header', file('{}{', 0), 'nothing after the last brace'],
    ['a string that does not end', file('{"a', 0), 'a string of JSON'],
    ['a control character in a string', file('{"a\n":1}', 0), 'a string of JSON'],
  ];
  for (const [what, bytes, words] of refused) {
    it(`refuses ${what}`, () => expect(() => parseSafetensors(bytes, { name: 'm' })).toThrow(words));
  }

  it('refuses every truncation', () => {
    const whole = encodeSafetensors([{ name: 'w', dtype: 'float64', shape: [3], data: new Float64Array(3) }]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseSafetensors(whole.subarray(0, length))).toThrow('E-FILE-DAMAGED');
    }
  });

  it(`either reads a mutated file or refuses it with a code (seed ${seed})`, () => {
    const whole = encodeSafetensors(
      [
        { name: 'w', dtype: 'float32', shape: [2, 1], data: new Float32Array(2) },
        { name: 'on', dtype: 'bool', shape: [3], data: new Int32Array(3) },
      ],
      [['a', 'b']],
    );
    const change = fc.tuple(fc.nat({ max: whole.length - 1 }), fc.nat({ max: 255 }));
    const property = fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const bytes = Uint8Array.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      try {
        parseSafetensors(bytes);
      } catch (error) {
        expect(String(error)).toMatch(/E-FILE-/);
      }
    });
    fc.assert(property, { seed, numRuns: 5000 });
  });
});

describe('encodeSafetensors', () => {
  it(`round-trips names code unit by code unit, and values bit by bit (seed ${seed})`, () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', '0', '\ud83d', '\u2028', '</script>'),
    );
    const tensor = fc.record({
      shape: fc.array(fc.nat({ max: 3 }), { maxLength: 3 }),
      dtype: fc.constantFrom('float32', 'float64', 'int32', 'bool'),
    });
    const entries = fc.uniqueArray(
      fc.tuple(
        name.filter((text) => text !== '__metadata__'),
        tensor,
      ),
      { selector: ([name]) => name },
    );
    const property = fc.property(
      entries,
      fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' })),
      (entries, metadata) => {
        const tensors = entries.map(([name, { shape, dtype }]) => {
          const count = shape.reduce((a, b) => a * b, 1);
          const values = Array.from({ length: count }, (_, i) =>
            dtype === 'bool' ? i % 2 : ([-0, Infinity, 5e-324, 1.5][i % 4] ?? 0),
          );
          const Kind = { float32: Float32Array, float64: Float64Array, int32: Int32Array, bool: Int32Array }[
            dtype
          ];
          return { name, dtype, shape, data: Kind.from(values) };
        });
        const read = parseSafetensors(encodeSafetensors(tensors, Object.entries(metadata)));
        expect(read.metadata).toEqual(new Map(Object.entries(metadata)));
        for (const { name, ...tensor } of tensors) expect(read.tensors.get(name)).toEqual(tensor);
        expect(read.tensors.size).toBe(tensors.length);
      },
    );
    fc.assert(property, { seed, numRuns: 200 });
  });

  it('aligns elements: wide types first, the header padded to 8 bytes', () => {
    const bytes = encodeSafetensors([
      { name: 'flag', dtype: 'bool', shape: [1], data: new Int32Array([1]) },
      { name: 'w', dtype: 'float64', shape: [1], data: new Float64Array([1]) },
    ]);
    expect(Number(new DataView(bytes.buffer).getBigUint64(0, true)) % 8).toBe(0);
    expect(bytes.at(-1)).toBe(1);
  });

  it('writes the same bits for every NaN', () => {
    const odd = new Float64Array(1);
    new DataView(odd.buffer).setBigUint64(0, 0xfff0000000000123n, true);
    const encode = (data: Float64Array): Uint8Array =>
      encodeSafetensors([{ name: 'x', dtype: 'float64', shape: [1], data }]);
    expect(encode(odd)).toEqual(encode(new Float64Array([NaN])));
  });

  it('refuses names that would collide, and shapes that do not fit', () => {
    const tensor = { dtype: 'float64', shape: [1], data: new Float64Array(1) } as const;
    for (const names of [['a', 'a'], ['__metadata__']]) {
      expect(() => encodeSafetensors(names.map((name) => ({ name, ...tensor })))).toThrow('E-FILE-NAME');
    }
    for (const shape of [[2], ['N']]) {
      expect(() => encodeSafetensors([{ ...tensor, name: 'a', shape }])).toThrow('E-DATA-LENGTH');
    }
  });
});
