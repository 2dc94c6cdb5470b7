/** Convolutions and pooling. */
import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, unfold } from 'adjoint';
import type { Expr } from 'adjoint';
import type { Build, Float, Rows, Unary } from './row.ts';
import { given, options } from './row.ts';

type Weighted = Unary & { readonly weight: Float; readonly bias?: Float };

type Sizes = readonly number[];
type Window = { readonly kernel_size: Sizes };

/** A row of a convolution: its bias is an option. */
function convolution(f: (x: Float, weight: Float, options: Record<string, never>) => Expr): Build {
  return ({ input, weight, bias }: Weighted, attrs) =>
    f(input, weight, { ...options(attrs), ...given('bias', bias) } as Record<string, never>);
}

export const windowRows: Rows = {
  conv1d: convolution(conv1d),
  conv2d: convolution(conv2d),
  conv3d: convolution(conv3d),
  conv_transpose1d: convolution(convTranspose1d),
  conv_transpose2d: convolution(convTranspose2d),
  unfold: ({ input }: Unary, { kernel_size, ...rest }: Window) => unfold(input, kernel_size, options(rest)),
};
