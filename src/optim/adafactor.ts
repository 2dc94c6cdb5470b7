/** Adafactor: second moments of matrices kept as means of rows and columns. */
import { div, mul, rsqrt, square, sub } from '../ops/arithmetic.ts';
import { maximum, minimum } from '../ops/compare.ts';
import { sizeOf } from '../ops/leaves.ts';
import { pow } from '../ops/power.ts';
import { mean } from '../ops/reduce.ts';
import { checkNonNegative, checkPositive, checkRate, given } from './checks.ts';
import { globalNorm } from './clip.ts';
import type { DecayOptions } from './decay.ts';
import { decaying, shrunk, signed } from './decay.ts';
import { kept, lerp } from './moments.ts';
import type { Float, Leaf, Optimizer, Rate, Scalar } from './optimizer.ts';
import { optimizer } from './optimizer.ts';

export interface AdafactorOptions extends DecayOptions {
  /** Default 1e-2. */
  readonly lr?: Rate;
  /** Power of the step in the decay of the second moment, at most 0; default -0.8. */
  readonly beta2Decay?: Rate;
  /** Bounds from below: of the moment's root (null: the dtype's machine epsilon), and of the parameter's scale. */
  readonly eps?: readonly [number | null, Rate];
  /** Updates with a larger root mean square are scaled down to it; above 0, default 1. */
  readonly d?: Rate;
}

/** The root of the mean square. */
function rootMeanSquare(x: Float): Scalar {
  return div(globalNorm([x]), pow(sizeOf(x.shape), 0.5));
}

/** The second moment: of matrices from the means over the last and the last but one axis, in full otherwise. */
function estimate(g: Float, leaf: Leaf, share: Scalar, least: number): Float {
  const squares = square(g);
  const rank = g.shape.length;
  if (rank < 2) {
    const full = leaf.keep('variance');
    return kept(full, lerp(full.value, squares, share));
  }
  const along = (axis: -1 | -2, name: string): Float => {
    const shape = g.shape.map((size, i) => (i === rank + axis ? 1 : size));
    const place = leaf.keep(name, { shape });
    return kept(place, lerp(place.value, mean(squares, { axis, keepdims: true }) as Float, share));
  };
  const rows = along(-1, 'row_var');
  const columns = along(-2, 'col_var');
  const whole = maximum(mean(rows, { axis: -2, keepdims: true }) as Float, least);
  return div(mul(rows, columns), whole);
}

/**
 * With o = t^beta2Decay and alpha = max(eps2, rms(p)) min(lr, 1 / sqrt(t)): p = p (1 - lr wd); v moves towards g^2 by
 * o; u = g / sqrt(max(v, eps1^2)); p -= alpha u / max(1, rms(u) / d). As torch.optim.Adafactor.
 */
export function adafactor(options: AdafactorOptions = {}): Optimizer {
  const { lr = 1e-2, beta2Decay = -0.8, eps = [null, 1e-3], d = 1, weightDecay = 0 } = options;
  const [eps1, eps2] = eps;
  checkNonNegative('adafactor', { lr, eps2, weightDecay, ...(eps1 === null ? {} : { eps1 }) });
  checkRate('adafactor', 'beta2Decay', beta2Decay, (value) => value <= 0, '(-Infinity, 0]');
  checkPositive('adafactor', { d });
  const rates = { lr, beta2Decay, eps2, d, ...given({ weightDecay }) };
  return decaying(
    options,
    optimizer('adafactor', rates, (gradient, leaf, h, { count }) => {
      const g = signed(gradient, options);
      const least = eps1 ?? (g.dtype === 'float32' ? 2 ** -23 : 2 ** -52);
      const relative = minimum(h.lr, div(1, pow(count, 0.5)));
      const alpha = mul(maximum(h.eps2, rootMeanSquare(leaf.parameter)), relative);
      const v = estimate(g, leaf, pow(count, h.beta2Decay), least);
      const u = mul(g, rsqrt(maximum(v, least * least)));
      const clipped = div(alpha, maximum(div(rootMeanSquare(u), h.d), 1));
      return sub(shrunk(leaf, h, options), mul(u, clipped));
    }),
  );
}
