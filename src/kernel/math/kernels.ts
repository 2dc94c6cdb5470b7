/** The table of math kernels. */
import type { MathPrim } from '../prims.ts';
import { exp } from './exponential.ts';
import type { MathKernel } from './kernel.ts';
import { log } from './logarithm.ts';

export const mathKernels: { readonly [P in MathPrim]?: MathKernel } = { exp, log };
