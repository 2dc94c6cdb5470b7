/** Resilient propagation: a step size for each element, which only signs change. */
import { mul, sign, sub } from '../ops/arithmetic.ts';
import { eq, gt, lt, maximum, minimum, where } from '../ops/compare.ts';
import { AdjointError } from '../errors.ts';
import { checkNonNegative, checkPositive } from './checks.ts';
import type { DecayOptions } from './decay.ts';
import { signed } from './decay.ts';
import { kept } from './moments.ts';
import type { Float, Optimizer, Rate } from './optimizer.ts';
import { optimizer } from './optimizer.ts';

export interface RpropOptions extends Pick<DecayOptions, 'maximize'> {
  /** The first step size; default 1e-2. */
  readonly lr?: Rate;
  /** The factors of a step size after a change of sign, and without one; default 0.5 and 1.2. */
  readonly etas?: readonly [number, number];
  /** The least and the largest step size; default 1e-6 and 50. */
  readonly stepSizes?: readonly [number, number];
}

/**
 * s = sign(g g'), with g' the gradient before; step = clamp(step eta) with eta by the sign of s; where s < 0, g = 0;
 * p -= sign(g) step. For whole batches. As torch.optim.Rprop.
 */
export function rprop(options: RpropOptions = {}): Optimizer {
  const { lr = 1e-2, etas = [0.5, 1.2], stepSizes = [1e-6, 50] } = options;
  const [[down, up], [least, most]] = [etas, stepSizes];
  checkNonNegative('rprop', { lr });
  checkPositive('rprop', { etaMinus: down, stepSizeMin: least });
  if (!(down < 1 && up > 1 && least <= most)) {
    const headline = `rprop: etas ${etas.join(', ')} with stepSizes ${stepSizes.join(', ')}`;
    throw new AdjointError('E-OPTIMIZER', headline, [], '0 < eta- < 1 < eta+, and step sizes ascend.');
  }
  return optimizer('rprop', { lr }, (gradient, leaf, h, { count }) => {
    const g = signed(gradient, options);
    const [before, sizes] = [leaf.keep('prev'), leaf.keep('step_size')];
    const agreement = mul(g, before.value);
    const size: Float = where(eq(count, 1), h.lr as Float, sizes.value);
    const changed = where(gt(agreement, 0), mul(size, up), where(lt(agreement, 0), mul(size, down), size));
    const next = kept(sizes, minimum(maximum(changed, least), most));
    const used = kept(before, where(lt(agreement, 0), 0, g));
    return sub(leaf.parameter, mul(sign(used), next));
  });
}
