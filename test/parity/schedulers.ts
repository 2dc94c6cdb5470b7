/** Schedules of learning rates and momenta: the numbers that an emitted step uses, one after the other. */
import type { Expr, ScalarLike } from 'adjoint';
import {
  add,
  constant,
  div,
  minimum,
  mul,
  optim,
  parameter,
  pow,
  schedule,
  sum,
  training,
  where,
} from 'adjoint';
import type { Attributes, SchedulerCase, SchedulerSpec } from './cases.ts';
import type { Engine } from './engine.ts';
import { given, options } from './operators/row.ts';
import { plateauName, replayPlateau } from './plateau.ts';
import { checkNumbers, tolerances } from './tolerance.ts';
import { rowOf } from './unsupported.ts';

type Scalar = Expr<[], 'float64'>;

/** A schedule; one that cycles momenta has their schedule too. */
export type Scheduled = schedule.Schedule & { readonly momentum?: schedule.Schedule };

/** What a scheduler is built for: a group of parameters and its rate. */
export interface Place {
  readonly group: number;
  readonly base?: number;
  readonly every?: schedule.Every;
}

interface Row {
  make(attrs: Attributes, place: Place): Scheduled;
}

type Lambda = {
  fn: string;
  k: number;
  gamma: number;
  steps: number;
  values: number[];
  warmup: number;
  scale: number;
};

interface LambdaRow {
  at(e: Scalar, lambda: Lambda): ScalarLike;
}

/** The functions of the epoch index that cases name. */
const lambdaRows: Readonly<Record<string, LambdaRow['at']>> = {
  inverse: (e, { k }) => div(1, add(1, mul(k, e))),
  exp: (e, { gamma }) => pow(gamma, e),
  warmup: (e, { steps }) => minimum(1, div(add(e, 1), steps)),
  table: (e, { values }) =>
    values
      .map((value): Scalar => constant(value, 'float64'))
      .reduceRight((later, value, i) => where(e.le(i), value, later)),
  noam: (e, { warmup, scale }) => mul(minimum(pow(add(e, 1), -0.5), mul(add(e, 1), warmup ** -1.5)), scale),
};

/** A list has one entry for each group. */
function ofGroup<T>(value: T | readonly T[], { group }: Place): T {
  return (Array.isArray(value) ? value[group] : value) as T;
}

type Lambdas = { readonly lr_lambda: Lambda | readonly Lambda[] };

function factorOf({ lr_lambda }: Lambdas, place: Place): (e: Scalar) => ScalarLike {
  const lambda = ofGroup(lr_lambda, place);
  const at = rowOf(lambdaRows, 'function', lambda.fn);
  return (e) => at(e, lambda);
}

const placed = ({ base, every }: Place): schedule.ScheduleOptions => ({
  ...given('base', base),
  ...given('every', every),
});

/** The schedules inside another one take its base and its pace. */
function parts(schedulers: readonly SchedulerSpec[], { group }: Place): Scheduled[] {
  return schedulers.map(({ scheduler, attrs }) => scheduled(scheduler, attrs, { group }));
}

type Parts = { readonly schedulers: readonly SchedulerSpec[]; readonly milestones: readonly number[] };
type OneCycle = Attributes & {
  readonly max_lr: number;
  readonly total_steps?: number | null;
  readonly epochs?: number | null;
  readonly steps_per_epoch?: number | null;
};
type Cyclic = Attributes & { readonly base_lr: number; readonly max_lr: number; readonly mode?: string };

/** The attributes as one group has them. */
function attrsOfGroup<A extends Attributes>(attrs: A, place: Place): A {
  const entries = Object.entries(attrs).map(([name, value]) => [name, ofGroup(value, place)] as const);
  return Object.fromEntries(entries) as A;
}

/** A cycle whose momentum stays as it is unless the scheduler says that it cycles. */
function cycle(cycles: boolean, made: schedule.Cycle): Scheduled {
  const { momentum, ...rate } = made;
  return cycles ? { ...rate, momentum } : rate;
}

function oneCycle(attrs: OneCycle, place: Place): Scheduled {
  const { total_steps, epochs, steps_per_epoch, cycle_momentum = true, ...rest } = attrsOfGroup(attrs, place);
  const totalSteps = total_steps ?? (epochs ?? 0) * (steps_per_epoch ?? 0);
  const own = { maxLr: rest.max_lr, totalSteps, ...given('every', place.every) };
  return cycle(cycle_momentum === true, schedule.oneCycle({ ...options(rest), ...own }));
}

function cyclic(attrs: Cyclic, place: Place): Scheduled {
  const { mode = 'triangular', cycle_momentum = true, ...rest } = attrsOfGroup(attrs, place);
  const shape = { mode: (mode === 'exp_range' ? 'expRange' : mode) as 'triangular' };
  const own = { baseLr: rest.base_lr, maxLr: rest.max_lr, ...shape, ...given('every', place.every) };
  return cycle(cycle_momentum === true, schedule.cyclic({ ...options(rest), ...own }));
}

/** A row of a scheduler whose attributes are the schedule's options. */
function simple<O extends schedule.ScheduleOptions>(f: (options: O) => Scheduled): Row['make'] {
  return (attrs, place) => f({ ...options(attrs), ...placed(place) } as unknown as O);
}

/** The schedulers that the project has, by their names in the specification. */
const schedulerRows: Readonly<Record<string, Row['make']>> = {
  StepLR: simple(schedule.step),
  MultiStepLR: simple(schedule.multiStep),
  ExponentialLR: simple(schedule.exponential),
  CosineAnnealingLR: simple(schedule.cosine),
  CosineAnnealingWarmRestarts: simple(schedule.cosineWarmRestarts),
  LinearLR: simple(schedule.linear),
  ConstantLR: simple(schedule.constant),
  PolynomialLR: simple(schedule.polynomial),
  LambdaLR: (attrs: Lambdas, place) => schedule.lambda({ factor: factorOf(attrs, place), ...placed(place) }),
  MultiplicativeLR: (attrs: Lambdas, place) =>
    schedule.multiplicative({ factor: factorOf(attrs, place), ...placed(place) }),
  OneCycleLR: oneCycle,
  CyclicLR: cyclic,
  SequentialLR: ({ schedulers, milestones }: Parts, place) =>
    schedule.sequential({ schedules: parts(schedulers, place), milestones, ...placed(place) }),
  ChainedScheduler: ({ schedulers }: Parts, place) =>
    schedule.chained({ schedules: parts(schedulers, place), ...placed(place) }),
};

export function scheduled(name: string, attrs: Attributes, place: Place): Scheduled {
  return rowOf(schedulerRows, 'scheduler', name)(attrs, place);
}

/**
 * The first `steps` values of a schedule, read from a step that starts at 0 and goes down by rate times 1: what it
 * leaves is the rate.
 */
export function follow(engine: Engine, lr: schedule.Schedule, steps: number): number[] {
  const value = parameter('value', [1], { dtype: 'float64' });
  const step = engine(training({ loss: sum(value), optimizer: optim.sgd({ lr }) })).create();
  const [tensor] = step.parameters;
  return Array.from({ length: steps }, () => {
    tensor?.data.fill(0);
    step.step({});
    return -(tensor?.data[0] ?? Number.NaN);
  });
}

export function replayScheduler(test: SchedulerCase, engine: Engine): void {
  const { scheduler, attrs, base_lrs, steps, tol = tolerances.update } = test;
  if (scheduler === plateauName) return replayPlateau(test);
  base_lrs.forEach((base, group) => {
    const lr = scheduled(scheduler, attrs, { base, group });
    const column = (rows: readonly (readonly number[])[]): number[] =>
      rows.map((row) => row[group] ?? Number.NaN);
    checkNumbers(`lr of group ${group}`, follow(engine, lr, steps), column(test.lrs), tol);
    if (!test.momentums) return;
    const momenta = lr.momentum ? follow(engine, lr.momentum, steps) : [];
    checkNumbers(`momentum of group ${group}`, momenta, column(test.momentums), tol);
  });
}
