/** Loads of vectors: neighboring elements, every other one, backwards, each several times, or one by one. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import type { DType } from '../../../../src/dtype.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import { pushAddress, termsOf } from './address.ts';
import type { Context } from './context.ts';
import { within } from './context.ts';
import { isAxis } from '../../loops/linear.ts';
import { varies } from './varying.ts';
import { pushLanes, strideOf } from './vector-leaves.ts';
import { lanesOf } from './vector-prims.ts';

type Load = Extract<Scalar, { kind: 'load' }>;

export function pushLoad(context: Context, scalar: Load, part: number): void {
  const { f } = context;
  const { dtype, index } = scalar;
  const stride = strideOf(context, index);
  const repeats = stride === null ? repeatsOf(context, index) : 1;
  if (stride === 1) loadAt(context, scalar, 0, 16 * part);
  else if (stride === 2) everyOther(context, scalar, part);
  else if (stride === -1) {
    loadAt(context, scalar, lanesOf[dtype] * (part + 1) - 1);
    reverse(f, dtype);
  } else if (repeats > 1) repeated(context, scalar, part, repeats);
  else return pushLanes(context, scalar, part);
  if (dtype === 'bool') f.v128Const('i32x4', [0, 0, 0, 0]).op('i32x4.ne');
}

/** Leaves the vector that begins at the element of a lane, and so many bytes behind it. */
function loadAt(context: Context, { dtype, buffer, index }: Load, lane: number, behind: number = 0): void {
  within(context, { lane }, () => {
    const offset = pushAddress(context, buffer, index) + behind;
    context.f.op('v128.load', { offset, align: bytesPerElement[dtype] });
  });
}

function everyOther(context: Context, scalar: Load, part: number): void {
  const { f } = context;
  const lane = lanesOf[scalar.dtype] * part;
  for (const behind of [0, 16]) loadAt(context, scalar, lane, behind);
  if (scalar.dtype === 'float64') f.i8x16Shuffle([0, 2], 'i64x2');
  else f.i8x16Shuffle([0, 2, 4, 6], 'i32x4');
}

function reverse(f: FunctionBuilder, dtype: DType): void {
  const local = f.local('v128');
  f.localTee(local).localGet(local);
  if (dtype === 'float64') f.i8x16Shuffle([1, 0], 'i64x2');
  else f.i8x16Shuffle([3, 2, 1, 0], 'i32x4');
}

/**
 * How many neighboring lanes read the same element, where the index holds the axis divided by 2 or 4: vectors begin
 * at multiples of 4. Otherwise 1.
 */
function repeatsOf(context: Context, index: Scalar): number {
  const changing = termsOf(context, index).filter(({ of }) =>
    of === null || isAxis(of) ? of === context.vector?.axis : varies(context, of),
  );
  const [term] = changing;
  const of = changing.length === 1 && term?.factor === 1 && term.symbols.length === 0 ? term.of : null;
  if (!of || isAxis(of) || of.kind !== 'prim' || of.prim !== 'idiv') return 1;
  const [dividend, divisor] = of.args;
  const divides = divisor?.kind === 'const' && (divisor.value === 2 || divisor.value === 4);
  return divides && dividend?.kind === 'axis' && dividend.axis === context.vector?.axis ? divisor.value : 1;
}

function repeated(context: Context, { dtype, buffer, index }: Load, part: number, repeats: number): void {
  const { f } = context;
  within(context, { lane: lanesOf[dtype] * part }, () => {
    const offset = pushAddress(context, buffer, index);
    if (dtype === 'float64') f.op('v128.load64_splat', { offset });
    else if (repeats === 4) f.op('v128.load32_splat', { offset });
    else {
      const pair = f.local('v128');
      f.op('v128.load64_zero', { offset, align: 4 }).localTee(pair).localGet(pair);
      f.i8x16Shuffle([0, 0, 1, 1], 'i32x4');
    }
  });
}
