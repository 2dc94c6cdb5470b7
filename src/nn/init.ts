/** Initializers: initial values as expressions, so that an emitted module can make them from a seed. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { uniform as uniformNumbers } from '../ops/random.ts';
import type { Initializer } from '../slot.ts';

/** Uniform in [low, high). */
export function uniform(low: number, high: number): Initializer {
  return {
    name: `uniform(${low}, ${high})`,
    value: (shape, dtype) => {
      const numbers: Expr = uniformNumbers(shape, dtype as FloatDType);
      return add(mul(numbers, high - low), low);
    },
  };
}
