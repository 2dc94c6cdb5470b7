export { relu, sigmoid, tanh } from './activation.ts';
export * as init from './init.ts';
export { bilinear, linear } from './linear.ts';
export type { Bilinear, BilinearOptions, Linear, LinearOptions } from './linear.ts';
export type { Layer, LayerOptions, Module } from './module.ts';
export { moduleParameters } from './module.ts';
export { residual, sequential } from './sequential.ts';
