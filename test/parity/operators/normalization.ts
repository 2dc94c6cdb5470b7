/** Normalization by statistics of the input, or by running ones. */
import { batchNorm, groupNorm, instanceNorm, layerNorm, rmsNorm } from 'adjoint';
import type { Expr } from 'adjoint';
import type { Float, Rows, Unary } from './row.ts';
import { given, options } from './row.ts';

type Affine = Unary & { readonly weight?: Float; readonly bias?: Float };
type Batch = Affine & { readonly running_mean?: Float; readonly running_var?: Float };
type Eps = { readonly eps: number };
type Shaped = { readonly normalized_shape: readonly number[] };

const affine = ({ weight, bias }: Affine): { weight?: Float; bias?: Float } => ({
  ...given('weight', weight),
  ...given('bias', bias),
});

/** The running statistics are outputs too, where there are any. */
function batch(inputs: Batch, attrs: Readonly<Record<string, unknown>>): Expr[] {
  const running = {
    ...given('runningMean', inputs.running_mean),
    ...given('runningVar', inputs.running_var),
  };
  const result = batchNorm(inputs.input, { ...options(attrs), ...affine(inputs), ...running });
  return [result.output, result.runningMean, result.runningVar].filter((each) => each !== null);
}

export const normalizationRows: Rows = {
  batch_norm: batch,
  layer_norm: (inputs: Affine, { normalized_shape, eps }: Shaped & Eps) =>
    layerNorm(inputs.input, normalized_shape, { ...affine(inputs), eps }),
  group_norm: (inputs: Affine, { num_groups, eps }: Eps & { num_groups: number }) =>
    groupNorm(inputs.input, num_groups, { ...affine(inputs), eps }),
  instance_norm: (inputs: Affine, { eps }: Eps) => instanceNorm(inputs.input, { ...affine(inputs), eps }),
  rms_norm: ({ input, weight }: Affine, { normalized_shape, eps }: Shaped & { eps: number | null }) =>
    rmsNorm(input, normalized_shape, { ...given('weight', weight), eps }),
};
