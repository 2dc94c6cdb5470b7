/** Reductions over axes, and functions that normalize along one. */
import { logSoftmax, max, mean, min, prod, softmax, sum } from 'adjoint';
import type { Expr } from 'adjoint';
import type { Build, Float, Rows, Unary } from './row.ts';
import { given } from './row.ts';

type Over = {
  readonly dim: readonly number[] | null;
  readonly keepdim: boolean;
};

type Along = {
  readonly dim: number;
};

type Options = { axis?: readonly number[]; keepdims: boolean };

const over = ({ dim, keepdim }: Over): Options => ({ ...given('axis', dim), keepdims: keepdim });

/** A row of a reduction whose only attributes are the axes and whether they stay. */
function reduction(f: (x: Float, options: Options) => Expr): Build {
  return ({ input }: Unary, attrs: Over) => f(input, over(attrs));
}

export const reductionRows: Rows = {
  sum: reduction((x, options) => sum(x, options)),
  mean: reduction((x, options) => mean(x, options)),
  amax: reduction((x, options) => max(x, options)),
  amin: reduction((x, options) => min(x, options)),
  prod: reduction((x, options) => prod(x, options)),
  softmax: ({ input }: Unary, { dim }: Along) => softmax(input, { axis: dim }),
  log_softmax: ({ input }: Unary, { dim }: Along) => logSoftmax(input, { axis: dim }),
};
