/** Adam. */
import type { Expr } from '../expr.ts';
import { add, div, mul, sqrt, square, sub } from '../ops/arithmetic.ts';
import { pow } from '../ops/power.ts';
import type { FloatDType } from '../dtype.ts';
import type { Shape } from '../shape-types.ts';
import type { Leaf, Optimizer, OptimizerContext } from './optimizer.ts';
import { checkDecay, checkNonNegative } from './checks.ts';

export interface AdamOptions {
  /** Default 1e-3. */
  readonly lr?: number;
  /** Decay rates of the first and second moment, each in [0, 1); default 0.9 and 0.999. */
  readonly betas?: readonly [number, number];
  readonly eps?: number;
  readonly weightDecay?: number;
}

type Scalar = Expr<[], 'float64'>;

/**
 * m += (1 - b1)(g - m); v = b2 v + (1 - b2) g^2; p -= lr / (1 - b1^t) m / (sqrt(v) / sqrt(1 - b2^t) + eps), with
 * g += wd p first. As torch.optim.Adam. Bias corrections are computed in float64.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = options;
  const [beta1, beta2] = betas;
  checkNonNegative('adam', { lr, eps, weightDecay });
  checkDecay('adam', { beta1, beta2 });
  const next = (gradient: Expr, leaf: Leaf, { hyper, count }: OptimizerContext): Expr => {
    const [b1, b2]: [Scalar, Scalar] = [hyper('beta1'), hyper('beta2')];
    const g: Expr = weightDecay === 0 ? gradient : add(gradient, mul(leaf.parameter, hyper('weightDecay')));
    const [m, v] = [leaf.keep('exp_avg'), leaf.keep('exp_avg_sq')];
    const mean: Expr = add(m.value, mul(sub(g, m.value), sub(1, b1)));
    const meanSquare: Expr = add(mul(v.value, b2), mul(square(g), sub(1, b2)));
    m.set(mean);
    v.set(meanSquare);
    const rate: Scalar = div(hyper('lr'), sub(1, pow(b1, count)));
    const correction: Scalar = sqrt(sub(1, pow(b2, count)));
    const scale = add(div(sqrt(meanSquare as Expr<Shape, FloatDType>), correction), hyper('eps'));
    return sub(leaf.parameter, mul(div(mean, scale as Expr), rate));
  };
  return {
    name: 'adam',
    hyper: { lr, beta1, beta2, eps, ...(weightDecay === 0 ? {} : { weightDecay }) },
    update: (gradients, context) =>
      context.leaves.map((leaf, i) => next(gradients[i] ?? leaf.parameter, leaf, context)),
  };
}
