/** The order that sorting uses: ascending, NaN above everything. */
import { prim } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';

/** Negative, 0 or positive, as `Array.sort` wants it. */
export function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Whether `a` stands before `b` and is not tied with it. */
export function precedes(descending: boolean, a: Scalar, b: Scalar): Scalar {
  return descending ? isBelow(b, a) : isBelow(a, b);
}

function isBelow(a: Scalar, b: Scalar): Scalar {
  return prim('or', prim('lt', a, b), prim('and', prim('eq', a, a), prim('ne', b, b)));
}
