/** Sharpness-aware minimization. */
import { abs, add, div, mul, square } from '../ops/arithmetic.ts';
import { checkNonNegative } from './checks.ts';
import { globalNorm } from './clip.ts';
import { named } from './context.ts';
import type { Float, Optimizer, Rate } from './optimizer.ts';
import { ratesOf } from './optimizer.ts';

export interface SamOptions {
  /** The radius of the neighborhood; default 0.05. */
  readonly rho?: Rate;
  /** Measure the neighborhood in units of each weight's magnitude; default false. */
  readonly adaptive?: boolean;
}

/**
 * A step with the gradient at p + rho g / |g|, which is where the loss is largest nearby, to first order; adaptive:
 * p + rho p^2 g / |p g|. Two gradients per step, over one batch; running statistics are those of the first.
 * Foret et al., "Sharpness-aware minimization", 2020; Kwon et al., "ASAM", 2021.
 */
export function sam(inner: Optimizer, { rho = 0.05, adaptive = false }: SamOptions = {}): Optimizer {
  checkNonNegative('sam', { rho });
  return {
    name: `sam(${inner.name})`,
    update: (gradients, context) => {
      const h = ratesOf({ rho }, named('sam', context));
      const magnitudes = context.leaves.map(({ parameter }) => abs(parameter));
      const weighted = (i: number, g: Float): Float => (adaptive ? mul(g, magnitudes[i] ?? g) : g);
      const norm = globalNorm(gradients.map((g, i) => weighted(i, g)));
      const scale = div(h.rho, add(norm, 1e-12));
      const peaks = context.leaves.map(({ parameter }, i) => {
        const g = gradients[i] ?? parameter;
        return add(parameter, mul(adaptive ? mul(g, square(parameter)) : g, scale));
      });
      return inner.update(context.gradientsAt(peaks), context);
    },
  };
}
