/** The handwritten digits that several examples learn to read: 5,000 to learn from, 1,000 to be tested on. */
import { readIdx } from 'adjoint/runtime/node';
import { argmaxRows, dataFile } from './support.ts';

export interface Digits {
  /** 784 numbers in [0, 1] for each image, row by row. */
  readonly pixels: Float32Array;
  readonly digit: Int32Array;
}

export async function readDigits(part: 'train' | 't10k'): Promise<Digits> {
  const images = await readIdx(dataFile(`mnist-${part}-images-idx3-ubyte.gz`));
  const labels = await readIdx(dataFile(`mnist-${part}-labels-idx1-ubyte.gz`));
  return {
    pixels: Float32Array.from(images.data, (value) => value / 255),
    digit: Int32Array.from(labels.data),
  };
}

/** The first `count` of the digits. */
export function firstDigits({ pixels, digit }: Digits, count: number): Digits {
  return { pixels: pixels.subarray(0, 784 * count), digit: digit.subarray(0, count) };
}

/** The share of rows of ten logits whose largest is that of the right digit. */
export function digitAccuracy(logits: ArrayLike<number>, digit: Int32Array): number {
  const right = argmaxRows(logits, 10).filter((guess, i) => guess === digit[i]).length;
  return right / digit.length;
}
