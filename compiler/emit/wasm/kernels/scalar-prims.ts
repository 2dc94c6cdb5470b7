/** Instructions for each core primitive on scalars. A bool is an i32, 0 or 1. */
import type { DType } from '../../../../src/dtype.ts';
import { InternalError, must } from '../../../../src/errors.ts';
import type { CorePrim } from '../../../../src/kernel/prims.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import type { PlainOpcode } from '../opcodes.ts';
import { valueType } from './context.ts';

/** Leaves an operand on the stack. */
export type Push = () => void;

/** Writes the operands, which `dtype` describes (the last one's), and the operation. */
export type Row = (f: FunctionBuilder, dtype: DType, args: readonly Push[]) => void;

const all = (args: readonly Push[]): void => args.forEach((push) => push());

function floatType(dtype: DType): 'f32' | 'f64' {
  const type = valueType[dtype];
  if (type === 'i32') throw new InternalError(`no float operation on ${dtype}`);
  return type;
}

const arithmetic =
  (name: 'add' | 'sub' | 'mul'): Row =>
  (f, dtype, args) => {
    all(args);
    f.op(`${valueType[dtype]}.${name}`);
  };

const float =
  (name: 'div' | 'sqrt' | 'floor' | 'ceil' | 'trunc' | 'nearest'): Row =>
  (f, dtype, args) => {
    all(args);
    f.op(`${floatType(dtype)}.${name}`);
  };

const integer =
  (name: 'rem_s' | 'and' | 'or' | 'xor' | 'shl' | 'shr_u'): Row =>
  (f, _dtype, args) => {
    all(args);
    f.op(`i32.${name}`);
  };

const equality =
  (name: 'eq' | 'ne'): Row =>
  (f, dtype, args) => {
    all(args);
    f.op(`${valueType[dtype]}.${name}`);
  };

const order =
  (name: 'lt' | 'le'): Row =>
  (f, dtype, args) => {
    all(args);
    const type = valueType[dtype];
    f.op(type === 'i32' ? `i32.${name}_s` : `${type}.${name}`);
  };

/** Writes the operands into locals, so that they can be used more than once. */
function named(f: FunctionBuilder, dtype: DType, args: readonly Push[]): Push[] {
  const locals = args.map((push) => {
    push();
    const local = f.local(valueType[dtype]);
    f.localSet(local);
    return local;
  });
  return locals.map((local) => () => f.localGet(local));
}

const extreme =
  (name: 'min' | 'max', whenLess: readonly [number, number], onBools: PlainOpcode): Row =>
  (f, dtype, args) => {
    if (dtype === 'int32') {
      const operands = named(f, dtype, args);
      const [a, b] = [must(operands[0], 'left'), must(operands[1], 'right')];
      all([must(operands[whenLess[0]], 'less'), must(operands[whenLess[1]], 'greater'), a, b]);
      f.op('i32.lt_s').op('select');
      return;
    }
    all(args);
    f.op(dtype === 'bool' ? onBools : `${floatType(dtype)}.${name}`);
  };

const negative: Row = (f, dtype, args) => {
  if (dtype === 'int32') f.i32Const(0);
  all(args);
  f.op(dtype === 'int32' ? 'i32.sub' : `${floatType(dtype)}.neg`);
};

const magnitude: Row = (f, dtype, args) => {
  if (dtype !== 'int32') {
    all(args);
    f.op(`${floatType(dtype)}.abs`);
    return;
  }
  const x = must(named(f, dtype, args)[0], 'operand');
  f.i32Const(0);
  x();
  f.op('i32.sub');
  x();
  x();
  f.i32Const(0).op('i32.lt_s').op('select');
};

/** NaN counts as positive, whatever its sign bit. */
const copysign: Row = (f, dtype, args) => {
  const [a, b] = named(f, dtype, args);
  const [x, sign] = [must(a, 'magnitude'), must(b, 'sign')];
  const type = floatType(dtype);
  x();
  sign();
  if (type === 'f32') f.f32Const(0);
  else f.f64Const(0);
  sign();
  sign();
  f.op(`${type}.eq`).op('select').op(`${type}.copysign`);
};

/** The least int32 divided by -1 wraps, where the instruction traps. */
const quotient: Row = (f, dtype, args) => {
  const [a, b] = named(f, dtype, args);
  const [x, y] = [must(a, 'dividend'), must(b, 'divisor')];
  y();
  f.i32Const(-1)
    .op('i32.eq')
    .if(
      () => {
        f.i32Const(0);
        x();
        f.op('i32.sub');
      },
      () => {
        x();
        y();
        f.op('i32.div_s');
      },
      'i32',
    );
};

const choice: Row = (f, _dtype, [test, a, b]) => {
  all([must(a, 'then'), must(b, 'else'), must(test, 'test')]);
  f.op('select');
};

const conversions: Readonly<Record<'float32' | 'float64' | 'int32', Record<DType, PlainOpcode | null>>> = {
  float32: {
    float32: null,
    float64: 'f32.demote_f64',
    int32: 'f32.convert_i32_s',
    bool: 'f32.convert_i32_s',
  },
  float64: {
    float32: 'f64.promote_f32',
    float64: null,
    int32: 'f64.convert_i32_s',
    bool: 'f64.convert_i32_s',
  },
  int32: { float32: 'i32.trunc_sat_f32_s', float64: 'i32.trunc_sat_f64_s', int32: null, bool: null },
};

const conversion =
  (to: 'float32' | 'float64' | 'int32'): Row =>
  (f, dtype, args) => {
    all(args);
    const opcode = conversions[to][dtype];
    if (opcode) f.op(opcode);
  };

const truth: Row = (f, dtype, args) => {
  all(args);
  if (dtype === 'float32') f.f32Const(0).op('f32.ne');
  else if (dtype === 'float64') f.f64Const(0).op('f64.ne');
  else if (dtype === 'int32') f.i32Const(0).op('i32.ne');
};

/** An i32 on the stack becomes the upper word of a float64 whose lower word is 0. */
const asHighWord = (f: FunctionBuilder): void => {
  f.op('i64.extend_i32_u').i64Const(32).op('i64.shl').op('f64.reinterpret_i64');
};

const highWord: Row = (f, _dtype, args) => {
  all(args);
  f.op('i64.reinterpret_f64').i64Const(32).op('i64.shr_u').op('i32.wrap_i64');
};

export const scalarPrims: Readonly<Record<CorePrim, Row>> = {
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  mul: arithmetic('mul'),
  div: float('div'),
  neg: negative,
  abs: magnitude,
  sqrt: float('sqrt'),
  min: extreme('min', [0, 1], 'i32.and'),
  max: extreme('max', [1, 0], 'i32.or'),
  floor: float('floor'),
  ceil: float('ceil'),
  trunc: float('trunc'),
  round: float('nearest'),
  copysign,
  idiv: quotient,
  irem: integer('rem_s'),
  and: integer('and'),
  or: integer('or'),
  xor: integer('xor'),
  shl: integer('shl'),
  shr: integer('shr_u'),
  eq: equality('eq'),
  ne: equality('ne'),
  lt: order('lt'),
  le: order('le'),
  not: (f, _dtype, args) => {
    all(args);
    f.op('i32.eqz');
  },
  select: choice,
  toFloat32: conversion('float32'),
  toFloat64: conversion('float64'),
  toInt32: conversion('int32'),
  toBool: truth,
  pow2: (f, _dtype, args) => {
    all(args);
    f.i32Const(1023).op('i32.add').i32Const(20).op('i32.shl');
    asHighWord(f);
  },
  exponent: (f, dtype, args) => {
    highWord(f, dtype, args);
    f.i32Const(20).op('i32.shr_u').i32Const(0x7ff).op('i32.and').i32Const(1023).op('i32.sub');
  },
  mantissa: (f, _dtype, args) => {
    all(args);
    f.op('i64.reinterpret_f64').i64Const(0xfffffffffffffn).op('i64.and');
    f.i64Const(0x3ff0000000000000n).op('i64.or').op('f64.reinterpret_i64');
  },
  highWord,
  lowWord: (f, _dtype, args) => {
    all(args);
    f.op('i64.reinterpret_f64').op('i32.wrap_i64');
  },
  fromWords: (f, _dtype, [high, low]) => {
    must(high, 'upper word')();
    f.op('i64.extend_i32_u').i64Const(32).op('i64.shl');
    must(low, 'lower word')();
    f.op('i64.extend_i32_u').op('i64.or').op('f64.reinterpret_i64');
  },
  bits: (f, _dtype, args) => {
    all(args);
    f.op('i32.reinterpret_f32');
  },
  fromBits: (f, _dtype, args) => {
    all(args);
    f.op('f32.reinterpret_i32');
  },
};
