/**
 * `value` with `digits` decimals, as C's `%.4f` and Python print it: the exact binary value rounded once,
 * ties to even, so `formatFixed(0.03125, 4)` is `0.0312`. NaN is `nan`, infinities are `inf` and `-inf`, and
 * the sign of a negative zero stays. `digits` is an integer from 0 to 99.
 */
export function formatFixed(value: number, digits: number): string {
  if (!Number.isInteger(digits) || digits < 0 || digits > 99) {
    throw new RangeError(`formatFixed: digits is ${digits}; it must be an integer from 0 to 99`);
  }
  if (Number.isNaN(value)) return 'nan';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + formatMagnitude(Math.abs(value), digits);
}

function formatMagnitude(value: number, digits: number): string {
  if (value === Infinity) return 'inf';
  if (value >= 1e21) return BigInt(value).toString() + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const nearest = value.toFixed(digits);
  return isTie(value, digits) ? evenOf(value, digits, nearest) : nearest;
}

/** A tie has exactly `digits + 1` decimals of which the last is 5, so at most that many binary places too. */
function isTie(value: number, digits: number): boolean {
  return Number.isInteger(value * 2 ** (digits + 1)) && value.toFixed(digits + 1).endsWith('5');
}

/** `toFixed` takes the upper of two equally near decimals; the lower one is the exact decimal cut off. */
function evenOf(value: number, digits: number, upper: string): string {
  const lower = value.toFixed(digits + 1).slice(0, digits === 0 ? -2 : -1);
  return '02468'.includes(lower.slice(-1)) ? lower : upper;
}
