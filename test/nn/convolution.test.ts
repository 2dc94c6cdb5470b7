import { describe } from 'vitest';
import { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, unfold } from 'adjoint';
import type { Float } from './check.ts';
import type { Build } from './replay.ts';
import { replayRows } from './replay.ts';

type Inputs = { readonly input: Float; readonly weight: Float; readonly bias?: Float };
type Attrs = {
  readonly stride: number[];
  readonly padding: number[];
  readonly output_padding?: number[];
  readonly dilation: number[];
  readonly groups: number;
};
type Options = Omit<Attrs, 'output_padding'> & { readonly bias?: Float; readonly outputPadding?: number[] };

function row(build: (x: Float, weight: Float, options: Options) => Float): Build {
  return ({ input, weight, bias }: Inputs, { output_padding, ...options }: Attrs) => {
    const outputPadding = output_padding ? { outputPadding: output_padding } : {};
    return [build(input, weight, { ...options, ...outputPadding, ...(bias ? { bias } : {}) })];
  };
}

type UnfoldAttrs = {
  readonly kernel_size: number[];
  readonly stride: number[];
  readonly padding: number[];
  readonly dilation: number[];
};

describe('convolutions', () => {
  replayRows({
    conv1d: row(conv1d),
    conv2d: row(conv2d),
    conv3d: row(conv3d),
    conv_transpose1d: row(convTranspose1d),
    conv_transpose2d: row(convTranspose2d),
    unfold: ({ input }: { input: Float }, { kernel_size, ...options }: UnfoldAttrs) => [
      unfold(input, kernel_size, options),
    ],
  });
});
