/** Vector instructions for the core primitives that work on each part of their operands alone. */
import type { DType } from '../../../../src/dtype.ts';
import { InternalError } from '../../../../src/errors.ts';
import type { CorePrim } from '../../../../src/kernel/prims.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import type { PlainOpcode } from '../opcodes.ts';

/** How a vector of a dtype is divided. A vector of bools is a mask: all bits of a lane are equal. */
export const shapeOf: {
  readonly float32: 'f32x4';
  readonly float64: 'f64x2';
  readonly int32: 'i32x4';
  readonly bool: 'i32x4';
} = {
  float32: 'f32x4',
  float64: 'f64x2',
  int32: 'i32x4',
  bool: 'i32x4',
};

/** Elements of a dtype in one vector; a mask may be that of float64 elements. */
export const lanesOf: Readonly<Record<DType, number>> = { float32: 4, float64: 2, int32: 4, bool: 4 };

/** The instruction on operands that are on the stack already. */
type Row = (f: FunctionBuilder, dtype: DType) => void;

function floatShape(dtype: DType): 'f32x4' | 'f64x2' {
  if (dtype === 'float32' || dtype === 'float64') return shapeOf[dtype];
  throw new InternalError(`no float vector operation on ${dtype}`);
}

const float =
  (name: 'div' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest'): Row =>
  (f, dtype) => {
    f.op(`${floatShape(dtype)}.${name}`);
  };

const arithmetic =
  (name: 'add' | 'sub' | 'mul' | 'neg' | 'abs'): Row =>
  (f, dtype) => {
    f.op(`${shapeOf[dtype]}.${name}`);
  };

const extreme =
  (name: 'min' | 'max', onBools: PlainOpcode): Row =>
  (f, dtype) => {
    if (dtype === 'bool') f.op(onBools);
    else f.op(dtype === 'int32' ? `i32x4.${name}_s` : `${floatShape(dtype)}.${name}`);
  };

const bits =
  (name: 'and' | 'or' | 'xor' | 'not'): Row =>
  (f) => {
    f.op(`v128.${name}`);
  };

export const vectorPrims: Readonly<Partial<Record<CorePrim, Row>>> = {
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  neg: arithmetic('neg'),
  abs: arithmetic('abs'),
  div: float('div'),
  sqrt: float('sqrt'),
  floor: float('floor'),
  ceil: float('ceil'),
  trunc: float('trunc'),
  round: float('nearest'),
  min: extreme('min', 'v128.and'),
  max: extreme('max', 'v128.or'),
  and: bits('and'),
  or: bits('or'),
  xor: bits('xor'),
  not: bits('not'),
};

/** Comparisons of numbers; of bools they are written by their bits. */
export function compare(f: FunctionBuilder, name: 'eq' | 'ne' | 'lt' | 'le', dtype: DType): void {
  if (dtype === 'bool') compareBools(f, name);
  else if (dtype !== 'int32') f.op(`${floatShape(dtype)}.${name}`);
  else f.op(name === 'eq' || name === 'ne' ? `i32x4.${name}` : `i32x4.${name}_s`);
}

function compareBools(f: FunctionBuilder, name: 'eq' | 'ne' | 'lt' | 'le'): void {
  // A mask that is true is -1, less than one that is false.
  if (name === 'lt') f.op('i32x4.gt_s');
  else if (name === 'le') f.op('i32x4.ge_s');
  else f.op(`i32x4.${name}`);
}
