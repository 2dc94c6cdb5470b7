/** Schedules that multiply their base by a factor. */
import type { ScalarLike } from '../expr.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { cast } from '../ops/cast.ts';
import { eq, ge, lt, minimum } from '../ops/compare.ts';
import { pow } from '../ops/power.ts';
import type { Scalar } from './number.ts';
import { choose, scalar, wholeQuotient } from './number.ts';
import type { Schedule, ScheduleOptions } from './schedule.ts';
import { checkCount, checkSchedule, define, scaling } from './schedule.ts';

const finite = 'the finite numbers';

export interface StepOptions extends ScheduleOptions {
  readonly stepSize: number;
  /** Default 0.1. */
  readonly gamma?: number;
}

/** base gamma^floor(k / stepSize). As torch's StepLR. */
export function step(options: StepOptions): Schedule {
  const { stepSize, gamma = 0.1 } = options;
  checkCount('step', { stepSize });
  checkSchedule('step', { gamma }, Number.isFinite, finite);
  return scaling('step', options, (k) => pow(gamma, wholeQuotient(k, stepSize)));
}

export interface MultiStepOptions extends ScheduleOptions {
  /** A milestone that is repeated counts repeatedly. */
  readonly milestones: readonly number[];
  /** Default 0.1. */
  readonly gamma?: number;
}

/** base gamma^(the number of milestones <= k). As torch's MultiStepLR. */
export function multiStep(options: MultiStepOptions): Schedule {
  const { milestones, gamma = 0.1 } = options;
  checkSchedule('multiStep', { gamma }, Number.isFinite, finite);
  return scaling('multiStep', options, (k) => {
    const passed = milestones.map((milestone): Scalar => cast(ge(k, milestone), 'float64'));
    return pow(
      gamma,
      passed.reduce((total, one): Scalar => add(total, one), scalar(0)),
    );
  });
}

export interface ConstantOptions extends ScheduleOptions {
  /** In [0, 1]; default 1/3. */
  readonly factor?: number;
  /** Default 5. With 0 the base holds from the start; torch's ConstantLR would keep the factor for ever. */
  readonly totalIters?: number;
}

/** factor base until k = totalIters, then base. As torch's ConstantLR. */
export function constant(options: ConstantOptions = {}): Schedule {
  const { factor = 1 / 3, totalIters = 5 } = options;
  checkSchedule('constant', { factor }, (x) => x >= 0 && x <= 1, '[0, 1]');
  checkSchedule('constant', { totalIters }, (x) => Number.isInteger(x) && x >= 0, 'the whole numbers from 0');
  return scaling('constant', options, (k) => choose(lt(k, totalIters), factor, 1));
}

export interface LinearOptions extends ScheduleOptions {
  /** Default 1/3. */
  readonly startFactor?: number;
  /** Default 1. */
  readonly endFactor?: number;
  /** Default 5. */
  readonly totalIters?: number;
}

/** base (start + (end - start) min(k, totalIters) / totalIters). As torch's LinearLR. */
export function linear(options: LinearOptions = {}): Schedule {
  const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
  checkSchedule('linear', { startFactor, endFactor }, (x) => x >= 0 && x < Infinity, '[0, Infinity)');
  checkCount('linear', { totalIters });
  return scaling('linear', options, (k) =>
    add(startFactor, div(mul(endFactor - startFactor, minimum(k, totalIters)), totalIters)),
  );
}

export interface ExponentialOptions extends ScheduleOptions {
  readonly gamma: number;
}

/** base gamma^k. As torch's ExponentialLR. */
export function exponential(options: ExponentialOptions): Schedule {
  const { gamma } = options;
  checkSchedule('exponential', { gamma }, Number.isFinite, finite);
  return scaling('exponential', options, (k) => pow(gamma, k));
}

export interface PolynomialOptions extends ScheduleOptions {
  /** Default 5. */
  readonly totalIters?: number;
  /** Default 1. */
  readonly power?: number;
}

/** base (1 - min(k, totalIters) / totalIters)^power. As torch's PolynomialLR. */
export function polynomial(options: PolynomialOptions = {}): Schedule {
  const { totalIters = 5, power = 1 } = options;
  checkCount('polynomial', { totalIters });
  checkSchedule('polynomial', { power }, (x) => x >= 0 && x < Infinity, '[0, Infinity)');
  return scaling('polynomial', options, (k) => pow(sub(1, div(minimum(k, totalIters), totalIters)), power));
}

export interface FactorOptions extends ScheduleOptions {
  /** The factor as an expression of `k`, which is a rank-0 float64. */
  readonly factor: (k: Scalar) => ScalarLike;
}

/** base factor(k). As torch's LambdaLR. */
export function lambda(options: FactorOptions): Schedule {
  return define({
    name: 'lambda',
    options,
    value: (k, base) => mul(base, scalar(options.factor(k))),
  });
}

/** The value before, times factor(k), from k = 1. It has no closed form. As torch's MultiplicativeLR. */
export function multiplicative(options: FactorOptions): Schedule {
  const advance: Schedule['value'] = (k, _base, previous) => mul(previous, scalar(options.factor(k)));
  const value: Schedule['value'] = (k, base, previous) =>
    choose(eq(k, 0), previous, advance(k, base, previous));
  return define({ name: 'multiplicative', options, value, advance, recursive: true });
}

export interface InverseSqrtOptions extends ScheduleOptions {
  /** Steps until the value is `base`. */
  readonly warmup: number;
}

/**
 * base min((k + 1) / warmup, sqrt(warmup / (k + 1))): rises linearly, then falls as the inverse root, with `base`
 * the largest value. Vaswani et al., "Attention is all you need", 2017, scaled.
 */
export function inverseSqrt(options: InverseSqrtOptions): Schedule {
  const { warmup } = options;
  checkCount('inverseSqrt', { warmup });
  return scaling('inverseSqrt', options, (k) => {
    const steps = add(k, 1);
    return minimum(div(steps, warmup), pow(div(warmup, steps), 0.5));
  });
}
