/** Convolutions, pooling, and other work on images. */
import {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  interpolate,
  localResponseNorm,
  maxPool1d,
  maxPool2d,
  pixelShuffle,
  unfold,
} from 'adjoint';
import type { Expr } from 'adjoint';
import type { Build, Float, Rows, Unary } from './row.ts';
import { given, options, refuse } from './row.ts';

type Weighted = Unary & { readonly weight: Float; readonly bias?: Float };
type Sizes = readonly number[];
type Window = { readonly kernel_size: Sizes };
type Output = { readonly output_size: Sizes };
type Interpolate = { readonly size: Sizes; readonly mode: string; readonly align_corners: boolean | null };

/** A row of a convolution: its bias is an option. */
function convolution(f: (x: Float, weight: Float, options: Record<string, never>) => Expr): Build {
  return ({ input, weight, bias }: Weighted, attrs) =>
    f(input, weight, { ...options(attrs), ...given('bias', bias) } as Record<string, never>);
}

/** A row of a function of windows; what does not describe their size are options. */
function windowed(f: (x: Float, size: Sizes, options: Record<string, never>) => Expr): Build {
  return ({ input }: Unary, { kernel_size, ...rest }: Window) => f(input, kernel_size, options(rest));
}

function adaptive(f: (x: Float, size: Sizes) => Expr): Build {
  return ({ input }: Unary, { output_size }: Output) => f(input, output_size);
}

function resized(x: Float, { size, mode, align_corners }: Interpolate): Expr {
  if (mode !== 'nearest' && mode !== 'bilinear') return refuse(`interpolation of mode ${mode}`);
  return interpolate(x, { size, mode, ...given('alignCorners', align_corners) });
}

export const windowRows: Rows = {
  conv1d: convolution(conv1d),
  conv2d: convolution(conv2d),
  conv3d: convolution(conv3d),
  conv_transpose1d: convolution(convTranspose1d),
  conv_transpose2d: convolution(convTranspose2d),
  unfold: windowed(unfold),
  max_pool1d: windowed(maxPool1d),
  max_pool2d: windowed(maxPool2d),
  avg_pool1d: windowed(avgPool1d),
  avg_pool2d: windowed(avgPool2d),
  adaptive_avg_pool1d: adaptive(adaptiveAvgPool1d),
  adaptive_avg_pool2d: adaptive(adaptiveAvgPool2d),
  adaptive_max_pool2d: adaptive(adaptiveMaxPool2d),
  local_response_norm: ({ input }: Unary, { size, ...rest }: { size: number }) =>
    localResponseNorm(input, size, options(rest)),
  pixel_shuffle: ({ input }: Unary, { upscale_factor }: { upscale_factor: number }) =>
    pixelShuffle(input, upscale_factor),
  interpolate: ({ input }: Unary, attrs: Interpolate) => resized(input, attrs),
};
