import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradient, input, mul, overlapAdd, sum, windows } from 'adjoint';
import type { Expr } from 'adjoint';
import { convolve } from '../../src/ops/convolve.ts';
import { apply } from '../../src/ops/define.ts';
import { tapAttrs } from '../../src/ops/windows-builders.ts';
import type { Slide } from '../../src/ops/windows-geometry.ts';
import { placesOf } from '../../src/ops/windows-geometry.ts';
import { windowsOp } from '../../src/ops/windows.ts';
import type { Float } from '../nn/check.ts';
import { evaluate, numbersFrom, numbersOf, point } from '../nn/check.ts';
import { runLowering } from './lowering.ts';
import { relative } from './measure.ts';

const seed = 20260901;
const runs = 60;

/** A window along one axis that fits at least once. */
const window = fc
  .record({
    size: fc.integer({ min: 1, max: 5 }),
    kernel: fc.integer({ min: 1, max: 3 }),
    stride: fc.integer({ min: 1, max: 3 }),
    low: fc.integer({ min: -1, max: 3 }),
    high: fc.integer({ min: -1, max: 3 }),
    dilation: fc.integer({ min: 1, max: 2 }),
    spread: fc.integer({ min: 1, max: 3 }),
  })
  .filter((w) => placesOf(w) >= 1);

/** Windows one after the other, which are built in another way. */
const disjoint = fc
  .record({ size: fc.integer({ min: 1, max: 7 }), kernel: fc.integer({ min: 1, max: 3 }) })
  .map(({ size, kernel }) => ({ size, kernel, stride: kernel, low: 0, high: 0, dilation: 1, spread: 1 }))
  .filter((w) => placesOf(w) >= 1);

const geometry = fc.record({
  axes: fc.array(window, { minLength: 1, maxLength: 2 }),
  rows: fc.integer({ min: 1, max: 2 }),
  groups: fc.integer({ min: 1, max: 2 }),
  depth: fc.integer({ min: 1, max: 2 }),
  filters: fc.integer({ min: 1, max: 2 }),
  numbers: fc.integer({ min: 0, max: 1e6 }),
});

type Geometry = typeof geometry extends fc.Arbitrary<infer G> ? G : never;

function declare({ axes, rows, groups, depth, filters, numbers }: Geometry) {
  const draw = numbersFrom(numbers);
  const x = point('x', [rows, groups * depth, ...axes.map(({ size }) => size)], draw);
  const weight = point('weight', [groups * filters, depth, ...axes.map(({ kernel }) => kernel)], draw);
  const slides: readonly Slide[] = axes;
  return { x, weight, draw, y: convolve(x.expr, weight.expr, slides, groups) as Float };
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((total, value, i) => total + value * (b[i] ?? Number.NaN), 0);

describe(`convolution and windows of any geometry, drawn from seed ${seed}`, () => {
  it('the kernel adds in the order of the meaning, to the bit', () => {
    fc.assert(
      fc.property(geometry, (drawn) => {
        const { x, weight, y } = declare(drawn);
        expect(runLowering(y, [x.data, weight.data])).toEqual([...numbersOf(y, [x, weight])]);
      }),
      { seed, numRuns: runs },
    );
  });

  it('both derivatives have the shape of their operand, and times the operand they give the value', () => {
    fc.assert(
      fc.property(geometry, (drawn) => {
        const { x, weight, draw, y } = declare(drawn);
        const g = point('g', y.shape as number[], draw);
        const value = sum(mul(y, g.expr)) as Expr<[], 'float64'>;
        const slopes = gradient(value, [x.expr, weight.expr]);
        const results = evaluate([value, ...slopes], [x, weight, g]);
        const [total = Number.NaN] = results[0]?.data ?? [];
        expect(results[1]?.shape).toEqual(x.expr.shape);
        expect(results[2]?.shape).toEqual(weight.expr.shape);
        expect(relative(dot(results[1]?.data ?? [], x.data), total)).toBeLessThan(1e-12);
        expect(relative(dot(results[2]?.data ?? [], weight.data), total)).toBeLessThan(1e-12);
      }),
      { seed, numRuns: runs },
    );
  });

  it('overlapAdd is the adjoint of windows, and both kernels compute their meaning to the bit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(window, disjoint), { minLength: 1, maxLength: 2 }),
        fc.integer({ min: 0, max: 1e6 }),
        (drawn, start) => {
          const axes = drawn.map((w) => ({ ...w, spread: 1 })).filter((w) => placesOf(w) >= 1);
          const draw = numbersFrom(start);
          const x = point('x', [2, ...axes.map(({ size }) => size)], draw);
          const specs = axes.map(({ kernel, stride, dilation, low, high }, i) => {
            return { axis: i + 1, kernel, stride, dilation, padding: [low, high] as const };
          });
          const y = apply(windowsOp, [x.expr], { ...tapAttrs(specs), value: 0 }) as Float;
          const g = point('g', y.shape as number[], draw);
          const back = overlapAdd(
            g.expr,
            specs,
            axes.map(({ size }) => size),
          );
          const [forward, backward] = [numbersOf(y, [x]), numbersOf(back, [g])];
          expect(relative(dot(backward, x.data), dot(forward, g.data))).toBeLessThan(1e-12);
          expect(numbersOf(windows(x.expr, specs), [x])).toEqual(forward);
          expect(runLowering(y, [x.data])).toEqual([...forward]);
          expect(runLowering(back, [g.data])).toEqual([...backward]);
        },
      ),
      { seed, numRuns: runs },
    );
  });

  it('refuses a window that does not fit, unknown sizes, and channels that groups do not divide', () => {
    const x = input('x', ['N', 4, 5], 'float64');
    const weight = (shape: readonly number[]): Float => input('weight', shape, 'float64') as Float;
    const slide: Slide = { stride: 1, low: 0, high: 0, dilation: 1, spread: 1 };
    expect(() => convolve(x, weight([2, 4, 6]), [slide], 1)).toThrow(/E-SHAPE-WINDOW.*window of 6.*into 5/s);
    expect(() => convolve(x, weight([2, 3, 2]), [slide], 1)).toThrow(/E-SHAPE-LAYER.*4 channels, not 3/s);
    expect(() => convolve(x, weight([3, 2, 2]), [slide], 2)).toThrow(/E-ATTRIBUTE.*3 filters.*2 groups/s);
    const open = input('open', ['N', 4, 'L'], 'float64');
    expect(() => convolve(open, weight([2, 4, 2]), [slide], 1)).toThrow(/E-SHAPE-SYMBOLIC.*axis 2/s);
  });
});
