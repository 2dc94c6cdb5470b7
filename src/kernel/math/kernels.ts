/** The table of math kernels: one description of each elementary function, from which every target is emitted. */
import type { FunctionPrim } from '../prims.ts';
import { erf, erfc } from './error-function.ts';
import { exp, exp2, expm1, sigmoid } from './exponential.ts';
import { cosh, sinh, tanh } from './hyperbolic.ts';
import { acosh, asinh, atanh } from './inverse-hyperbolic.ts';
import { acos, asin, atan, atan2 } from './inverse-trigonometry.ts';
import type { MathKernel } from './kernel.ts';
import { log, log10, log1p, log2 } from './logarithm.ts';
import { pow } from './power.ts';
import { fmod } from './remainder.ts';
import { uniform24, uniform53 } from './threefry.ts';
import { cos, sin, tan } from './trigonometry.ts';

export const mathKernels: Readonly<Record<FunctionPrim, MathKernel>> = {
  exp,
  expm1,
  log,
  log1p,
  sin,
  cos,
  tan,
  asin,
  acos,
  atan,
  atan2,
  sinh,
  cosh,
  tanh,
  asinh,
  acosh,
  atanh,
  erf,
  erfc,
  pow,
  exp2,
  log2,
  log10,
  sigmoid,
  fmod,
  uniform24,
  uniform53,
};

/** Functions whose descriptions hold in float32. The others need the digits of float64 on the way. */
const inSingle: ReadonlySet<FunctionPrim> = new Set<FunctionPrim>([
  'exp',
  'expm1',
  'exp2',
  'sigmoid',
  'log',
  'log1p',
  'log2',
  'log10',
  'sin',
  'cos',
  'tan',
  'sinh',
  'cosh',
  'tanh',
  'erf',
  'erfc',
  'pow',
]);
const singles = new Map<FunctionPrim, MathKernel>();

/** The kernel of a function in float32, at most four ulps off; null where there is none. */
export function singleKernel(name: FunctionPrim): MathKernel | null {
  if (!inSingle.has(name)) return null;
  const known = singles.get(name) ?? mathKernels[name].inSingle();
  singles.set(name, known);
  return known;
}
