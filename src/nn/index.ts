export { relu, sigmoid, tanh } from './activation.ts';
export * as init from './init.ts';
export { linear } from './linear.ts';
export type { Linear, LinearOptions } from './linear.ts';
export type { Layer, LayerOptions, Module } from './module.ts';
export { moduleParameters } from './module.ts';
export { sequential } from './sequential.ts';
