/** Schedules made of schedules. */
import { AdjointError } from '../errors.ts';
import { div, mul, sub } from '../ops/arithmetic.ts';
import { eq, ge } from '../ops/compare.ts';
import { constant, linear } from './decay.ts';
import type { Scalar } from './number.ts';
import { choose } from './number.ts';
import type { Schedule, ScheduleOptions } from './schedule.ts';
import { checkCount, checkSchedule, define, scaling } from './schedule.ts';

/** The base of a composition: its own, or else that of the first part that has one. */
function baseOf(options: ScheduleOptions, parts: readonly Schedule[]): number | null {
  return options.base ?? parts.find(({ base }) => base !== null)?.base ?? null;
}

function withBase(options: ScheduleOptions, base: number | null): ScheduleOptions {
  return base === null ? options : { ...options, base };
}

/** A part's base: the whole's, in proportion where the part declares another. */
function partBase(part: Schedule, whole: number | null, base: Scalar): Scalar {
  if (part.base === null || whole === null || part.base === whole) return base;
  return mul(base, part.base / whole);
}

function checkParts(name: string, parts: readonly Schedule[]): void {
  if (parts.length === 0) {
    throw new AdjointError('E-OPTIMIZER', `schedule.${name}: there are no schedules`, [], 'Give some.');
  }
  const own = parts.find(({ every }) => every !== 'step');
  if (!own) return;
  const headline = `schedule.${name}: its part ${own.name} has an \`every\` of its own`;
  throw new AdjointError('E-OPTIMIZER', headline, [], `Give \`every\` to ${name}.`);
}

export interface SequentialOptions extends ScheduleOptions {
  readonly schedules: readonly Schedule[];
  /** Where the second, third, ... schedule begins, ascending. */
  readonly milestones: readonly number[];
}

/**
 * One schedule after the other, each from its own k = 0; `multiplicative` goes on from the value before. As torch's
 * SequentialLR.
 */
export function sequential(options: SequentialOptions): Schedule {
  const { schedules, milestones } = options;
  checkParts('sequential', schedules);
  checkMilestones(schedules, milestones);
  const whole = baseOf(options, schedules);
  return define({
    name: 'sequential',
    options: withBase(options, whole),
    recursive: schedules.some(({ recursive }) => recursive),
    value: (k, base, previous) => {
      const values = schedules.map((part, i) => {
        const own = partBase(part, whole, base);
        if (i === 0) return part.value(k, own, previous);
        const local = sub(k, milestones[i - 1] ?? 0);
        const value = part.recursive && part.advance ? part.advance : part.value;
        return value(local, own, previous);
      });
      return values.reduce((earlier, value, i) => choose(ge(k, milestones[i - 1] ?? 0), value, earlier));
    },
  });
}

function checkMilestones(schedules: readonly Schedule[], milestones: readonly number[]): void {
  const ascending = milestones.every((milestone, i) => milestone >= (milestones[i - 1] ?? 0));
  if (ascending && milestones.length === schedules.length - 1) return;
  const headline = `schedule.sequential: ${schedules.length} schedules with milestones ${milestones.join(', ')}`;
  const hint = 'Milestones ascend, and there is one less than schedules.';
  throw new AdjointError('E-OPTIMIZER', headline, [], hint);
}

export interface ChainedOptions extends ScheduleOptions {
  readonly schedules: readonly Schedule[];
}

/**
 * All schedules at once, each applied to what the ones before it make: factors multiply; a schedule that is no factor
 * (`lambda`, `oneCycle`, `cyclic`, warm restarts) replaces the value. As torch's ChainedScheduler.
 */
export function chained(options: ChainedOptions): Schedule {
  const { schedules } = options;
  checkParts('chained', schedules);
  const whole = baseOf(options, schedules);
  const factors = schedules.flatMap(({ factor }) => (factor ? [factor] : []));
  const product = (k: Scalar): Scalar =>
    factors.map((factor) => factor(k)).reduce((x, y): Scalar => mul(x, y));
  const own = withBase(options, whole);
  if (factors.length === schedules.length) return scaling('chained', own, product);
  const value: Schedule['value'] = (k, base, previous) =>
    schedules.reduce((before, part) => advance(part, k, partBase(part, whole, base), before), previous);
  return define({ name: 'chained', options: own, recursive: true, value });
}

function advance(part: Schedule, k: Scalar, base: Scalar, previous: Scalar): Scalar {
  if (part.advance) return choose(eq(k, 0), previous, part.advance(k, base, previous));
  const { factor } = part;
  if (!factor) return part.value(k, base, previous);
  const before = factor(sub(k, 1));
  const ratio = choose(eq(before, 0), 1, div(factor(k), before));
  return mul(previous, choose(eq(k, 0), factor(k), ratio));
}

export interface WarmupOptions extends ScheduleOptions {
  readonly steps: number;
  /** The first factor, in [0, 1]; default 0. */
  readonly start?: number;
  /** Whether to rise linearly to the base, or to stay at `start` times the base; default `'linear'`. */
  readonly shape?: 'linear' | 'constant';
  /** What follows, from its own k = 0. */
  readonly then: Schedule;
}

/** `steps` steps of warm-up, then another schedule. */
export function warmup(options: WarmupOptions): Schedule {
  const { steps, start = 0, shape = 'linear', then } = options;
  checkCount('warmup', { steps });
  checkSchedule('warmup', { start }, (x) => x >= 0 && x <= 1, '[0, 1]');
  const rise =
    shape === 'linear'
      ? linear({ startFactor: start, totalIters: steps })
      : constant({ factor: start, totalIters: steps });
  return sequential({ ...options, schedules: [rise, then], milestones: [steps] });
}
