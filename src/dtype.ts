/** Element types. `bool` and `int32` both occupy four bytes; a bool is 0 or 1. */
export type DType = 'float32' | 'float64' | 'int32' | 'bool';
export type FloatDType = 'float32' | 'float64';

/** Bytes of one element. */
export const bytesPerElement: Readonly<Record<DType, number>> = { float32: 4, float64: 8, int32: 4, bool: 4 };

export function isFloat(dtype: DType): dtype is FloatDType {
  return dtype === 'float32' || dtype === 'float64';
}

/** The value nearest to `value` that `dtype` holds: round to float32, wrap to int32, or 0 and 1. */
export function roundTo(dtype: DType, value: number): number {
  if (dtype === 'float32') return Math.fround(value);
  if (dtype === 'int32') return value | 0;
  if (dtype === 'bool') return value === 0 ? 0 : 1;
  return value;
}
