/** Schedules that rise and fall, and cycle the momentum against the rate. */
import type { ScalarLike } from '../expr.ts';
import { AdjointError } from '../errors.ts';
import { add, div, mul, sub } from '../ops/arithmetic.ts';
import { le, minimum } from '../ops/compare.ts';
import { pow } from '../ops/power.ts';
import { floor } from '../ops/rounding.ts';
import { halfCosine } from './cosine.ts';
import type { Scalar } from './number.ts';
import { choose, scalar } from './number.ts';
import type { Every, Schedule, ScheduleOptions } from './schedule.ts';
import { checkCount, checkSchedule, define } from './schedule.ts';

/** A schedule of the rate, with the schedule of the momentum (or of beta1) that belongs to it. */
export interface Cycle extends Schedule {
  readonly momentum: Schedule;
}

export interface OneCycleOptions {
  readonly maxLr: number;
  /** Steps of the cycle; default epochs * stepsPerEpoch. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** The part of the steps that the rate rises in; default 0.3. */
  readonly pctStart?: number;
  /** Default `'cos'`. */
  readonly annealStrategy?: 'cos' | 'linear';
  /** Default 0.85. */
  readonly baseMomentum?: number;
  /** Default 0.95. */
  readonly maxMomentum?: number;
  /** The first rate is maxLr / divFactor; default 25. */
  readonly divFactor?: number;
  /** The last rate is maxLr / divFactor / finalDivFactor; default 1e4. */
  readonly finalDivFactor?: number;
  /** Fall back to the first rate as slowly as it rose, before falling to the last; default false. */
  readonly threePhase?: boolean;
  readonly every?: Every;
}

/** A part of a cycle: it ends with step `end`; values are multiples of the base. */
interface Phase {
  readonly end: number;
  readonly rate: readonly [from: number, to: number];
  readonly momentum: readonly [from: number, to: number];
}

/**
 * From maxLr / divFactor up to maxLr and down to the last rate, while the momentum goes the other way. The base is
 * `maxLr`. As torch's OneCycleLR (Smith and Topin, 2017), but for steps after `totalSteps`: torch's scheduler throws
 * there, a step goes on with the last rate.
 */
export function oneCycle(options: OneCycleOptions): Cycle {
  const { maxLr, annealStrategy = 'cos', baseMomentum = 0.85, maxMomentum = 0.95 } = options;
  const totalSteps = options.totalSteps ?? (options.epochs ?? 0) * (options.stepsPerEpoch ?? 0);
  checkCount('oneCycle', { totalSteps });
  checkSchedule('oneCycle', { baseMomentum, maxMomentum }, (x) => x >= 0 && x <= 1, '[0, 1]');
  const phases = phasesOf(options, totalSteps, baseMomentum / maxMomentum);
  const shape = annealStrategy === 'cos' ? (x: Scalar) => sub(1, halfCosine(x)) : (x: Scalar) => x;
  const along =
    (part: 'rate' | 'momentum') =>
    (k: Scalar, base: Scalar): Scalar =>
      mul(base, piecewise(minimum(k, totalSteps - 1), phases, part, shape));
  const every = options.every ?? 'step';
  const momentum = define({
    name: 'oneCycle.momentum',
    options: { base: maxMomentum, every },
    value: along('momentum'),
  });
  return { ...define({ name: 'oneCycle', options: { base: maxLr, every }, value: along('rate') }), momentum };
}

function phasesOf(options: OneCycleOptions, totalSteps: number, low: number): readonly Phase[] {
  const { pctStart = 0.3, divFactor = 25, finalDivFactor = 1e4, threePhase = false } = options;
  checkSchedule('oneCycle', { pctStart }, (x) => x >= 0 && x <= 1, '[0, 1]');
  checkSchedule('oneCycle', { divFactor, finalDivFactor }, (x) => x > 0 && x < Infinity, '(0, Infinity)');
  const [first, last] = [1 / divFactor, 1 / divFactor / finalDivFactor];
  const rise: Phase = { end: pctStart * totalSteps - 1, rate: [first, 1], momentum: [1, low] };
  const end = totalSteps - 1;
  const rest: readonly Phase[] = threePhase
    ? [
        { end: 2 * pctStart * totalSteps - 2, rate: [1, first], momentum: [low, 1] },
        { end, rate: [first, last], momentum: [1, 1] },
      ]
    : [{ end, rate: [1, last], momentum: [low, 1] }];
  const phases = [rise, ...rest];
  phases.forEach((phase, i) => checkLength(phase.end - (phases[i - 1]?.end ?? 0)));
  return phases;
}

function checkLength(length: number): void {
  if (length !== 0) return;
  const hint = 'Change pctStart or totalSteps.';
  throw new AdjointError('E-OPTIMIZER', 'schedule.oneCycle: a phase has no steps', [], hint);
}

function piecewise(
  k: Scalar,
  phases: readonly Phase[],
  part: 'rate' | 'momentum',
  shape: (x: Scalar) => Scalar,
): Scalar {
  const inPhase = (phase: Phase, i: number): Scalar => {
    const start = phases[i - 1]?.end ?? 0;
    const [from, to] = phase[part];
    return add(from, mul(to - from, shape(div(sub(k, start), phase.end - start))));
  };
  const values = phases.map(inPhase);
  return values.reduceRight((later, value, i) => choose(le(k, phases[i]?.end ?? 0), value, later));
}

type Mode =
  | 'triangular'
  | 'triangular2'
  | 'expRange'
  /** The height as an expression of the cycle's number, from 1, or of k. */
  | { readonly scale: (x: Scalar) => ScalarLike; readonly per: 'cycle' | 'iteration' };

export interface CyclicOptions {
  readonly baseLr: number;
  readonly maxLr: number;
  /** Default 2000. */
  readonly stepSizeUp?: number;
  /** Default `stepSizeUp`. */
  readonly stepSizeDown?: number;
  /** Default `'triangular'`; `'triangular2'` halves the height after each cycle, `'expRange'` multiplies by gamma^k. */
  readonly mode?: Mode;
  /** Default 1. */
  readonly gamma?: number;
  /** Default 0.8. */
  readonly baseMomentum?: number;
  /** Default 0.9. */
  readonly maxMomentum?: number;
  readonly every?: Every;
}

/**
 * From `baseLr` up to `maxLr` and down again, over and over, while the momentum goes from `maxMomentum` down and up.
 * The base is `baseLr`. As torch's CyclicLR (Smith, 2015).
 */
export function cyclic(options: CyclicOptions): Cycle {
  const { baseLr, maxLr, stepSizeUp = 2000, stepSizeDown = stepSizeUp } = options;
  const { mode = 'triangular', gamma = 1, baseMomentum = 0.8, maxMomentum = 0.9, every = 'step' } = options;
  checkCount('cyclic', { stepSizeUp, stepSizeDown });
  const total = stepSizeUp + stepSizeDown;
  const ratio = stepSizeUp / total;
  const height = (k: Scalar): Scalar => {
    const passed = add(1, div(k, total));
    const cycle = floor(passed);
    const x = sub(passed, cycle);
    const place = choose(le(x, ratio), div(x, ratio), div(sub(x, 1), ratio - 1));
    return mul(place, heightOf(mode, gamma, cycle, k));
  };
  const along = (name: string, base: number, other: number): Schedule => {
    const parameters: ScheduleOptions = { base, every };
    return define({
      name,
      options: parameters,
      value: (k, from) => add(from, mul(sub(other, from), height(k))),
    });
  };
  return {
    ...along('cyclic', baseLr, maxLr),
    momentum: along('cyclic.momentum', maxMomentum, baseMomentum),
  };
}

function heightOf(mode: Mode, gamma: number, cycle: Scalar, k: Scalar): Scalar {
  if (mode === 'triangular') return scalar(1);
  if (mode === 'triangular2') return div(1, pow(2, sub(cycle, 1)));
  if (mode === 'expRange') return pow(gamma, k);
  return scalar(mode.scale(mode.per === 'cycle' ? cycle : k));
}
