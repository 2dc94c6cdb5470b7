/** Gradients as state: for drivers that decide outside the step what to do with them. */
import type { Optimizer } from './optimizer.ts';

/**
 * Leaves parameters as they are and keeps each gradient as state `grad`, so a step is a value and its gradient.
 * `lbfgs` of the runtime drives such a program.
 */
export function keepGradients(): Optimizer {
  return {
    name: 'keepGradients',
    update: (gradients, { leaves }) =>
      leaves.map((leaf, i) => {
        leaf.keep('grad').set(gradients[i] ?? leaf.parameter);
        return leaf.parameter;
      }),
  };
}
