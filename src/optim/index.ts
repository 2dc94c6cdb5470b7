export { adam } from './adam.ts';
export type { AdamOptions } from './adam.ts';
export type { Kept, Leaf, Optimizer, OptimizerContext, Transform } from './optimizer.ts';
export { rmsprop } from './rmsprop.ts';
export type { RmspropOptions } from './rmsprop.ts';
export { sgd } from './sgd.ts';
export type { SgdOptions } from './sgd.ts';
