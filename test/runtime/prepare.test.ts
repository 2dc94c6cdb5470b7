import { describe, expect, it } from 'vitest';
import { split, takeRows } from '../../runtime/rows.ts';
import { standardize } from '../../runtime/standardize.ts';

describe('standardize', () => {
  it('gives each column mean 0 and population deviation 1, row by row', () => {
    const { data, shape, mean, deviation } = standardize([
      [1, 2, 3, 4],
      [10, 10, 20, 20],
    ]);
    const a = Math.sqrt(1.25);
    expect(shape).toEqual([4, 2]);
    expect([...mean]).toEqual([2.5, 15]);
    expect([...deviation]).toEqual([a, 5]);
    expect([...data]).toEqual([-1.5 / a, -1, -0.5 / a, -1, 0.5 / a, 1, 1.5 / a, 1]);
  });

  it('turns a constant column into zeros, also where its mean is not exact', () => {
    expect(
      [...standardize([Array.from({ length: 10 }, () => 0.1)]).data].every(
        (value) => Math.abs(value) < 1e-15,
      ),
    ).toBe(true);
  });

  it('applies the scale of the training data to others', () => {
    const scale = standardize([[1, 3]]);
    expect([...standardize([[3, 5]], scale).data]).toEqual([1, 3]);
  });

  it('refuses columns that do not fit together', () => {
    expect(() => standardize([[1, 2], [1]])).toThrow(
      'E-DATA-COLUMNS  standardize: there are 1 rows in column 1',
    );
    expect(() => standardize([[1]], standardize([[1], [2]]))).toThrow('There must be 2, as in its scale.');
  });
});

describe('split', () => {
  it('cuts the rows into two parts at random, by seed alone', () => {
    const [train, test] = split(10, 0.7, 3);
    expect([train.length, test.length]).toEqual([7, 3]);
    expect([...train, ...test].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(split(10, 0.7, 3)).toEqual([train, test]);
    expect(split(10, 0.7, 4)).not.toEqual([train, test]);
  });

  it('refuses a fraction that is none', () => {
    for (const fraction of [0, 1, 70, NaN])
      expect(() => split(10, fraction)).toThrow('E-OPTION-VALUE  split: fraction is');
  });
});

describe('takeRows', () => {
  it('takes rows in the given order, of the same kind', () => {
    expect(takeRows(new Uint8Array([1, 2, 3, 4, 5, 6]), [2, 0], 2)).toEqual(new Uint8Array([5, 6, 1, 2]));
    expect(takeRows(Float64Array.of(1, 2, 3), [1, 1])).toEqual(Float64Array.of(2, 2));
  });

  it('takes wide rows as well', () => {
    const wide = Float32Array.from({ length: 100 }, (_, i) => i);
    const swapped = Array.from({ length: 100 }, (_, i) => (i + 50) % 100);
    expect([...takeRows(wide, [1, 0], 50)]).toEqual(swapped);
  });

  it('refuses rows that are not there and a width that does not divide', () => {
    for (const row of [-1, 3, 0.5])
      expect(() => takeRows(Float64Array.of(1, 2, 3), [0, row])).toThrow('takeRows: rows[1] is');
    expect(() => takeRows(Float64Array.of(1, 2, 3), [0], 2)).toThrow('width must be a divisor of 3');
  });
});
