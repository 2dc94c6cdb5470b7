/** Subnormal numbers cost some eighty times more than others, and decaying averages reach them. */
import { abs } from '../ops/arithmetic.ts';
import { lt, where } from '../ops/compare.ts';
import type { DType } from '../dtype.ts';
import type { Float } from './optimizer.ts';

const smallestNormal = (dtype: DType): number => (dtype === 'float32' ? 2 ** -126 : 2 ** -1022);

/** x, with magnitudes below the smallest normal number of its dtype replaced by 0. */
export function flushSubnormal(x: Float): Float {
  return where(lt(abs(x), smallestNormal(x.dtype)), 0, x);
}
