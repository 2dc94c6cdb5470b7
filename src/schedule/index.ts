export { chained, sequential, warmup } from './compose.ts';
export type { ChainedOptions, SequentialOptions, WarmupOptions } from './compose.ts';
export { cosine, cosineWarmRestarts } from './cosine.ts';
export type { CosineOptions, WarmRestartOptions } from './cosine.ts';
export { cyclic, oneCycle } from './cycle.ts';
export type { Cycle, CyclicOptions, OneCycleOptions } from './cycle.ts';
export {
  constant,
  exponential,
  inverseSqrt,
  lambda,
  linear,
  multiStep,
  multiplicative,
  polynomial,
  step,
} from './decay.ts';
export type {
  ConstantOptions,
  ExponentialOptions,
  FactorOptions,
  InverseSqrtOptions,
  LinearOptions,
  MultiStepOptions,
  PolynomialOptions,
  StepOptions,
} from './decay.ts';
export { define } from './schedule.ts';
export type { Every, Schedule, ScheduleOptions } from './schedule.ts';
export { valueAt } from './value-at.ts';
