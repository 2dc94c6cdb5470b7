export { constant, normal, ones, truncNormal, uniform, zeros } from './init/draw.ts';
export type { TruncNormalOptions } from './init/draw.ts';
export { calculateGain, kaimingNormal, kaimingUniform, xavierNormal, xavierUniform } from './init/fan.ts';
export type { KaimingOptions, Nonlinearity, XavierOptions } from './init/fan.ts';
export { orthogonal } from './init/orthogonal.ts';
export type { OrthogonalOptions } from './init/orthogonal.ts';
export { dirac, eye, sparse } from './init/structure.ts';
export type { DiracOptions, SparseOptions } from './init/structure.ts';
