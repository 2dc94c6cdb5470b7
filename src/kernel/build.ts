/** Builders of scalar expressions and statements. They infer dtypes and fold integer index arithmetic. */
import type { DType } from '../dtype.ts';
import type { Size } from '../size.ts';
import { factors } from '../size.ts';
import type { Axis, Buffer, Scalar, Statement, Var } from './language.ts';
import type { Prim } from './prims.ts';

const boolPrims: ReadonlySet<Prim> = new Set<Prim>(['eq', 'ne', 'lt', 'le', 'not', 'toBool']);
const resultDType: { readonly [P in Prim]?: DType } = {
  toFloat32: 'float32',
  toFloat64: 'float64',
  toInt32: 'int32',
  pow2: 'float64',
  exponent: 'int32',
  mantissa: 'float64',
  highWord: 'int32',
  lowWord: 'int32',
  fromWords: 'float64',
  bits: 'int32',
  fromBits: 'float32',
};

/** The dtype that `prim` makes of its arguments. */
function dtypeOf(prim: Prim, args: readonly Scalar[]): DType {
  if (boolPrims.has(prim)) return 'bool';
  const fixed = resultDType[prim];
  if (fixed) return fixed;
  const operand = prim === 'select' ? args[1] : args[0];
  if (!operand) throw new Error(`internal: prim ${prim} without operands`);
  return operand.dtype;
}

/** Applies a primitive; operands of one prim share a dtype. */
export function prim(name: Prim, ...args: readonly Scalar[]): Scalar {
  return { kind: 'prim', dtype: dtypeOf(name, args), prim: name, args };
}

export function constant(dtype: DType, value: number): Scalar {
  return { kind: 'const', dtype, value };
}

export const float64 = (value: number): Scalar => constant('float64', value);
export const int32 = (value: number): Scalar => constant('int32', value);

export const axisOf = (axis: Axis): Scalar => ({ kind: 'axis', dtype: 'int32', axis });
export const variable = (of: Var): Scalar => ({ kind: 'var', dtype: of.dtype, var: of });
export const load = (buffer: Buffer, index: Scalar): Scalar => ({
  kind: 'load',
  dtype: buffer.dtype,
  buffer,
  index,
});
export const sizeOf = (size: Size): Scalar =>
  typeof size === 'number'
    ? int32(size)
    : factors(size).coefficient === 0
      ? int32(0)
      : { kind: 'size', dtype: 'int32', size };

/** Evaluates one branch only. */
export const cond = (test: Scalar, then: Scalar, otherwise: Scalar): Scalar => ({
  kind: 'cond',
  dtype: then.dtype,
  test,
  then,
  else: otherwise,
});

export const letVar = (of: Var, value: Scalar): Statement => ({ kind: 'let', var: of, value });

/** `x + y` on indices. */
export function indexAdd(x: Scalar, y: Scalar): Scalar {
  if (x.kind === 'const' && y.kind === 'const') return int32(x.value + y.value);
  if (x.kind === 'const') return indexAdd(y, x);
  if (y.kind === 'const' && y.value === 0) return x;
  return prim('add', x, y);
}

/** `x * size` on indices. */
export function indexMul(x: Scalar, size: Size): Scalar {
  if (size === 1) return x;
  if (size === 0) return int32(0);
  if (x.kind === 'const' && typeof size === 'number') return int32(x.value * size);
  if (x.kind === 'const' && x.value === 0) return x;
  if (x.kind === 'const' && x.value === 1) return sizeOf(size);
  return prim('mul', x, sizeOf(size));
}
