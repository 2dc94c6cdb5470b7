export { crossEntropy } from './classification.ts';
export { mse } from './regression.ts';
export type { Reduction } from './reduction.ts';
