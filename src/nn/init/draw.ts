/** Initializers that fill with one number or draw from one distribution. */
import type { DType } from '../../dtype.ts';
import { filled } from '../../declare.ts';
import { AdjointError } from '../../errors.ts';
import type { Expr } from '../../expr.ts';
import { add, div, mul, neg, sqrt, sub } from '../../ops/arithmetic.ts';
import { cast } from '../../ops/cast.ts';
import { lt, maximum, minimum, where } from '../../ops/compare.ts';
import { erfc } from '../../ops/error-function.ts';
import { exp, log } from '../../ops/exponential.ts';
import { constant as constantOf } from '../../ops/leaves.ts';
import { uniform as uniformNumbers } from '../../ops/random.ts';
import { cos } from '../../ops/trigonometry.ts';
import type { Shape } from '../../shape-types.ts';
import type { Size } from '../../size.ts';
import type { Initializer } from '../../slot.ts';

/** Numbers in double precision, while an initial value is made. */
export type Draws = Expr<Shape, 'float64'>;
type Scalar = Expr<[], 'float64'>;

/** Throws E-ATTRIBUTE unless `fits`. */
export function checkInit(name: string, fits: boolean, demand: string): void {
  if (!fits) throw new AdjointError('E-ATTRIBUTE', `nn.init.${name}: ${demand}`);
}

/** An initializer that computes in double precision and rounds once. */
export function initializer(name: string, values: (shape: readonly Size[]) => Draws): Initializer {
  return { name, value: (shape: readonly Size[], dtype: DType) => cast(values(shape), dtype) };
}

const uniformDraws = (shape: readonly Size[]): Draws => uniformNumbers(shape, 'float64');

/** All `value`. */
export function constant(value: number): Initializer {
  return filled(value);
}

/** All 0. */
export const zeros = (): Initializer => filled(0);

/** All 1. */
export const ones = (): Initializer => filled(1);

/** Uniform in [low, high); default [0, 1). */
export function uniform(low = 0, high = 1): Initializer {
  checkInit('uniform', low <= high, `low ${low} is above high ${high}`);
  return initializer(`uniform(${low}, ${high})`, (shape) => add(mul(uniformDraws(shape), high - low), low));
}

/** Normal; default mean 0 and standard deviation 1. */
export function normal(mean = 0, std = 1): Initializer {
  checkInit('normal', std >= 0, `std ${std} is below 0`);
  return initializer(`normal(${mean}, ${std})`, (shape) => add(mul(normalDraws(shape), std), mean));
}

/** Independent standard normal numbers: sqrt(-2 log u) cos(2 pi v) of two uniform ones (Box and Muller, 1958). */
export function normalDraws(shape: readonly Size[]): Draws {
  const radius = sqrt(mul(log(sub(1, uniformDraws(shape))), -2));
  return mul(radius, cos(mul(uniformDraws(shape), 2 * Math.PI)));
}

export interface TruncNormalOptions {
  /** Of the normal distribution before it is cut; default 0. */
  readonly mean?: number;
  /** Of the normal distribution before it is cut; default 1. */
  readonly std?: number;
  /** The smallest value, not counted in standard deviations; default -2. */
  readonly a?: number;
  /** The largest value; default 2. */
  readonly b?: number;
}

/** Normal, conditioned on lying in [a, b]: the inverse of the distribution function at uniform numbers. */
export function truncNormal(options: TruncNormalOptions = {}): Initializer {
  const { mean = 0, std = 1, a = -2, b = 2 } = options;
  checkInit('truncNormal', std > 0, `std ${std} is not above 0`);
  checkInit('truncNormal', a < b, `a ${a} is not below b ${b}`);
  const [low, high] = [(a - mean) / std, (b - mean) / std];
  const near = low > 0 ? low : high < 0 ? -high : 0;
  checkInit('truncNormal', near < 37, `[${a}, ${b}] is ${near} standard deviations from the mean`);
  return initializer(`truncNormal(${mean}, ${std}, ${a}, ${b})`, (shape) => {
    // Towards the lower tail, where the distribution function keeps its precision.
    const mirrored = low + high > 0;
    const z = mirrored ? neg(between(shape, -high, -low)) : between(shape, low, high);
    return maximum(minimum(add(mul(z, std), mean), b), a);
  });
}

/** Standard normal numbers, conditioned on lying in [low, high]. */
function between(shape: readonly Size[], low: number, high: number): Draws {
  const u = uniformDraws(shape);
  const [least, most] = [below(constantOf(low, 'float64')), below(constantOf(high, 'float64'))];
  const share = add(mul(sub(1, u), least as Scalar), mul(u, most as Scalar));
  const upper = lt(0.5, share);
  const tail = maximum(where(upper, sub(1, share), share) as Draws, 1e-300);
  const z = lowerQuantile(tail);
  return where(upper, neg(z), z) as Draws;
}

/** The normal distribution function, accurate in the lower tail. */
const below = (z: Draws): Draws => mul(erfc(mul(z, -Math.SQRT1_2)), 0.5);

/**
 * Where the normal distribution function is `share`, in (0, 1/2]. Newton's method on its logarithm, which is concave:
 * from -sqrt(-2 log(2 share)), which is never above the solution, it rises to it without a miss.
 */
function lowerQuantile(share: Draws): Draws {
  const target = log(share);
  let z: Draws = neg(sqrt(maximum(mul(log(mul(share, 2)), -2), 0)));
  for (let iteration = 0; iteration < 6; iteration++) {
    const p = below(z);
    const density = mul(exp(mul(mul(z, z), -0.5)), 1 / Math.sqrt(2 * Math.PI));
    z = add(z, mul(sub(target, log(p)), div(p, density)));
  }
  return z;
}
