/** Lion: the sign of interpolated momentum. */
import { add, mul, sign, sub } from '../ops/arithmetic.ts';
import { checkDecay, checkNonNegative, given } from './checks.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, shrunk, signed } from './decay.ts';
import { kept } from './moments.ts';
import type { Float, Leaf, Optimizer, Rate, Scalar, Transform } from './optimizer.ts';
import { optimizer, transform } from './optimizer.ts';

type Betas<T> = { readonly beta1: T; readonly beta2: T };

/** u = sign(b1 m + (1 - b1) g); m = b2 m + (1 - b2) g. */
function lionStep(g: Float, leaf: Leaf, { beta1, beta2 }: Betas<Scalar>): Float {
  const m = leaf.keep('exp_avg');
  const mixed = (beta: Scalar): Float => add(mul(m.value, beta), mul(g, sub(1, beta)));
  kept(m, mixed(beta2));
  return sign(mixed(beta1));
}

export interface LionScaleOptions {
  /** Each in [0, 1); default 0.9 and 0.99. */
  readonly betas?: readonly [Rate, Rate];
}

function lionRates(name: string, { betas = [0.9, 0.99] }: LionScaleOptions): Betas<Rate> {
  const [beta1, beta2] = betas;
  checkDecay(name, { beta1, beta2 });
  return { beta1, beta2 };
}

/** The update is sign(b1 m + (1 - b1) g). */
export function scaleByLion(options: LionScaleOptions = {}): Transform {
  return transform('scaleByLion', lionRates('scaleByLion', options), lionStep);
}

export interface LionOptions extends LionScaleOptions, DecayOptions {
  /** Default 1e-4. */
  readonly lr?: Rate;
}

/**
 * u = sign(b1 m + (1 - b1) g); p = p (1 - lr wd) - lr u; m = b2 m + (1 - b2) g. `weightDecay` is 0.
 * Chen et al., "Symbolic discovery of optimization algorithms", 2023.
 */
export function lion(options: LionOptions = {}): Optimizer {
  const { lr = 1e-4, weightDecay = 0 } = options;
  checkNonNegative('lion', { lr, weightDecay });
  const rates = { lr, ...lionRates('lion', options), ...given({ weightDecay }) };
  return decaying(
    options,
    optimizer('lion', rates, (gradient, leaf, h) => {
      const step = lionStep(signed(gradient, options), leaf, h);
      return sub(shrunk(leaf, h, options), mul(step, h.lr));
    }),
  );
}
