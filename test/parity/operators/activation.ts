/** Activations, and dropout. */
import {
  celu,
  dropout,
  elu,
  gelu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logSigmoid,
  mish,
  prelu,
  relu,
  relu6,
  selu,
  sigmoid,
  silu,
  softplus,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
} from 'adjoint';
import type { Float, Rows, Unary } from './row.ts';
import { options, unary } from './row.ts';

type Range = { readonly min_val: number; readonly max_val: number };
type Lambda = { readonly lambd: number };

export const activationRows: Rows = {
  relu: unary(relu),
  relu6: unary(relu6),
  sigmoid: unary(sigmoid),
  silu: unary(silu),
  mish: unary(mish),
  softsign: unary(softsign),
  logsigmoid: unary(logSigmoid),
  hardsigmoid: unary(hardsigmoid),
  hardswish: unary(hardswish),
  tanhshrink: unary(tanhshrink),
  selu: unary(selu),
  leaky_relu: ({ input }: Unary, attrs) => leakyRelu(input, options(attrs)),
  elu: ({ input }: Unary, attrs) => elu(input, options(attrs)),
  celu: ({ input }: Unary, attrs) => celu(input, options(attrs)),
  gelu: ({ input }: Unary, attrs) => gelu(input, options(attrs)),
  softplus: ({ input }: Unary, attrs) => softplus(input, options(attrs)),
  hardtanh: ({ input }: Unary, { min_val, max_val }: Range) =>
    hardtanh(input, { min: min_val, max: max_val }),
  hardshrink: ({ input }: Unary, { lambd }: Lambda) => hardshrink(input, { lambda: lambd }),
  softshrink: ({ input }: Unary, { lambd }: Lambda) => softshrink(input, { lambda: lambd }),
  threshold: ({ input }: Unary, attrs: { threshold: number; value: number }) => threshold(input, attrs),
  prelu: ({ input, weight }: Unary & { weight: Float }) => prelu(input, weight),
  dropout: ({ input }: Unary, { p }: { p: number }) => dropout(input, { p }),
  glu: ({ input }: Unary, { dim }: { dim: number }) => glu(input, { axis: dim }),
};
