export { adam, adamw, scaleByAdam } from './adam.ts';
export type { AdamOptions, MomentOptions } from './adam.ts';
export { adamax } from './adamax.ts';
export type { AdamaxOptions } from './adamax.ts';
export { asgd } from './asgd.ts';
export type { AsgdOptions } from './asgd.ts';
export type { DecayOptions } from './decay.ts';
export { flushSubnormal } from './flush.ts';
export { lion, scaleByLion } from './lion.ts';
export type { LionOptions, LionScaleOptions } from './lion.ts';
export { nadam } from './nadam.ts';
export type { NadamOptions } from './nadam.ts';
export { optimizer, transform } from './optimizer.ts';
export type {
  Float,
  KeepOptions,
  Kept,
  Leaf,
  Optimizer,
  OptimizerContext,
  Rate,
  Rule,
  Scalar,
  Transform,
} from './optimizer.ts';
export { radam } from './radam.ts';
export {
  adadelta,
  adagrad,
  rmsprop,
  scaleByAdadelta,
  scaleByAdagrad,
  scaleByRms,
} from './root-mean-square.ts';
export type {
  AdadeltaOptions,
  AdadeltaScaleOptions,
  AdagradOptions,
  AdagradScaleOptions,
  RmsOptions,
  RmspropOptions,
} from './root-mean-square.ts';
export { rprop } from './rprop.ts';
export type { RpropOptions } from './rprop.ts';
export { matrices } from './select.ts';
export type { ParameterInfo, Selection } from './select.ts';
export { sgd, trace } from './sgd.ts';
export type { SgdOptions, TraceOptions } from './sgd.ts';
