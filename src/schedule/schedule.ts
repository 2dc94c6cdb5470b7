/** What a schedule is: a number as an expression of how many steps have been made. */
import { AdjointError } from '../errors.ts';
import { mul } from '../ops/arithmetic.ts';
import type { Scalar } from './number.ts';

/** Whether a schedule advances with every step, or with every `epoch` steps. */
export type Every = 'step' | { readonly epoch: number };

/**
 * A schedule stands wherever a number is accepted. `k` counts from 0 how often it has advanced. `base` is the
 * hyper-parameter that it scales or starts from, so a call of the step can still change it.
 */
export interface Schedule {
  readonly name: string;
  /** The default of the hyper-parameter; null for a part of another schedule. */
  readonly base: number | null;
  readonly every: Every;
  /** The value in force after `k` advances. `previous` is the value before, and `base` where k = 0. */
  value(k: Scalar, base: Scalar, previous: Scalar): Scalar;
  /** Whether `value` reads `previous`: such a schedule has no closed form, and its last value is state. */
  readonly recursive: boolean;
  /** From k = 1 in a chain: how it changes a value that other schedules change too. Null: it replaces it. */
  readonly advance: ((k: Scalar, base: Scalar, previous: Scalar) => Scalar) | null;
  /** value / base, where that does not depend on the base and a chain may multiply it. */
  readonly factor: ((k: Scalar) => Scalar) | null;
}

export interface ScheduleOptions {
  /** The value that the schedule scales or starts from. Parts of another schedule take that one's. */
  readonly base?: number;
  /** Default `'step'`; `{ epoch: n }` advances once in n steps. */
  readonly every?: Every;
}

type Value = Schedule['value'];

interface ScheduleLiteral {
  readonly name: string;
  readonly options: ScheduleOptions;
  readonly value: Value;
  readonly recursive?: boolean;
  readonly advance?: Schedule['advance'];
  readonly factor?: Schedule['factor'];
}

/** A schedule from its formula. Throws E-OPTIMIZER for a base or a number of steps out of range. */
export function define(literal: ScheduleLiteral): Schedule {
  const { name, options, value, recursive = false, advance = null, factor = null } = literal;
  const { base = null, every = 'step' } = options;
  if (base !== null) checkSchedule(name, { base }, (x) => x >= 0 && x < Infinity, '[0, Infinity)');
  if (every !== 'step') checkCount(name, { epoch: every.epoch });
  return Object.freeze({ name, base, every, value, recursive, advance, factor });
}

/** A schedule that multiplies its base. */
export function scaling(name: string, options: ScheduleOptions, factor: (k: Scalar) => Scalar): Schedule {
  return define({ name, options, factor, value: (k, base) => mul(base, factor(k)) });
}

/** Throws E-OPTIMIZER, naming the option and its range, unless `holds` for each value. */
export function checkSchedule(
  schedule: string,
  values: Readonly<Record<string, number>>,
  holds: (value: number) => boolean,
  range: string,
): void {
  for (const [name, value] of Object.entries(values)) {
    if (holds(value)) continue;
    const hint = `${name} lies in ${range}.`;
    throw new AdjointError('E-OPTIMIZER', `schedule.${schedule}: ${name} is ${value}`, [], hint);
  }
}

/** Throws E-OPTIMIZER unless each value is a whole number from 1. */
export function checkCount(schedule: string, values: Readonly<Record<string, number>>): void {
  const holds = (value: number): boolean => Number.isInteger(value) && value >= 1;
  checkSchedule(schedule, values, holds, 'the whole numbers from 1');
}
