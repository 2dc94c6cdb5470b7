/** Convolution 3 x 3 with padding 1, bias, relu, and the largest of each 2 x 2 square, by hand. */
import type { Trained } from './optimizers.ts';
import { maskByRelu, matrix, product, transposed } from './product.ts';

export interface BlockSizes {
  readonly rows: number;
  readonly channels: number;
  readonly outputs: number;
  /** Images are `side` x `side`, even. */
  readonly side: number;
}

export interface Block {
  readonly sizes: BlockSizes;
  readonly weight: Trained;
  readonly bias: Trained;
  /** For each image: [9 channels, side * side]. */
  readonly unfolded: Float32Array;
  readonly unfoldedGradient: Float32Array;
  readonly values: Float32Array;
  readonly gradient: Float32Array;
  readonly pooled: Float32Array;
  readonly pooledGradient: Float32Array;
  /** Where in `values` each pooled value comes from. */
  readonly chosen: Int32Array;
}

export function block(sizes: BlockSizes, weight: Trained, bias: Trained): Block {
  const { rows, channels, outputs, side } = sizes;
  const area = side * side;
  const pooled = (rows * outputs * area) / 4;
  return {
    sizes,
    weight,
    bias,
    unfolded: new Float32Array(rows * channels * 9 * area),
    unfoldedGradient: new Float32Array(rows * channels * 9 * area),
    values: new Float32Array(rows * outputs * area),
    gradient: new Float32Array(rows * outputs * area),
    pooled: new Float32Array(pooled),
    pooledGradient: new Float32Array(pooled),
    chosen: new Int32Array(pooled),
  };
}

/** Calls `f` for each tap that lies inside the image: its place in the unfolded image, and its pixel. */
function eachTap(sizes: BlockSizes, f: (unfolded: number, pixel: number) => void): void {
  const { rows, channels, side } = sizes;
  const area = side * side;
  for (let plane = 0; plane < rows * channels; plane++)
    for (let tap = 0; tap < 9; tap++) {
      const [down, right] = [Math.floor(tap / 3) - 1, (tap % 3) - 1];
      const top = Math.max(0, -down);
      const bottom = Math.min(side, side - down);
      const left = Math.max(0, -right);
      const end = Math.min(side, side - right);
      for (let y = top; y < bottom; y++) {
        const to = (plane * 9 + tap) * area + y * side;
        const from = plane * area + (y + down) * side + right;
        for (let x = left; x < end; x++) f(to + x, from + x);
      }
    }
}

/** One image's part of `values`, whose images have `count` numbers each. */
const part = (values: Float32Array, image: number, count: number): Float32Array =>
  values.subarray(image * count, (image + 1) * count);

export function forwardBlock(of: Block, images: Float32Array): void {
  const { sizes, unfolded, values, weight, bias } = of;
  const { rows, channels, outputs, side } = sizes;
  const [area, depth] = [side * side, 9 * channels];
  eachTap(sizes, (to, from) => {
    unfolded[to] = images[from] as number;
  });
  for (let image = 0; image < rows; image++) {
    const taps = matrix(part(unfolded, image, depth * area), area);
    const out = part(values, image, outputs * area);
    product(matrix(weight.value, depth), taps, out, { rows: outputs, depth, columns: area });
  }
  for (let plane = 0; plane < rows * outputs; plane++) {
    const add = bias.value[plane % outputs] as number;
    for (let i = plane * area; i < (plane + 1) * area; i++) {
      const sum = Math.fround((values[i] as number) + add);
      values[i] = sum < 0 ? 0 : sum;
    }
  }
  pool(of);
}

function pool({ sizes, values, pooled, chosen }: Block): void {
  const half = sizes.side / 2;
  for (let i = 0; i < pooled.length; i++) {
    const [x, y] = [i % half, Math.floor(i / half)];
    const corner = 4 * half * y + 2 * x;
    let best = corner;
    for (const at of [corner + 1, corner + 2 * half, corner + 2 * half + 1])
      if ((values[at] as number) > (values[best] as number)) best = at;
    pooled[i] = values[best] as number;
    chosen[i] = best;
  }
}

/** From `pooledGradient` to the gradients of the parameters and, where it is asked for, of the images. */
export function backwardBlock(of: Block, images: Float32Array | null): void {
  const { sizes, weight, bias, unfolded, values, gradient, pooledGradient, chosen } = of;
  const { rows, channels, outputs, side } = sizes;
  const [area, depth] = [side * side, 9 * channels];
  gradient.fill(0);
  for (let i = 0; i < chosen.length; i++) gradient[chosen[i] as number] = pooledGradient[i] as number;
  maskByRelu(gradient, values);
  bias.gradient.fill(0);
  weight.gradient.fill(0);
  const own = new Float32Array(weight.value.length);
  for (let image = 0; image < rows; image++) {
    const slopes = matrix(part(gradient, image, outputs * area), area);
    const taps = part(unfolded, image, depth * area);
    product(slopes, transposed(matrix(taps, area)), own, { rows: outputs, depth: area, columns: depth });
    for (let i = 0; i < own.length; i++)
      weight.gradient[i] = (weight.gradient[i] as number) + (own[i] as number);
    addPlanes(slopes.data, bias.gradient);
    if (images)
      product(
        transposed(matrix(weight.value, depth)),
        slopes,
        part(of.unfoldedGradient, image, depth * area),
        {
          rows: depth,
          depth: outputs,
          columns: area,
        },
      );
  }
  if (!images) return;
  images.fill(0);
  eachTap(sizes, (from, to) => {
    images[to] = (images[to] as number) + (of.unfoldedGradient[from] as number);
  });
}

function addPlanes(planes: Float32Array, sums: Float32Array): void {
  const area = planes.length / sums.length;
  for (let i = 0; i < sums.length; i++) {
    let sum = 0;
    for (let k = i * area; k < (i + 1) * area; k++) sum = Math.fround(sum + (planes[k] as number));
    sums[i] = (sums[i] as number) + sum;
  }
}
