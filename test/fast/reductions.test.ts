import { describe, expect, test } from 'vitest';
import { inference, input, matmul, sum } from '../../src/index.ts';
import { compile } from '../../compiler/index.ts';
import { uniform } from '../kernel/math-points.ts';
import { withRelaxedSimd } from './relaxed-simd.ts';

const random = uniform(11);
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => 2 * random() - 1);

/** Sums over elements side by side: products of rows with one column, and sums whose result has few elements. */
const products = [1, 2, 15, 16, 17, 100, 1000].flatMap((inner) =>
  [1, 3, 33].map((rows) => ({ rows, inner })),
);

describe.each([false, true])('long sums of fast numerics, relaxed SIMD %s', (relaxed) => {
  test.each(products)('$rows rows times a column of $inner', async ({ rows, inner }) => {
    const program = inference({
      outputs: { y: matmul(input('x', [rows, inner]), input('w', [inner, 1])) },
    });
    const [x, w] = [numbers(rows * inner), numbers(inner)];
    const { y } = await withRelaxedSimd(relaxed, () =>
      compile(program, { numerics: 'fast' }).create().predict({ x, w }),
    );
    for (let i = 0; i < rows; i++) {
      let [right, size] = [0, 0];
      w.forEach((weight, k) => {
        const term = weight * (x[i * inner + k] ?? 0);
        right += term;
        size += Math.abs(term);
      });
      expect(Math.abs((y?.data[i] ?? Number.NaN) - right)).toBeLessThanOrEqual(size * inner * 2 ** -24);
    }
  });

  test.each([3, 16, 50, 129])('a column of a named size, here %i, adds up', async (count) => {
    const program = inference({ outputs: { y: sum(input('x', ['N', 1]), { axis: 0 }) } });
    const x = numbers(count);
    const { y } = await withRelaxedSimd(relaxed, () =>
      compile(program, { numerics: 'fast' })
        .create({ capacity: { N: 200 } })
        .predict({ x }),
    );
    const right = x.reduce((total, value) => total + value, 0);
    expect(Math.abs((y?.data[0] ?? Number.NaN) - right)).toBeLessThan(count * 2 ** -22);
  });
});
