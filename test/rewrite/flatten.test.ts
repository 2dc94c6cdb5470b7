import { expect, test } from 'vitest';
import { axisOf, int32, prim, sizeOf } from '../../src/kernel/build.ts';
import { evaluateScalar } from '../../src/kernel/evaluate.ts';
import type { Environment } from '../../src/kernel/evaluate.ts';
import type { Scalar } from '../../src/kernel/language.ts';
import { evaluateSize } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';
import { flatten, unflatten } from '../../src/ops/index-math.ts';

const sizes = { N: 5, T: 3 };
const axis = { name: 'i', size: 'N' } as const;
const i = axisOf(axis);
const at = (value: number): Environment => ({
  axis: () => value,
  size: (size) => evaluateSize(size, sizes),
  variable: () => Number.NaN,
  load: () => Number.NaN,
});

const count = (shape: readonly Size[]): number =>
  shape.reduce<number>((total, size) => total * evaluateSize(size, sizes), 1);

test.each<readonly Size[]>([
  ['N', 4],
  ['N', 4, 6],
  [2, 'N', 3],
  ['N', 'T', 2],
  ['N', 1, 4],
  [4, 1],
])('an index that is split over [%s] and joined again is itself', (...shape) => {
  expect(flatten(unflatten(i, shape), shape)).toBe(i);
});

test('the last axes alone join to the remainder', () => {
  const [, ...inner] = unflatten(i, ['N', 4, 6]);
  expect(flatten(inner, [4, 6])).toEqual(prim('irem', i, sizeOf(24)));
});

const other: readonly (readonly [name: string, index: readonly Scalar[], shape: readonly Size[]])[] = [
  ['split over another shape', unflatten(i, [5, 6]), [6, 5]],
  ['in another order', unflatten(i, [5, 6]).toReversed(), [6, 5]],
  ['with a constant between', [...unflatten(i, [5, 6]).toSpliced(1, 0, int32(1))], [5, 2, 6]],
  ['of joined axes beside others', [...unflatten(i, [5, 6]), int32(2)], [5, 6, 7]],
];

test.each(other)('an index %s keeps its place', (_, index, shape) => {
  for (let value = 0; value < 30; value++) {
    const places = index.map((each) => evaluateScalar(each, at(value)));
    const expected = places.reduce((flat, place, k) => flat * count(shape.slice(k, k + 1)) + place, 0);
    expect(evaluateScalar(flatten(index, shape), at(value))).toBe(expected);
  }
});
