import { describe, expect, test } from 'vitest';
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  gradient,
  localResponseNorm,
  maxPool1d,
  maxPool2d,
  sum,
} from 'adjoint';
import type { Expr } from 'adjoint';
import type { Float } from './check.ts';
import { checkDerivatives, given, numbersFrom, numbersOf, point } from './check.ts';
import type { Build } from './replay.ts';
import { replayRows } from './replay.ts';

type Input = { readonly input: Float };
type Attrs = {
  readonly kernel_size: number[];
  readonly stride: number[];
  readonly padding: number[];
  readonly dilation?: number[];
  readonly ceil_mode: boolean;
  readonly count_include_pad?: boolean;
};
type Pool = (x: Float, kernel: number[], options: object) => Float;

function row(pool: Pool): Build {
  return ({ input }: Input, { kernel_size, ceil_mode, count_include_pad, ...options }: Attrs) => [
    pool(input, kernel_size, {
      ...options,
      ceilMode: ceil_mode,
      ...(count_include_pad === undefined ? {} : { countIncludePad: count_include_pad }),
    }),
  ];
}

function adaptive(pool: (x: Float, size: number[]) => Float): Build {
  return ({ input }: Input, { output_size }: { output_size: number[] }) => [pool(input, output_size)];
}

describe('pooling', () => {
  replayRows({
    max_pool1d: row(maxPool1d),
    max_pool2d: row(maxPool2d),
    avg_pool1d: row(avgPool1d),
    avg_pool2d: row(avgPool2d),
    adaptive_avg_pool1d: adaptive(adaptiveAvgPool1d),
    adaptive_avg_pool2d: adaptive(adaptiveAvgPool2d),
    adaptive_max_pool2d: adaptive(adaptiveMaxPool2d),
    local_response_norm: ({ input }: Input, { size, ...options }: { size: number }) => [
      localResponseNorm(input, size, options),
    ],
  });

  /** Each pooling with what it is applied to; numbers are distinct, so that no two tie. */
  const pools: Readonly<Record<string, [number[], (x: Float) => Float]>> = {
    maxPool2d: [[2, 5, 6], (x) => maxPool2d(x, 3, { stride: 2, padding: 1, dilation: 1, ceilMode: true })],
    avgPool2d: [[2, 5, 6], (x) => avgPool2d(x, [3, 2], { stride: 2, padding: 1, ceilMode: true })],
    adaptiveAvgPool2d: [[1, 5, 7], (x) => adaptiveAvgPool2d(x, [3, null])],
    adaptiveMaxPool2d: [[1, 5, 7], (x) => adaptiveMaxPool2d(x, [2, 3])],
    localResponseNorm: [[2, 4, 3], (x) => localResponseNorm(x, 3, { alpha: 0.5, k: 1.5 })],
  };
  test.each(Object.entries(pools))(
    '%s has first and second derivatives as dual numbers have them',
    (_, [shape, f]) => {
      const draw = numbersFrom(7);
      checkDerivatives((x) => [f(x)], [point('x', shape, draw)], draw);
    },
  );

  test('the first of tied maxima gets the gradient, and NaN wins', () => {
    const x = given('x', [1, 6], [2, 2, 1, 3, Number.NaN, 4], 'float64');
    const y = maxPool1d(x.expr, 3);
    expect(numbersOf(y, [x])).toEqual([2, Number.NaN]);
    expect(numbersOf(gradient(sum(y) as Expr<[], 'float64'>, x.expr), [x])).toEqual([1, 0, 0, 0, 1, 0]);
  });
});
