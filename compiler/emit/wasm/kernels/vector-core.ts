/** Core primitives on vectors. */
import { must } from '../../../../src/errors.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { CorePrim } from '../../../../src/kernel/prims.ts';
import { termsOf } from './address.ts';
import type { Context } from './context.ts';
import { isAxis } from '../../loops/linear.ts';
import { first, pushMask, second } from './masks.ts';
import { dividesPlainly } from './scalars.ts';
import { pushHalf, pushWidened, sharedParts } from './shared.ts';
import { isWide, varies } from './varying.ts';
import { pushMultiplyAdd } from './multiply-add.ts';
import { pushLanes, splat } from './vector-leaves.ts';
import { compare, vectorPrims } from './vector-prims.ts';
import { bitMoves } from './vector-words.ts';

type Prim = Extract<Scalar, { kind: 'prim' }>;

/** Leaves one part of the result. */
export type Row = (context: Context, scalar: Prim, part: number) => void;

/** Leaves a part of a primitive whose operands have vectors of the same form, or of a form that its row knows. */
export function pushCorePart(context: Context, name: CorePrim, scalar: Prim, part: number): void {
  const special = specials[name] ?? bitMoves[name];
  if (special) return special(context, scalar, part);
  if (pushMultiplyAdd(context, scalar, part)) return;
  const row = must(vectorPrims[name], `vector form of ${name}`);
  const wide = scalar.dtype === 'bool' && isWide(context, scalar);
  for (const arg of scalar.args) {
    if (arg.dtype === 'bool') pushMask(context, arg, part, wide);
    else context.writers.pushPart(context, arg, part);
  }
  row(context.f, first(scalar.args).dtype);
}

const comparison =
  (name: 'eq' | 'ne' | 'lt' | 'le'): Row =>
  (context, { args }, part) => {
    for (const arg of args) {
      if (arg.dtype === 'bool') pushMask(context, arg, part, false);
      else context.writers.pushPart(context, arg, part);
    }
    compare(context.f, name, first(args).dtype);
  };

const truth: Row = (context, { args }, part) => {
  const x = first(args);
  if (x.dtype === 'bool') return pushMask(context, x, part, false);
  context.writers.pushPart(context, x, part);
  context.f.v128Const('i32x4', [0, 0, 0, 0]);
  compare(context.f, 'ne', x.dtype);
};

const choice: Row = (context, { dtype, args }, part) => {
  const { f, writers } = context;
  const [test, then, otherwise] = [first(args), second(args), must(args[2], 'else')];
  for (const side of [then, otherwise]) {
    if (dtype === 'bool') pushMask(context, side, part, false);
    else writers.pushPart(context, side, part);
  }
  if (varies(context, test)) {
    pushMask(context, test, part, dtype === 'float64');
    f.op('v128.bitselect');
  } else {
    writers.push(context, test);
    f.op('select');
  }
};

/** NaN counts as positive, whatever its sign bit. */
const copysign: Row = (context, { dtype, args }, part) => {
  const { f, writers } = context;
  const shape = dtype === 'float64' ? 'f64x2' : 'f32x4';
  const sign = f.local('v128');
  writers.pushPart(context, first(args), part);
  f.op(`${shape}.abs`);
  writers.pushPart(context, second(args), part);
  f.localTee(sign).localGet(sign).localGet(sign).op(`${shape}.eq`).op('v128.and');
  if (dtype === 'float64') f.v128Const('f64x2', [-0, -0]);
  else f.v128Const('f32x4', [-0, -0, -0, -0]);
  f.op('v128.and').op('v128.or');
};

/** Shifts take one count for all lanes. */
const shift =
  (name: 'shl' | 'shr_u'): Row =>
  (context, scalar, part) => {
    const { f, writers } = context;
    const count = second(scalar.args);
    if (varies(context, count)) return pushLanes(context, scalar, part);
    writers.pushPart(context, first(scalar.args), part);
    writers.push(context, count);
    f.op(`i32x4.${name}`);
  };

/** The quotient of int32 by a positive number, in float64: the truncated quotient is exact. */
function pushQuotient(context: Context, dividend: Scalar, divisor: Scalar, part: number): void {
  const { f, writers } = context;
  for (const half of [0, 1]) {
    pushHalf(context, dividend, 2 * part + half);
    f.op('f64x2.convert_low_i32x4_s');
    writers.push(context, divisor);
    f.op('f64.convert_i32_s').op('f64x2.splat').op('f64x2.div').op('i32x4.trunc_sat_f64x2_s_zero');
  }
  f.i8x16Shuffle([0, 1, 4, 5], 'i32x4');
}

/** The exponent of a divisor that is a power of two, where the dividend is not negative; else null. */
function shiftOf(context: Context, dividend: Scalar, divisor: Scalar): number | null {
  if (divisor.kind !== 'const' || !Number.isInteger(Math.log2(divisor.value))) return null;
  const terms = termsOf(context, dividend);
  const isCount = terms.every(({ of, factor }) => factor > 0 && (of === null || isAxis(of)));
  return isCount ? Math.log2(divisor.value) : null;
}

const quotient: Row = (context, scalar, part) => {
  const [dividend, divisor] = [first(scalar.args), second(scalar.args)];
  const shift = shiftOf(context, dividend, divisor);
  if (shift !== null) {
    context.writers.pushPart(context, dividend, part);
    context.f.i32Const(shift).op('i32x4.shr_u');
  } else if (dividesPlainly(divisor)) pushQuotient(context, dividend, divisor, part);
  else pushLanes(context, scalar, part);
};

const remainder: Row = (context, scalar, part) => {
  const [dividend, divisor] = [first(scalar.args), second(scalar.args)];
  if (!dividesPlainly(divisor)) return pushLanes(context, scalar, part);
  const { f, writers } = context;
  const shift = shiftOf(context, dividend, divisor);
  if (shift !== null) {
    writers.pushPart(context, dividend, part);
    f.i32Const(2 ** shift - 1)
      .op('i32x4.splat')
      .op('v128.and');
    return;
  }
  f.localGet(must(sharedParts(context, dividend)[part], 'part'));
  pushQuotient(context, dividend, divisor, part);
  writers.push(context, divisor);
  splat(f, 'int32');
  f.op('i32x4.mul').op('i32x4.sub');
};

const toFloat32: Row = (context, { args }, part) => {
  const { f, writers } = context;
  const x = first(args);
  if (x.dtype === 'float64') {
    for (const half of [0, 1]) {
      writers.pushPart(context, x, 2 * part + half);
      f.op('f32x4.demote_f64x2_zero');
    }
    f.i8x16Shuffle([0, 1, 4, 5], 'i32x4');
  } else if (x.dtype === 'bool') {
    pushMask(context, x, part, false);
    f.v128Const('f32x4', [1, 1, 1, 1]).op('v128.and');
  } else {
    writers.pushPart(context, x, part);
    if (x.dtype === 'int32') f.op('f32x4.convert_i32x4_s');
  }
};

const toFloat64: Row = (context, { args }, part) => {
  const { f } = context;
  const x = first(args);
  if (x.dtype === 'bool') {
    pushMask(context, x, part, true);
    f.v128Const('f64x2', [1, 1]).op('v128.and');
  } else if (x.dtype === 'int32') {
    pushHalf(context, x, part);
    f.op('f64x2.convert_low_i32x4_s');
  } else pushWidened(context, x, part);
};

const toInt32: Row = (context, { args }, part) => {
  const { f, writers } = context;
  const x = first(args);
  if (x.dtype === 'float64') {
    for (const half of [0, 1]) {
      writers.pushPart(context, x, 2 * part + half);
      f.op('i32x4.trunc_sat_f64x2_s_zero');
    }
    f.i8x16Shuffle([0, 1, 4, 5], 'i32x4');
  } else if (x.dtype === 'bool') {
    pushMask(context, x, part, false);
    f.op('i32x4.neg');
  } else {
    writers.pushPart(context, x, part);
    if (x.dtype === 'float32') f.op('i32x4.trunc_sat_f32x4_s');
  }
};

const specials: Readonly<Partial<Record<CorePrim, Row>>> = {
  eq: comparison('eq'),
  ne: comparison('ne'),
  lt: comparison('lt'),
  le: comparison('le'),
  toBool: truth,
  select: choice,
  copysign,
  shl: shift('shl'),
  shr: shift('shr_u'),
  idiv: quotient,
  irem: remainder,
  toFloat32,
  toFloat64,
  toInt32,
};
