/** Elements to try rules on: what bits differ over, and plain numbers. */
import type { DType } from '../../src/dtype.ts';
import { roundTo } from '../../src/dtype.ts';
import type { Draw } from '../../compiler/verify/draw.ts';
import { pick, uniformIn } from '../../compiler/verify/draw.ts';

const special = [
  0,
  -0,
  1,
  -1,
  0.5,
  3,
  -7,
  Infinity,
  -Infinity,
  Number.NaN,
  1e-310,
  -1e-42,
  1e30,
  -1e300,
  2 ** 24 + 1,
];

/** A number of `dtype`: every other one is special. */
export function element(draw: Draw, dtype: DType): number {
  if (dtype === 'bool') return draw.int(0, 1);
  if (dtype === 'int32') return draw.int(-9, 9);
  return roundTo(dtype, draw.int(0, 1) === 0 ? pick(draw, special) : uniformIn(draw, -3, 3));
}

/** A number of `dtype` in (0.5, 2), where inexact equations lose few digits. */
export function tame(draw: Draw, dtype: DType): number {
  if (dtype === 'bool') return draw.int(0, 1);
  return roundTo(dtype, dtype === 'int32' ? draw.int(1, 5) : uniformIn(draw, 0.5, 2));
}
