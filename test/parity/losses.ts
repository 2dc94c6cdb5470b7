/** The losses that the project has, by their names in the specification. */
import { loss } from 'adjoint';
import type { Rows } from './operators/row.ts';
import { options } from './operators/row.ts';
import type { Float } from './operators/row.ts';

type Pair = {
  readonly input: Float;
  readonly target: Float;
};

export const lossRows: Rows = {
  MSELoss: ({ input, target }: Pair, attrs) => loss.mse(input, target, options(attrs)),
};
