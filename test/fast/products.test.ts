import { describe, expect, test } from 'vitest';
import { inference, input, matmul, transpose } from '../../src/index.ts';
import type { Expr } from '../../src/index.ts';
import { compile } from '../../compiler/index.ts';
import { uniform } from '../kernel/math-points.ts';
import { withRelaxedSimd } from './relaxed-simd.ts';

const random = uniform(6);
const numbers = (count: number): Float32Array => Float32Array.from({ length: count }, () => 2 * random() - 1);

/** Rows, inner size and columns: whole tiles of four and of six rows, and what is left of them. */
const shapes = [
  [6, 16, 8],
  [12, 20, 16],
  [13, 33, 9],
  [17, 300, 24],
  [64, 40, 10],
  [65, 16, 16],
  [5, 64, 8],
] as const;
const forms = ['nn', 'nt', 'tn', 'tt'] as const;
const sizes = ['numbers', 'a symbol for rows', 'a symbol for the inner size'] as const;
const cases = shapes.flatMap(([m, k, n]) =>
  forms.flatMap((form) => sizes.map((symbols) => ({ m, k, n, form, symbols }))),
);

type Shape = readonly (number | string)[];
const tensor = (name: string, shape: Shape, turned: boolean): Expr =>
  (turned
    ? (transpose as (x: Expr) => Expr)(input(name, [...shape].reverse(), 'float32') as Expr)
    : input(name, shape, 'float32')) as Expr;

describe.each([false, true])('products of fast numerics, relaxed SIMD %s', (relaxed) => {
  test.each(cases)('$m x $k x $n $form, sizes as $symbols', async ({ m, k, n, form, symbols }) => {
    const [left, right] = [form.startsWith('t'), form.endsWith('t')];
    const rows = symbols === 'a symbol for rows' ? 'N' : m;
    const inner = symbols === 'a symbol for the inner size' ? 'N' : k;
    const product = (matmul as (a: Expr, b: Expr) => Expr)(
      tensor('x', [rows, inner], left),
      tensor('y', [inner, n], right),
    );
    const capacity = rows === 'N' ? { N: m } : inner === 'N' ? { N: k } : {};
    const [x, y] = [numbers(m * k), numbers(k * n)];
    const output = await withRelaxedSimd(relaxed, () =>
      compile(inference({ outputs: { z: product } }), { numerics: 'fast' })
        .create({ capacity })
        .predict({ x, y }),
    );
    const at = (data: Float32Array, i: number, j: number, width: number): number => data[i * width + j] ?? 0;
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        let [exact, size] = [0, 0];
        for (let s = 0; s < k; s++) {
          const term = (left ? at(x, s, i, m) : at(x, i, s, k)) * (right ? at(y, j, s, k) : at(y, s, j, n));
          exact += term;
          size += Math.abs(term);
        }
        const error = Math.abs((output['z']?.data[i * n + j] ?? Number.NaN) - exact);
        expect(error, `${i}, ${j}`).toBeLessThanOrEqual(size * k * 2 ** -24);
      }
    }
  });
});
