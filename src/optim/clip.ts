/** Bounds on gradients. */
import { abs, add, div, mul, sqrt, square } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { cast } from '../ops/cast.ts';
import { maximum, minimum } from '../ops/compare.ts';
import { pow } from '../ops/power.ts';
import { max } from '../ops/reduce.ts';
import { scalar } from '../schedule/number.ts';
import { checkNonNegative, checkPositive } from './checks.ts';
import type { Float, Rate, Scalar, Transform } from './optimizer.ts';
import { ratesOf, transform } from './optimizer.ts';

/** Each element clamped to [-limit, limit]. As torch's clip_grad_value_. */
export function clipByValue(limit: Rate): Transform {
  checkNonNegative('clipByValue', { limit });
  return transform('clipByValue', { limit }, (g, _leaf, h) => {
    const low: Float = minimum(g, h.limit);
    return maximum(low, mul(h.limit, -1));
  });
}

/** Added to a norm before dividing by it, as torch has it. */
const guard = 1e-6;

/** The parts of a p-norm: what each tensor gives, how parts combine, and what is made of them in the end. */
interface Norm {
  readonly part: (x: Float) => Float;
  readonly combine: (x: Scalar, y: Scalar) => Scalar;
  readonly finish: (total: Scalar) => Scalar;
}

function normOf(p: number): Norm {
  const combine = (x: Scalar, y: Scalar): Scalar => add(x, y);
  const same = (total: Scalar): Scalar => total;
  if (p === Infinity) return { part: (x) => max(abs(x)), combine: (x, y) => maximum(x, y), finish: same };
  if (p === 1) return { part: (x) => sum(abs(x)), combine, finish: same };
  if (p === 2) return { part: (x) => sum(square(x)), combine, finish: (total) => sqrt(total) };
  return { part: (x) => sum(pow(abs(x), p)), combine, finish: (total) => pow(total, 1 / p) };
}

/** The p-norm of all tensors together, in float64; 0 for none. */
export function globalNorm(tensors: readonly Float[], p = 2): Scalar {
  const { part, combine, finish } = normOf(p);
  const parts = tensors.map((x): Scalar => cast(part(x), 'float64') as Scalar);
  return parts.length === 0 ? scalar(0) : finish(parts.reduce(combine));
}

/** min(1, limit / (norm + 1e-6)). */
function factorOf(limit: Scalar, norm: Scalar): Scalar {
  return minimum(div(limit, add(norm, guard)), 1);
}

export interface NormOptions {
  /** The norm's power, above 0; Infinity for the largest magnitude. Default 2. */
  readonly p?: number;
}

/** Each tensor times min(1, maxNorm / (norm + 1e-6)), with the norm of that tensor. */
export function clipByNorm(maxNorm: Rate, { p = 2 }: NormOptions = {}): Transform {
  checkNonNegative('clipByNorm', { maxNorm });
  checkPositive('clipByNorm', { p });
  return transform('clipByNorm', { maxNorm }, (g, _leaf, h) =>
    mul(g, factorOf(h.maxNorm, globalNorm([g], p))),
  );
}

/**
 * All tensors times min(1, maxNorm / (norm + 1e-6)), with the norm of all together. A norm that is not finite makes
 * every gradient so. As torch's clip_grad_norm_.
 */
export function clipByGlobalNorm(maxNorm: Rate, { p = 2 }: NormOptions = {}): Transform {
  checkNonNegative('clipByGlobalNorm', { maxNorm });
  checkPositive('clipByGlobalNorm', { p });
  return {
    name: 'clipByGlobalNorm',
    apply: (gradients, context) => {
      const h = ratesOf({ maxNorm }, context);
      const factor = factorOf(h.maxNorm, globalNorm(gradients, p));
      return gradients.map((g) => mul(g, factor));
    },
  };
}
