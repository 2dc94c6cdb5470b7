import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTable } from '../../../runtime/format/csv.ts';

const seed = 20263;

describe('readTable', () => {
  it('reads columns by name', () => {
    const table = readTable('age,bmi,target\n59,32.1,151\n48,-2.16e1,+75\n');
    expect(table.header).toEqual(['age', 'bmi', 'target']);
    expect(table.rows).toBe(2);
    expect([...table.column('bmi')]).toEqual([32.1, -21.6]);
    expect(table.columns(['target', 'age']).map((column) => [...column])).toEqual([
      [151, 75],
      [59, 48],
    ]);
    expect(table.columns()).toHaveLength(3);
  });

  const same: readonly (readonly [string, string])[] = [
    ['a byte order mark', '\ufeffa,b\n1,2\n3,4'],
    ['CRLF', 'a,b\r\n1,2\r\n3,4\r\n'],
    ['CR alone', 'a,b\r1,2\r3,4\r'],
    ['quotes', '"a","b"\n"1",2\n3,"4"'],
    ['blank lines at the end', 'a,b\n1,2\n3,4\n\n\r\n'],
    ['spaces around numbers', 'a,b\n 1,2 \n3,\t4\n'],
  ];
  for (const [what, text] of same) {
    it(`reads the same table with ${what}`, () => {
      const table = readTable(text);
      expect(table.header).toEqual(['a', 'b']);
      expect(table.columns().map((column) => [...column])).toEqual([
        [1, 3],
        [2, 4],
      ]);
    });
  }

  it('reads text with quotes, delimiters and line breaks inside', () => {
    const table = readTable('name;note\n"Ann ""A""";"one\ntwo"\n;"x;y"', { delimiter: ';' });
    expect(table.text('name')).toEqual(['Ann "A"', '']);
    expect(table.text('note')).toEqual(['one\ntwo', 'x;y']);
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ['', 'E-CSV-EMPTY', 'data.csv'],
    ['\ufeff\n', 'E-CSV-EMPTY', 'data.csv'],
    ['a,b,a\n1,2,3', 'E-CSV-HEADER', 'data.csv:1:5'],
    ['a,b\n1,2\n3\n', 'E-CSV-RAGGED', 'data.csv:3: 1 fields, and the header has 2'],
    ['a,b\n1,2,3\n', 'E-CSV-RAGGED', 'data.csv:2: 3 fields'],
    ['a,b\n1,2\n\n3,4', 'E-CSV-RAGGED', 'data.csv:3: 1 fields'],
    ['a,b\n1,x"y\n', 'E-CSV-QUOTE', 'data.csv:2:4: a quote inside'],
    ['a,b\n1,"2"3\n', 'E-CSV-QUOTE', 'data.csv:2:6: text after'],
    ['a,b\n1,"2\n3,4\n', 'E-CSV-QUOTE', 'data.csv:2:3: a quoted field that does not end'],
  ];
  for (const [text, code, words] of refused) {
    it(`refuses ${JSON.stringify(text)} with ${code} and the place`, () => {
      expect(() => readTable(text, { name: 'data.csv' })).toThrow(`${code}  ${words}`);
    });
  }

  for (const field of [
    '',
    'x',
    'NaN',
    '1e999',
    'Infinity',
    '0x10',
    '1_000',
    '1,5',
    '--1',
    '.',
    '1e',
    '٣',
    '1'.repeat(500),
  ]) {
    it(`refuses ${JSON.stringify(field.slice(0, 20))} as a number, with file, line and column`, () => {
      const table = readTable(`"id","two\nlines"\r\n1,2\r\n3,"${field}"\r\n`, { name: 'data.csv' });
      expect([...table.column('id')]).toEqual([1, 3]);
      expect(() => table.column('two\nlines')).toThrow('E-CSV-NUMBER  data.csv:4:3: ');
    });
  }

  it('suggests the column that was meant', () => {
    expect(() => readTable('age,target\n1,2').column('traget')).toThrow('Did you mean "target"?');
    expect(() => readTable('a,b\n1,2').column('target')).toThrow('There are "a", "b".');
  });

  it('refuses a delimiter that would be ambiguous', () => {
    for (const delimiter of ['', '"', '\n', ';;'])
      expect(() => readTable('a', { delimiter })).toThrow('E-OPTION-VALUE');
  });

  it(`reads back any table of text, and numbers bit by bit (seed ${seed})`, () => {
    const field = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '\ud83d') });
    const rows = fc
      .integer({ min: 1, max: 5 })
      .chain((width) => fc.array(fc.array(field, { minLength: width, maxLength: width }), { minLength: 1 }));
    const property = fc.property(
      rows,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      (rows, number) => {
        const header = ['n', ...(rows[0] ?? []).map((_, i) => `c${i}`)];
        const lines = rows.map((row) => [String(number), ...row].map(quote).join(','));
        const table = readTable([header.join(','), ...lines].join('\n'));
        expect(table.rows).toBe(rows.length);
        rows[0]?.forEach((_, i) => expect(table.text(`c${i}`)).toEqual(rows.map((row) => row[i])));
        for (const value of table.column('n')) expect(Object.is(value, Number(String(number)))).toBe(true);
      },
    );
    fc.assert(property, { seed, numRuns: 300 });
  });

  it(`either reads arbitrary text or refuses it with a code (seed ${seed})`, () => {
    const text = fc.string({
      unit: fc.constantFrom('1', 'a', '"', ',', '\n', '\r', '-', '.', '\u0000'),
      maxLength: 40,
    });
    const property = fc.property(text, (text) => {
      try {
        readTable(text).columns();
      } catch (error) {
        expect(String(error)).toMatch(/E-CSV-/);
      }
    });
    fc.assert(property, { seed, numRuns: 2000 });
  });
});

const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`;
