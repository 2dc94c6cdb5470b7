/** Three variables with numbers, for worked examples of derivatives. */
import { expect } from 'vitest';
import { input, parameter } from 'adjoint';
import type { Expr } from 'adjoint';
import type { Operand } from './draw.ts';
import { evaluate } from './measure.ts';

export type Vector = Expr<readonly [3], 'float64'>;

export const numbers = { x: [0.5, -1.25, 2], w: [0.3, 0.8, -0.6], v: [1, -2, 0.5] } as const;
export const x = input('x', [3], 'float64');
export const w = parameter('w', [3], { dtype: 'float64' });
export const v = input('v', [3], 'float64');

const operands: readonly Operand[] = [x, w, v].flatMap((leaf, i): Operand[] =>
  leaf.slot ? [{ leaf, slot: leaf.slot, data: Object.values(numbers)[i] ?? [] }] : [],
);

/** The elements of `roots` at these numbers. */
export const values = (...roots: readonly Expr[]): readonly (readonly number[])[] =>
  evaluate(roots, operands);

/** Expects twelve digits. */
export function close(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual?.[i]).toBeCloseTo(value, 12));
}
