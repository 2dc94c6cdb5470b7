/** Elements of tensors: ordinary numbers, ties, neighbors of kinks, and the values that formats make special. */
import type { DType, FloatDType } from '../../../src/dtype.ts';
import { isFloat, roundTo } from '../../../src/dtype.ts';
import type { Draw } from '../draw.ts';
import { chance, pick, uniformIn } from '../draw.ts';
import { neighbor } from '../ulps.ts';

/** Where elements lie: floats in [low, high], whole numbers in [low, high). */
export type Range = readonly [low: number, high: number];

export interface ValueOptions {
  readonly range?: Range;
  /** Whether -0, NaN, infinities, subnormals and the ends of the format may occur; default true. */
  readonly special?: boolean;
}

const specials: Readonly<Record<FloatDType, readonly number[]>> = {
  float32: [
    ...[0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 0.5, -0.5, 1.5, 2.5],
    ...[2 ** -149, -(2 ** -149), 2 ** -126, 2 ** -127, (2 - 2 ** -23) * 2 ** 127, 2 ** 24, 2 ** 31, 88.72284],
  ],
  float64: [
    ...[0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 0.5, -0.5, 1.5, 2.5],
    ...[
      2 ** -1074,
      -(2 ** -1074),
      2 ** -1022,
      2 ** -1023,
      Number.MAX_VALUE,
      2 ** 53,
      2 ** 31,
      709.782712893384,
    ],
  ],
};

const wholeSpecials: readonly number[] = [0, 1, -1, 2147483647, -2147483648, 2, -2];

type Mood = 'ordinary' | 'whole' | 'special' | 'kinks' | 'wide';

function drawMood(draw: Draw, special: boolean): Mood {
  const at = draw.int(1, 100);
  if (at <= 60) return 'ordinary';
  if (at <= 75) return 'whole';
  if (at <= 83) return 'kinks';
  if (!special) return 'ordinary';
  return at <= 96 ? 'special' : 'wide';
}

function drawFloat(draw: Draw, dtype: FloatDType, mood: Mood): number {
  switch (mood) {
    case 'ordinary':
      return uniformIn(draw, -3, 3);
    case 'whole':
      return draw.int(-3, 3);
    case 'kinks':
      return neighbor(dtype, draw.int(-2, 2) / 2, draw.int(-1, 1));
    case 'special':
      return chance(draw, 60) ? uniformIn(draw, -3, 3) : pick(draw, specials[dtype]);
    case 'wide':
      return (
        uniformIn(draw, -1, 1) *
        2 ** draw.int(dtype === 'float32' ? -140 : -1050, dtype === 'float32' ? 127 : 1023)
      );
  }
}

/** `count` elements of one tensor; they share a mood, so that one tensor has ties and another has infinities. */
export function drawElements(draw: Draw, dtype: DType, count: number, options: ValueOptions = {}): number[] {
  const { range, special = true } = options;
  const element = isFloat(dtype) ? floats(draw, dtype, special, range) : wholes(draw, dtype, special, range);
  return Array.from({ length: count }, () => roundTo(dtype, element()));
}

function floats(draw: Draw, dtype: FloatDType, special: boolean, range: Range | undefined): () => number {
  if (range) {
    const whole = chance(draw, 10);
    return () => {
      const value = uniformIn(draw, range[0], range[1]);
      return whole && Math.round(value) >= range[0] && Math.round(value) <= range[1]
        ? Math.round(value)
        : value;
    };
  }
  const mood = drawMood(draw, special);
  return () => drawFloat(draw, dtype, mood);
}

function wholes(draw: Draw, dtype: DType, special: boolean, range: Range | undefined): () => number {
  if (dtype === 'bool') return () => draw.int(0, 1);
  if (range) return () => draw.int(range[0], range[1] - 1);
  const wide = special && chance(draw, 10);
  return () => (wide && chance(draw, 40) ? pick(draw, wholeSpecials) : draw.int(-4, 4));
}
