/** The table of math kernels. */
import type { MathPrim } from '../prims.ts';
import { exp, exp2, expm1, sigmoid } from './exponential.ts';
import { cosh, sinh, tanh } from './hyperbolic.ts';
import { acosh, asinh, atanh } from './inverse-hyperbolic.ts';
import { acos, asin, atan, atan2 } from './inverse-trigonometry.ts';
import type { MathKernel } from './kernel.ts';
import { log, log10, log1p, log2 } from './logarithm.ts';
import { cos, sin, tan } from './trigonometry.ts';

export const mathKernels: { readonly [P in MathPrim]?: MathKernel } = {
  exp,
  expm1,
  exp2,
  sigmoid,
  sinh,
  cosh,
  tanh,
  log,
  log1p,
  log2,
  log10,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  asinh,
  acosh,
  atanh,
};
