import { describe, expect, it } from 'vitest';
import { batchesOf } from '../../runtime/batches.ts';
import type { InputInfo, Manifest } from '../../runtime/contract.ts';
import { readDataset, rowSymbol } from '../../runtime/dataset.ts';
import type { Data } from '../../runtime/tensors.ts';
import { manifest } from './fake-module.ts';

const input = (name: string, shape: InputInfo['shape'], more: Partial<InputInfo> = {}): InputInfo => ({
  name,
  shape,
  dtype: 'float32',
  entries: ['step'],
  ...more,
});

const programOf = (...inputs: InputInfo[]): Manifest => ({ ...manifest, inputs });
const x = input('x', ['N', 2]);
const labels = input('labels', ['N'], { dtype: 'int32', range: [0, 3] });

describe('readDataset', () => {
  const program = programOf(x, labels);
  const same: readonly (readonly [string, Data])[] = [
    ['typed arrays', { x: Float32Array.of(1, 2, 3, 4), labels: Int32Array.of(0, 2) }],
    ['typed arrays of other kinds', { x: Uint8Array.of(1, 2, 3, 4), labels: Float64Array.of(0, 2) }],
    ['buffers of Node', { x: Buffer.from([1, 2, 3, 4]), labels: Buffer.from([0, 2]) }],
    ['flat arrays', { x: [1, 2, 3, 4], labels: [0, 2] }],
    [
      'nested arrays',
      {
        x: [
          [1, 2],
          [3, 4],
        ],
        labels: [0, 2],
      },
    ],
    [
      'data with a shape',
      { x: { data: [1, 2, 3, 4], shape: [2, 2] }, labels: { data: Int8Array.of(0, 2), shape: [2] } },
    ],
  ];
  for (const [what, data] of same) {
    it(`reads ${what}`, () => {
      const { rows, columns } = readDataset(program, 'step', data, 'fit');
      expect(rows).toBe(2);
      expect(columns.map(({ data, width }) => [[...data], width])).toEqual([
        [[1, 2, 3, 4], 2],
        [[0, 2], 1],
      ]);
    });
  }

  const good = { x: [1, 2, 3, 4], labels: [0, 2] };
  const circular: unknown[] = [];
  circular.push(circular);
  const refused: readonly (readonly [string, Record<string, unknown>, string])[] = [
    [
      'a missing entry',
      { x: [1, 2] },
      'E-DATA-MISSING  fit: the program reads labels, and the data have no such entry\n  Add labels: int32 [N].',
    ],
    [
      'an inherited entry',
      { ...good, toString: [1] },
      'E-DATA-UNKNOWN  fit: the program has no input named toString',
    ],
    ['an unknown entry', { ...good, label: [0] }, 'Did you mean "labels"?'],
    ['an unknown entry with a hostile name', { ...good, 'a\u001b[31m\n': [0] }, 'named a\\u001b[31m\\u000a'],
    ['no rows', { x: [], labels: [] }, 'E-DATA-EMPTY'],
    [
      'a length that does not fill rows',
      { ...good, x: [1, 2, 3] },
      'E-DATA-LENGTH  x: 3 values do not fill the shape [N, 2]\n  The number of values must be a multiple of 2.',
    ],
    ['rows that disagree', { ...good, labels: [0, 1, 2] }, 'E-DATA-ROWS  labels: N is 3 here and 2 in x'],
    [
      'a shape of another rank',
      { ...good, labels: [[0], [1]] },
      'E-DATA-SHAPE  labels: the shape [2, 1] does not fit [N]',
    ],
    [
      'a shape with another size',
      {
        ...good,
        x: [
          [1, 2, 3],
          [4, 5, 6],
        ],
      },
      'E-DATA-SHAPE  x: the shape [2, 3] does not fit [N, 2]',
    ],
    ['a shape that its data do not fill', { ...good, x: { data: [1, 2], shape: [2, 2] } }, 'E-DATA-LENGTH'],
    [
      'a shape that is none',
      { ...good, x: { data: [], shape: [-1, 2] } },
      'E-DATA-TYPE  x: a size of the shape is -1',
    ],
    ['ragged rows', { ...good, x: [[1, 2], [3]] }, 'E-DATA-RAGGED  x: the nested arrays are ragged at [1]'],
    ['a row that is a number', { ...good, x: [[1, 2], 3] }, 'Expected an array of 2, found 3.'],
    [
      'text in an array',
      {
        ...good,
        x: [
          [1, 2],
          [3, '4'],
        ],
      },
      'E-DATA-TYPE  x: [1][1] is "4", not a number',
    ],
    ['a hole', { ...good, labels: [0, undefined] }, 'labels: [1] is undefined'],
    ['an array that contains itself', { ...good, x: circular }, 'E-DATA-TYPE'],
    [
      '64-bit integers',
      { ...good, labels: BigInt64Array.of(1n, 2n) },
      'E-DATA-TYPE  labels: the entry is an object',
    ],
    ['text', { ...good, x: 'data.csv' }, 'x: the entry is "data.csv"'],
    ['NaN', { ...good, x: [1, 2, NaN, 4] }, 'E-DATA-FINITE  x: row 1, value 0 is NaN'],
    ['an infinity', { ...good, x: Float64Array.of(1, 2, 3, -Infinity) }, 'x: row 1, value 1 is -Infinity'],
    ['a number too large for float32', { ...good, x: [1, 2, 3, 1e39] }, 'E-DATA-FINITE'],
    [
      'a fraction in integers',
      { ...good, labels: [0, 1.5] },
      'E-DATA-INTEGER  labels: row 1, value 0 is 1.5',
    ],
    [
      'a label too large',
      { ...good, labels: [0, 3] },
      'E-DATA-RANGE  labels: row 1, value 0 is 3\n  Labels of this input are the integers 0 to 2.',
    ],
    ['a negative label', { ...good, labels: Int32Array.of(-1, 0) }, 'labels: row 0, value 0 is -1'],
  ];
  for (const [what, data, words] of refused) {
    it(`refuses ${what}`, () => {
      const given = data as Data;
      expect(() => readDataset(program, 'step', given, 'fit')).toThrow(words);
    });
  }

  it('refuses anything but 0 and 1 in a bool input', () => {
    const mask = programOf(input('mask', ['N'], { dtype: 'bool' }));
    expect(readDataset(mask, 'step', { mask: Uint8Array.of(0, 1) }, 'fit').rows).toBe(2);
    expect(() => readDataset(mask, 'step', { mask: Uint8Array.of(0, 2) }, 'fit')).toThrow('must be 0 or 1');
  });

  it('needs only the inputs of the entry, and lets the others be there', () => {
    const program = programOf(x, { ...labels, entries: ['evaluate'] });
    expect(readDataset(program, 'step', { x: [1, 2] }, 'fit').columns).toHaveLength(1);
    expect(readDataset(program, 'step', { x: [1, 2], labels: [9] }, 'fit').columns).toHaveLength(1);
  });

  it('finds each symbol from the inputs that decide it', () => {
    const program = programOf(input('tokens', ['N', 'T']), input('mask', ['N*T']), input('first', ['2*N']));
    const { sizes, rows } = readDataset(
      program,
      'step',
      { tokens: new Float32Array(12), mask: new Float32Array(12), first: new Float32Array(6) },
      'fit',
    );
    expect([rows, sizes.get('T')]).toEqual([3, 4]);
  });

  it('asks for the shape where lengths leave a symbol open', () => {
    const program = programOf(input('tokens', ['N', 'T']));
    expect(() => readDataset(program, 'step', { tokens: [1, 2] }, 'fit')).toThrow(
      'E-DATA-OPEN  tokens: 2 values leave N and T open',
    );
    expect(readDataset(program, 'step', { tokens: [[1, 2, 3]] }, 'fit').sizes.get('T')).toBe(3);
  });

  it('takes symbols whose names are those of built-in properties', () => {
    const program = programOf(input('x', ['constructor', 2]));
    expect(readDataset(program, 'step', { x: [1, 2, 3, 4] }, 'fit').rows).toBe(2);
  });
});

describe('rowSymbol', () => {
  const cases: readonly (readonly [string, readonly InputInfo['shape'][], string | undefined])[] = [
    [
      'a leading symbol that all share',
      [
        ['N', 10],
        ['N', 1],
      ],
      'N',
    ],
    ['a shared symbol where others have fixed sizes', [['N', 10], [10], []], 'N'],
    ['a product of the symbol', [['N', 'T', 8], ['N*T']], 'N'],
    ['a multiple of the symbol alone', [['2*N', 3]], 'N'],
    ['none for fixed sizes', [[64, 10]], undefined],
    [
      'none where inputs lead with different symbols',
      [
        ['N', 3],
        ['E', 2],
      ],
      undefined,
    ],
    ['none where the symbol is a later size as well', [['N', 'N']], undefined],
    [
      'none where another input has it later',
      [
        ['N', 3],
        [4, 'N'],
      ],
      undefined,
    ],
    ['none for a product of two symbols alone', [['N*T', 3]], undefined],
  ];
  for (const [what, shapes, symbol] of cases) {
    it(`is ${what}`, () => expect(rowSymbol(shapes.map((shape, i) => input(`x${i}`, shape)))).toBe(symbol));
  }
});

describe('batchesOf', () => {
  const program = programOf(input('tokens', ['N', 'T']), labels, input('weights', [3]));
  const data = {
    tokens: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
    labels: [0, 1, 2],
    weights: [7, 8, 9],
  };
  const dataset = readDataset(program, 'step', data, 'fit');

  it('cuts rows, gives shapes where a symbol would stay open, and passes the rest whole', () => {
    const { count, batch } = batchesOf(dataset, 2);
    expect(count).toBe(2);
    expect(batch(1)).toEqual({
      tokens: { data: Float64Array.of(5, 6), shape: [1, 2] },
      labels: Float64Array.of(2),
      weights: Float64Array.of(7, 8, 9),
    });
  });

  it('gathers rows in an order', () => {
    const { batch } = batchesOf(dataset, 2);
    expect(batch(0, Int32Array.of(2, 0, 1))['tokens']).toEqual({
      data: Float64Array.of(5, 6, 1, 2),
      shape: [2, 2],
    });
    expect(batch(1, Int32Array.of(2, 0, 1))['labels']).toEqual(Float64Array.of(1));
  });

  it('builds no batch twice', () => {
    const { batch } = batchesOf(dataset, 1);
    const order = Int32Array.of(2, 0, 1);
    expect(batch(1)).toBe(batch(1));
    expect(batch(0, order)).toBe(batch(1, order));
  });

  it('copies nothing in the own order of the rows', () => {
    const values = Float32Array.of(1, 2, 3, 4);
    const [tokens] = Object.values(
      batchesOf(readDataset(programOf(x), 'step', { x: values }, 'fit'), 1).batch(1),
    );
    expect(tokens instanceof Float32Array && tokens.buffer === values.buffer).toBe(true);
  });
});
