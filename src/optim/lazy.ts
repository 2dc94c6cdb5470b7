/** Updates of what has a gradient, and of nothing else. */
import type { Expr } from '../expr.ts';
import { add, div, mul, sqrt, square, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { ne, where } from '../ops/compare.ts';
import { max } from '../ops/reduce.ts';
import { choose } from '../schedule/number.ts';
import type { MomentOptions } from './adam.ts';
import { momentRates } from './adam.ts';
import { checkNonNegative } from './checks.ts';
import { gated, restricted } from './context.ts';
import { signed } from './decay.ts';
import { correction, kept, lerp } from './moments.ts';
import type { Float, Leaf, Optimizer, OptimizerContext, Rate } from './optimizer.ts';
import { optimizer } from './optimizer.ts';

/** Whether any element over `axes` differs from 0. */
function anyNonZero(x: Float, axes: readonly number[]): Expr<Float['shape'], 'bool'> {
  const marks = cast(ne(x, 0), 'int32');
  return cast(axes.length === 0 ? marks : (max(marks, { axis: axes, keepdims: true }) as Expr), 'bool');
}

/**
 * Leaves a parameter whose whole gradient is zero as it is, state and count of updates included, as torch leaves
 * parameters that have no gradient in a step. Every parameter counts its own updates, as state `step`.
 */
export function lazy(inner: Optimizer): Optimizer {
  return {
    name: `lazy(${inner.name})`,
    update: (gradients, context) =>
      context.leaves.map((leaf, i) => updateAlone(inner, gradients[i] ?? leaf.parameter, leaf, context)),
  };
}

function updateAlone(inner: Optimizer, g: Float, leaf: Leaf, context: OptimizerContext): Float {
  const active = max(cast(ne(g, 0), 'int32')).ne(0);
  const steps = context.keep(`${leaf.name}.step`);
  const count = add(steps.value, 1);
  steps.set(choose(active, count, steps.value));
  const alone: OptimizerContext = {
    ...restricted(context, [leaf]),
    keep: (name, initial) => context.keep(`${leaf.name}.${name}`, initial),
  };
  const [next] = inner.update([g], gated(alone, active, count));
  return where(active, next ?? leaf.parameter, leaf.parameter);
}

export interface SparseAdamOptions extends MomentOptions {
  /** Default 1e-3. */
  readonly lr?: Rate;
  /** Go uphill: make the loss larger. */
  readonly maximize?: boolean;
}

/**
 * Adam on the rows (indices of the first axis) whose gradient is not all zero; the others keep parameter and moments.
 * m += (1 - b1)(g - m); v += (1 - b2)(g^2 - v); p -= lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps).
 * As torch.optim.SparseAdam, with a row of zeros in place of a row that is absent. For embeddings.
 */
export function sparseAdam(options: SparseAdamOptions = {}): Optimizer {
  const { lr = 1e-3 } = options;
  checkNonNegative('sparseAdam', { lr });
  const rates = { lr, ...momentRates('sparseAdam', options) };
  return optimizer('sparseAdam', rates, (gradient, leaf, h, { count }) => {
    const g = signed(gradient, options);
    const touched = anyNonZero(g, g.shape.map((_, i) => i).slice(1));
    const [m, v] = [leaf.keep('exp_avg'), leaf.keep('exp_avg_sq')];
    const mean = kept(m, where(touched, lerp(m.value, g, sub(1, h.beta1)), m.value));
    const meanSquare = kept(v, where(touched, lerp(v.value, square(g), sub(1, h.beta2)), v.value));
    const rate = div(mul(h.lr, sqrt(correction(h.beta2, count))), correction(h.beta1, count));
    const step = mul(div(mean, add(sqrt(meanSquare), h.eps)), rate);
    return where(touched, sub(leaf.parameter, step), leaf.parameter);
  });
}
