export { accumulate } from './accumulate.ts';
export type { AccumulateOptions } from './accumulate.ts';
export { adafactor } from './adafactor.ts';
export type { AdafactorOptions } from './adafactor.ts';
export { adam, adamw, scaleByAdam } from './adam.ts';
export type { AdamOptions, MomentOptions } from './adam.ts';
export { adamax } from './adamax.ts';
export type { AdamaxOptions } from './adamax.ts';
export { asgd } from './asgd.ts';
export type { AsgdOptions } from './asgd.ts';
export { emaWeights, lookahead, swa } from './average.ts';
export type { AverageOptions, EmaWeightsOptions, LookaheadOptions } from './average.ts';
export { chain } from './chain.ts';
export { clipByGlobalNorm, clipByNorm, clipByValue, globalNorm } from './clip.ts';
export type { NormOptions } from './clip.ts';
export type { DecayOptions } from './decay.ts';
export { flushSubnormal } from './flush.ts';
export { keepGradients } from './gradients.ts';
export { frozen, groups } from './groups.ts';
export type { Group } from './groups.ts';
export { lamb, lars, scaleByTrustRatio } from './large-batch.ts';
export type { LambOptions, LarsOptions } from './large-batch.ts';
export { lazy, sparseAdam } from './lazy.ts';
export type { SparseAdamOptions } from './lazy.ts';
export { lion, scaleByLion } from './lion.ts';
export type { LionOptions, LionScaleOptions } from './lion.ts';
export { muon, roundToBfloat16 } from './muon.ts';
export type { MuonOptions } from './muon.ts';
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
  Rates,
  Rule,
  Scalar,
  Scalars,
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
export { scheduleFreeAdamw } from './schedule-free.ts';
export type { ScheduleFreeOptions } from './schedule-free.ts';
export { matrices } from './select.ts';
export type { ParameterInfo, Selection } from '../select.ts';
export { sgd, trace } from './sgd.ts';
export type { SgdOptions, TraceOptions } from './sgd.ts';
export { sam } from './sharpness.ts';
export type { SamOptions } from './sharpness.ts';
export { updateRule } from './update-rule.ts';
export type { UpdateRuleOptions } from './update-rule.ts';
export { addDecayedWeights, addNoise, centralize, ema, scale, zeroNonFinite } from './transforms.ts';
export type { AddDecayedWeightsOptions, EmaOptions, NoiseOptions } from './transforms.ts';
