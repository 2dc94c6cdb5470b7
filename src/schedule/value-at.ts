/** The value of a schedule as a plain number, by the reference interpreter. */
import { float64Algebra } from '../algebra/float64.ts';
import { must } from '../errors.ts';
import { interpret } from '../interpret.ts';
import { scalar } from './number.ts';
import type { Schedule } from './schedule.ts';

/** The number in force during step `step`, counted from 0. Base 1 where the schedule has none. */
export function valueAt(schedule: Schedule, step: number, base: number = schedule.base ?? 1): number {
  const k = schedule.every === 'step' ? step : Math.floor(step / schedule.every.epoch);
  if (!schedule.recursive) return evaluate(schedule, k, base, base);
  let value = base;
  for (let i = 0; i <= k; i++) value = evaluate(schedule, i, base, value);
  return value;
}

function evaluate(schedule: Schedule, k: number, base: number, previous: number): number {
  const value = schedule.value(scalar(k), scalar(base), scalar(previous));
  const [result] = interpret(float64Algebra, [value], { slots: new Map(), sizes: {} });
  return must(result?.data[0], 'value of a schedule');
}
