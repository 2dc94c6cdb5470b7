/** Schedules that follow a cosine. */
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { eq, ge, minimum } from '../ops/compare.ts';
import { cos } from '../ops/trigonometry.ts';
import type { Scalar } from './number.ts';
import { choose, scalar, wholeQuotient } from './number.ts';
import type { Schedule, ScheduleOptions } from './schedule.ts';
import { checkCount, checkSchedule, define, scaling } from './schedule.ts';

/** (1 + cos(pi x)) / 2: from 1 at x = 0 to 0 at x = 1. */
export function halfCosine(x: Scalar): Scalar {
  return div(add(1, cos(mul(x, Math.PI))), 2);
}

export interface CosineOptions extends ScheduleOptions {
  /** Steps from the base down to `etaMin`. */
  readonly tMax: number;
  /** Default 0. */
  readonly etaMin?: number;
  /** Whether to stay at `etaMin` after `tMax`; default false: it rises again, as torch has it. */
  readonly hold?: boolean;
}

/**
 * etaMin + (base - etaMin) (1 + cos(pi k / tMax)) / 2. As torch's CosineAnnealingLR, also in a chain: after a minimum
 * it rises by steps of its own base, whatever the other schedules have made of the value.
 */
export function cosine(options: CosineOptions): Schedule {
  const { tMax, etaMin = 0, hold = false } = options;
  checkCount('cosine', { tMax });
  checkSchedule('cosine', { etaMin }, Number.isFinite, 'the finite numbers');
  const shape = (k: Scalar): Scalar => halfCosine(div(hold ? minimum(k, tMax) : k, tMax));
  const above = (value: Scalar, share: Scalar): Scalar =>
    etaMin === 0 ? mul(value, share) : add(etaMin, mul(sub(value, etaMin), share));
  // One that comes up from 0 again is no factor: no product of a chain would.
  if (etaMin === 0 && hold) return scaling('cosine', options, shape);
  return define({
    name: 'cosine',
    options,
    value: (k, base) => above(base, shape(k)),
    advance: (k, base, previous) => {
      const before = sub(k, 1);
      const ratio = div(shape(k), shape(before));
      const scaled = above(previous, ratio);
      // One step after a minimum the ratio has no value: the step up from it is added instead.
      const up = add(previous, mul(sub(base, etaMin), sub(1, shape(scalar(1)))));
      const phase = sub(before, mul(2 * tMax, wholeQuotient(before, 2 * tMax)));
      return hold ? choose(ge(before, tMax), previous, scaled) : choose(eq(phase, tMax), up, scaled);
    },
  });
}

export interface WarmRestartOptions extends ScheduleOptions {
  /** Steps of the first period. */
  readonly t0: number;
  /** The factor from one period to the next, a whole number; default 1. */
  readonly tMult?: number;
  /** Default 0. */
  readonly etaMin?: number;
}

/** Step counters are int32: no period starts later. */
const lastStep = 2 ** 31;

/**
 * A half cosine from the base to `etaMin` over periods of t0, t0 tMult, t0 tMult^2, ... steps. As torch's
 * CosineAnnealingWarmRestarts.
 */
export function cosineWarmRestarts(options: WarmRestartOptions): Schedule {
  const { t0, tMult = 1, etaMin = 0 } = options;
  checkCount('cosineWarmRestarts', { t0, tMult });
  checkSchedule('cosineWarmRestarts', { etaMin }, Number.isFinite, 'the finite numbers');
  return define({
    name: 'cosineWarmRestarts',
    options,
    value: (k, base) => add(etaMin, mul(sub(base, etaMin), halfCosine(placeInPeriod(k, t0, tMult)))),
  });
}

/** How much of the present period has passed, in [0, 1). */
function placeInPeriod(k: Scalar, t0: number, tMult: number): Scalar {
  if (tMult === 1) return div(sub(k, mul(t0, wholeQuotient(k, t0))), t0);
  let place = div(k, t0);
  for (let start = t0, length = t0 * tMult; start < lastStep; start += length, length *= tMult) {
    place = choose(ge(k, start), div(sub(k, start), length), place);
  }
  return place;
}
