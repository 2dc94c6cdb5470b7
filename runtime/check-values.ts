/** Checks that every value of an input is one that its element type and range allow. */
import type { ElementType, InputInfo } from './contract.ts';
import { runtimeError } from './errors.ts';
import type { NumberArray } from './tensors.ts';
import { described, printable } from './text.ts';

/** What an element type holds: a test, and its name in words. Floats too large for float32 are infinite there. */
const allowed: Readonly<
  Record<ElementType, { readonly holds: (value: number) => boolean; readonly words: string }>
> = {
  float32: { holds: (value) => Number.isFinite(Math.fround(value)), words: 'finite float32 numbers' },
  float64: { holds: Number.isFinite, words: 'finite numbers' },
  int32: { holds: (value) => (value | 0) === value, words: 'integers from -2147483648 to 2147483647' },
  bool: { holds: (value) => value === 0 || value === 1, words: '0 or 1' },
};

/**
 * Throws at the first value that `input` may not hold: NaN and infinities in floats, fractions in integers,
 * labels outside `input.range`. Rows of `width` values are counted from 0 in the error.
 */
export function checkValues(input: InputInfo, data: NumberArray, width: number): void {
  if (!alwaysHolds(input.dtype, data)) {
    const { holds } = allowed[input.dtype];
    const at = data.findIndex((value: number) => !holds(value));
    if (at >= 0) throw unfit(input, data[at], at, width);
  }
  if (!input.range) return;
  const [low, high] = input.range;
  const except = input.except ?? [];
  const at = data.findIndex((value: number) => !(value >= low && value < high) && !except.includes(value));
  if (at >= 0) throw outOfRange(input, data[at], at, width);
}

/** Integer arrays of 8 and 16 bits, and of 32 for the type itself, hold nothing that is not allowed. */
function alwaysHolds(dtype: ElementType, data: NumberArray): boolean {
  if (dtype === 'bool') return false;
  if (dtype === 'int32') return data.BYTES_PER_ELEMENT < 4 || data instanceof Int32Array;
  return !(data instanceof Float32Array || data instanceof Float64Array);
}

function position(at: number, width: number): { readonly row: number; readonly column: number } {
  return { row: Math.floor(at / width), column: at % width };
}

function unfit(input: InputInfo, value: number | undefined, at: number, width: number): Error {
  const { dtype } = input;
  return runtimeError(dtype === 'float32' || dtype === 'float64' ? 'E-DATA-FINITE' : 'E-DATA-INTEGER', {
    entry: printable(input.name),
    ...position(at, width),
    found: described(value),
    dtype,
    expected: allowed[dtype].words,
  });
}

function outOfRange(input: InputInfo, value: number | undefined, at: number, width: number): Error {
  const [low = 0, high = 0] = input.range ?? [];
  return runtimeError('E-DATA-RANGE', {
    entry: printable(input.name),
    ...position(at, width),
    found: described(value),
    low,
    high: high - 1,
  });
}
