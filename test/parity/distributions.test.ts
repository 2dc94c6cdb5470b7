import { describe, expect, test } from 'vitest';
import type { Drawn } from './cases.ts';
import { checkDraws, drawsNeeded } from './distributions.ts';

const size = 20_000;
const even = Array.from({ length: size }, (_, i) => (2 * (i + 0.5)) / size - 1);
const uniform: Drawn = {
  name: 'w',
  shape: [size],
  distribution: 'uniform',
  low: -1,
  high: 1,
  mean: 0,
  std: Math.sqrt(1 / 3),
};
const orthogonal: Drawn = { name: 'w', shape: [2, 3], distribution: 'orthogonal', gain: 2 };
const constant: Drawn = { name: 'w', shape: [2], distribution: 'constant', value: 0.25 };
const exact: Drawn = { name: 'w', shape: [2], distribution: 'exact', data: [1, 0] };

describe('a sample is refused', () => {
  const rows: readonly (readonly [string, Drawn, readonly number[], string])[] = [
    ['beyond its range', uniform, even.with(7, 1.001), 'outside'],
    ['with NaN in it', uniform, even.with(7, NaN), 'outside'],
    ['off its mean', uniform, even.map((x) => Math.min(1, x + 0.03)), 'mean'],
    ['too narrow', uniform, even.map((x) => 0.96 * x), 'standard deviation'],
    ['too wide', { ...uniform, distribution: 'normal' }, even.map((x) => 1.04 * x), 'standard deviation'],
    ['of the wrong constant', constant, [0.25, 0.250001], 'not 0.25'],
    ['of the wrong numbers', exact, [1, 0.00001], 'not 0'],
    ['that is not orthogonal', orthogonal, [2, 0, 0, 0.001, 2, 0], 'product'],
    ['of the wrong gain', orthogonal, [1, 0, 0, 0, 1, 0], 'not 4'],
  ];
  for (const [what, facts, draw, reason] of rows) {
    test(what, () => expect(() => checkDraws(facts, [draw])).toThrow(reason));
  }
});

test('samples that are as promised hold', () => {
  checkDraws(uniform, [even]);
  checkDraws({ ...uniform, distribution: 'truncated_normal' }, [even]);
  checkDraws(constant, [[0.25, 0.25]]);
  checkDraws(exact, [[1, 1e-7]]);
  checkDraws(orthogonal, [[2, 0, 0, 0, 0, -2]]);
  checkDraws({ ...orthogonal, shape: [3, 2], gain: 1 }, [[0.6, -0.8, 0.8, 0.6, 0, 0]]);
});

test('random parameters need 20,000 numbers, certain ones one draw', () => {
  expect(drawsNeeded({ ...uniform, shape: [3, 5] })).toBe(1334);
  expect(drawsNeeded({ ...uniform, shape: [] })).toBe(20_000);
  expect(drawsNeeded(orthogonal)).toBe(1);
});
