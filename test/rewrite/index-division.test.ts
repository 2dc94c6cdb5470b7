import { describe, expect, test } from 'vitest';
import { axisOf, indexAdd, indexMul, int32, prim, sizeOf } from '../../src/kernel/build.ts';
import { evaluateScalar } from '../../src/kernel/evaluate.ts';
import type { Axis, Scalar } from '../../src/kernel/language.ts';
import { quotient, remainder } from '../../src/ops/index-division.ts';
import { evaluateSize } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';

const sizes = { N: 5 };
const i: Axis = { name: 'i', size: 4 };
const k: Axis = { name: 'k', size: 6 };
const n: Axis = { name: 'n', size: 'N' };
const [ati, atk, atn] = [axisOf(i), axisOf(k), axisOf(n)];

type Case = readonly [what: string, index: Scalar, size: Size];
const whole: readonly Case[] = [
  ['a row and a column', indexAdd(indexMul(ati, 6), atk), 6],
  ['a column before its row', indexAdd(atk, indexMul(ati, 6)), 6],
  ['rows of twice the size', indexAdd(indexMul(ati, 12), atk), 6],
  ['a row of an unknown size', indexAdd(indexMul(ati, 'N'), atn), 'N'],
  ['a block of rows', indexAdd(indexMul(prim('idiv', ati, int32(2)), 'N'), atn), 'N'],
  ['a place behind a border', indexAdd(indexAdd(indexMul(atn, 8), atk), int32(2)), 8],
  ['less than the size', atk, 7],
  ['a multiple', indexMul(atn, 6), 3],
];
const divided: readonly Case[] = [
  ['a column that is too long', indexAdd(indexMul(ati, 5), atk), 5],
  ['a column of unknown size', indexAdd(indexMul(ati, 6), atn), 6],
  ['no multiple', indexAdd(indexMul(ati, 4), atk), 6],
];

/** Calls `check` for every value of the axes where the index is not negative. */
function eachValue(index: Scalar, check: (evaluate: (of: Scalar) => number, value: number) => void): void {
  for (let flat = 0; flat < 4 * 6 * 5; flat++) {
    const values = new Map([
      [i, flat % 4],
      [k, Math.floor(flat / 4) % 6],
      [n, Math.floor(flat / 24)],
    ]);
    const evaluate = (of: Scalar): number =>
      evaluateScalar(of, {
        axis: (axis) => values.get(axis) ?? Number.NaN,
        size: (size) => evaluateSize(size, sizes),
        variable: () => Number.NaN,
        load: () => Number.NaN,
      });
    if (evaluate(index) >= 0) check(evaluate, evaluate(index));
  }
}

const negative: Case = [
  'a place that may be negative',
  indexAdd(indexMul(ati, 6), indexAdd(atk, int32(-2))),
  6,
];

describe('indices divided by sizes', () => {
  test.each<Case>([...whole, ...divided, negative])('%s has its quotient and remainder', (_, index, size) => {
    const by = evaluateSize(size, sizes);
    eachValue(index, (evaluate, value) => {
      expect(evaluate(quotient(index, size))).toBe(Math.floor(value / by));
      expect(evaluate(remainder(index, size))).toBe(value % by);
    });
  });

  const isDivided = (of: Scalar): boolean => of.kind === 'prim' && (of.prim === 'idiv' || of.prim === 'irem');

  test.each(whole)('%s is not divided', (_, index, size) => {
    expect(isDivided(remainder(index, size))).toBe(false);
    expect(quotient(index, size)).not.toEqual(prim('idiv', index, sizeOf(size)));
  });

  test.each([...divided, negative])('%s is divided', (_, index, size) => {
    expect(isDivided(remainder(index, size))).toBe(true);
  });
});
