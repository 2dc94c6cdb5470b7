export {
  celu,
  elu,
  gelu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logSigmoid,
  logSoftmax,
  mish,
  prelu,
  relu,
  relu6,
  rrelu,
  selu,
  sigmoid,
  silu,
  softmax,
  softmin,
  softplus,
  softshrink,
  softsign,
  tanh,
  tanhshrink,
  threshold,
} from './activation.ts';
export type { AxisOption, PreluOptions, RreluOptions } from './activation.ts';
export { module } from './define.ts';
export type { Defined, Member, Members, Opened } from './define.ts';
export { freeze, parameterCount, unfreeze } from './freeze.ts';
export type { ParameterCountOptions } from './freeze.ts';
export * as init from './init.ts';
export { bilinear, linear } from './linear.ts';
export type { Bilinear, BilinearOptions, Linear, LinearOptions } from './linear.ts';
export { lora } from './lora.ts';
export type { LoraOptions } from './lora.ts';
export type { Layer, LayerOptions, LazyParameter, Module, NamedParameter } from './module.ts';
export { moduleParameters } from './module.ts';
export { parameter } from './parameter.ts';
export type { OwnParameter, OwnParameterOptions } from './parameter.ts';
export type { ParameterInfo, Selection } from './select.ts';
export { residual, sequential } from './sequential.ts';
export { flatten, identity, unflatten } from './shape.ts';
export { parameterOf } from './sharing.ts';
