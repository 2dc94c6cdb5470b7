/** Distances between floating-point numbers, in units of the last place. */
import type { DType } from '../../src/dtype.ts';

const words = new DataView(new ArrayBuffer(8));

/** Floats in order as integers: neighbors differ by 1, and both zeros are 0. */
function ordinal(dtype: DType, value: number): bigint {
  if (dtype === 'float32') {
    words.setFloat32(0, value);
    const bits = words.getInt32(0);
    return BigInt(bits < 0 ? -(bits & 0x7fffffff) : bits);
  }
  words.setFloat64(0, value);
  const bits = words.getBigInt64(0);
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** How many numbers of `dtype` lie between `x` and `y`, one end counted; for integers their difference. */
export function ulpsBetween(dtype: DType, x: number, y: number): number {
  if (Object.is(x, y)) return 0;
  if (Number.isNaN(x) || Number.isNaN(y)) return Infinity;
  if (dtype === 'int32' || dtype === 'bool') return Math.abs(x - y);
  const distance = ordinal(dtype, x) - ordinal(dtype, y);
  return Number(distance < 0n ? -distance : distance);
}

/** The neighbor of `value` on the side of infinity (`steps` > 0) or of minus infinity, that many places away. */
export function neighbor(dtype: 'float32' | 'float64', value: number, steps: number): number {
  const at = ordinal(dtype, value) + BigInt(steps);
  const magnitude = at < 0n ? -at : at;
  if (dtype === 'float32') {
    words.setInt32(0, Number(magnitude));
    return (at < 0n ? -1 : 1) * words.getFloat32(0);
  }
  words.setBigInt64(0, magnitude);
  return (at < 0n ? -1 : 1) * words.getFloat64(0);
}
