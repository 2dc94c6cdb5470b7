/** Schedules from the names and attributes of PyTorch's schedulers. */
import { schedule } from 'adjoint';
import { div, maximum, minimum, pow, mul, add } from 'adjoint';
import type { SchedulerCase, SchedulerSpec } from '../parity/cases.ts';
import { options } from '../parity/operators/row.ts';

type Schedule = schedule.Schedule;
type Factor = schedule.FactorOptions['factor'];
type K = Parameters<Factor>[0];

interface Lambda {
  readonly fn: 'inverse' | 'exp' | 'warmup' | 'table' | 'noam';
  readonly k?: number;
  readonly gamma?: number;
  readonly steps?: number;
  readonly values?: readonly number[];
  readonly warmup?: number;
  readonly scale?: number;
}

/** The functions that the suite names, as expressions. */
const factors: Readonly<Record<Lambda['fn'], (spec: Lambda) => Factor>> = {
  inverse:
    ({ k = 0 }) =>
    (e) =>
      div(1, add(mul(e, k), 1)),
  exp:
    ({ gamma = 1 }) =>
    (e) =>
      pow(gamma, e),
  warmup:
    ({ steps = 1 }) =>
    (e) =>
      minimum(div(add(e, 1), steps), 1),
  table:
    ({ values = [] }) =>
    (e) =>
      looked(values, e),
  noam:
    ({ warmup = 1, scale = 1 }) =>
    (e) => {
      const n = maximum(add(e, 1), 1);
      return mul(scale, minimum(pow(n, -0.5), mul(n, warmup ** -1.5)));
    },
};

/** values[min(e, last)]: a sum of steps. */
function looked(values: readonly number[], e: K): K {
  return values.reduce(
    (total, value, i) => add(total, mul(value - (values[i - 1] ?? 0), e.ge(i).cast('float64'))),
    mul(e, 0),
  );
}

interface Base {
  readonly base?: number;
}

type Attributes = Readonly<Record<string, unknown>>;
interface Row {
  make(attrs: Attributes, base: Base, group: number): Schedule;
}

type WithLambda = { readonly lrLambda: Lambda | readonly Lambda[] };

type WithParts = {
  readonly schedulers: readonly SchedulerSpec[];
  readonly milestones: readonly number[];
};

function factorOf({ lrLambda }: WithLambda, group: number): Factor {
  const all = Array.isArray(lrLambda) ? (lrLambda as readonly Lambda[]) : null;
  const one = all ? all[group] : (lrLambda as Lambda);
  if (!one) throw new Error(`the case has no lr_lambda for group ${group}`);
  return factors[one.fn](one);
}

const parts = ({ schedulers }: WithParts, group: number): Schedule[] =>
  schedulers.map((spec) => scheduleOf(spec, {}, group));

/** A schedule whose options are the attributes. */
const same =
  <O extends object>(make: (options: O) => Schedule): Row['make'] =>
  (attrs, base) =>
    make({ ...base, ...attrs } as O);

/** Declared as methods, so that each row says which attributes it reads. */
const table: Readonly<Record<string, Row['make']>> = {
  StepLR: same(schedule.step),
  MultiStepLR: same(schedule.multiStep),
  ConstantLR: same(schedule.constant),
  LinearLR: same(schedule.linear),
  ExponentialLR: same(schedule.exponential),
  PolynomialLR: same(schedule.polynomial),
  CosineAnnealingLR: same(schedule.cosine),
  CosineAnnealingWarmRestarts: same(schedule.cosineWarmRestarts),
  LambdaLR: (attrs: WithLambda, base: Base, group: number) =>
    schedule.lambda({ ...base, factor: factorOf(attrs, group) }),
  MultiplicativeLR: (attrs: WithLambda, base: Base, group: number) =>
    schedule.multiplicative({ ...base, factor: factorOf(attrs, group) }),
  SequentialLR: (attrs: WithParts, base: Base, group: number) =>
    schedule.sequential({ ...base, milestones: attrs.milestones, schedules: parts(attrs, group) }),
  ChainedScheduler: (attrs: WithParts, base: Base, group: number) =>
    schedule.chained({ ...base, schedules: parts(attrs, group) }),
  OneCycleLR: same(schedule.oneCycle),
  CyclicLR: (attrs: Attributes & schedule.CyclicOptions & { readonly mode: string }) =>
    schedule.cyclic(attrs.mode === 'exp_range' ? { ...attrs, mode: 'expRange' } : attrs),
};

/** The schedule of group `group`; throws for a scheduler that is a driver of the runtime. */
export function scheduleOf({ scheduler, attrs }: SchedulerSpec, base: Base, group: number): Schedule {
  const make = table[scheduler];
  if (!make) throw new Error(`no schedule ${scheduler}`);
  return make(options(attrs), base, group);
}

/** Whether the scheduler decides by the data: a driver of the runtime, not a schedule. */
export const isDriver = ({ scheduler }: SchedulerCase): boolean => scheduler === 'ReduceLROnPlateau';
