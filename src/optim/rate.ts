/** Hyper-parameters in a step: the input that holds the base, and the schedule over it. */
import { eq } from '../ops/compare.ts';
import { mul, sub } from '../ops/arithmetic.ts';
import type { Scalar } from '../schedule/number.ts';
import { choose, wholeQuotient } from '../schedule/number.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { OptimizerContext, Rate } from './optimizer.ts';

/** The number that a rate starts from. */
export function baseOfRate(rate: Rate): number {
  return typeof rate === 'number' ? rate : (rate.base ?? Number.NaN);
}

/** The value of a rate in the present step. */
export function rateOf(name: string, rate: Rate, context: OptimizerContext): Scalar {
  const base = context.hyper(name, baseOfRate(rate));
  return typeof rate === 'number' ? base : scheduled(name, rate, base, context);
}

function scheduled(name: string, schedule: Schedule, base: Scalar, context: OptimizerContext): Scalar {
  const done = sub(context.count, 1);
  const { every } = schedule;
  const k = every === 'step' ? done : wholeQuotient(done, every.epoch);
  if (!schedule.recursive) return schedule.value(k, base, base);
  const kept = context.keep(`${name}.scheduled`);
  const previous = choose(eq(done, 0), base, kept.value);
  const advanced = schedule.value(k, base, previous);
  const value = every === 'step' ? advanced : choose(eq(mul(k, every.epoch), done), advanced, previous);
  kept.set(value);
  return value;
}
