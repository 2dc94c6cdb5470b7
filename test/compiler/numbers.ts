/** Numbers that are easy to get wrong, by dtype. */
import type { DType } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';

const floats = [
  0,
  -0,
  1,
  -1,
  0.5,
  -0.5,
  1.5,
  2.5,
  -2.5,
  1e-45,
  -1e-40,
  3.4e38,
  -3.4e38,
  Infinity,
  -Infinity,
  Number.NaN,
  1e-310,
  0.1,
  710,
  -746,
  1e308,
  2147483648,
  -2147483649,
  3.7,
  1 / 3,
  12345.678,
  -7.25,
  1e-20,
  88.8,
  -103.9,
];
const integers = [0, 1, -1, 2, -2, 3, 7, 31, 32, -33, 2147483647, -2147483648, 65536, -65537, 12345, 20, 100];
const pools: Readonly<Record<DType, readonly number[]>> = {
  float32: floats,
  float64: floats,
  int32: integers,
  bool: [0, 1, 1, 0, 1],
};

/** `count` numbers of `dtype`; another `turn` meets the numbers of the first in other pairs. */
export function awkwardNumbers(dtype: DType, count: number, turn: number): number[] {
  const pool = pools[dtype];
  return Array.from({ length: count }, (_, i) =>
    must(pool[(i * 7 + turn * (1 + Math.floor(i / pool.length))) % pool.length], 'number'),
  );
}

/** `count` finite numbers between -1 and 1 that differ in all bits. */
export function plainNumbers(count: number, turn: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.sin(1 + i * 12.9898 + turn * 78.233));
}
