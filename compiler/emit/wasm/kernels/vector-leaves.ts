/** Vectors of what is not computed from vectors: scalars spread over all lanes, counters, loads, lanes one by one. */
import type { DType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import { termsOf } from './address.ts';
import type { Context } from './context.ts';
import { counterOf, depthOf, hoist, idOf, within } from './context.ts';
import { strideAlong } from '../../loops/linear.ts';
import { varies } from './varying.ts';
import { lanesOf, shapeOf } from './vector-prims.ts';

type Of<K extends Scalar['kind']> = Extract<Scalar, { kind: K }>;

/** The scalar on the stack in all lanes; a bool becomes a mask. */
export function splat(f: FunctionBuilder, dtype: DType): void {
  if (dtype === 'bool') f.i32Const(31).op('i32.shl').i32Const(31).op('i32.shr_s');
  f.op(`${shapeOf[dtype]}.splat`);
}

/** A scalar that does not change along the axis, in all lanes, computed before the loop where it can be. */
export function pushSplat(context: Context, scalar: Scalar): void {
  const { f } = context;
  const write = (): void => {
    context.writers.push(context, scalar);
    splat(f, scalar.dtype);
  };
  const depth = depthOf(context, scalar);
  if (depth < context.depth) f.localGet(hoist(context, splatKey(context, scalar), depth, 'v128', write));
  else write();
}

function splatKey(context: Context, scalar: Scalar): string {
  if (scalar.kind !== 'const') return `splat ${idOf(context, scalar.kind === 'var' ? scalar.var : scalar)}`;
  return `constant ${scalar.dtype} ${Object.is(scalar.value, -0) ? '-0' : scalar.value}`;
}

/** The values of the axis itself. */
export function pushAxis(context: Context, { axis }: Of<'axis'>, part: number): void {
  const lanes = [0, 1, 2, 3].map((lane) => 4 * part + lane);
  context.f.localGet(counterOf(context, axis).local).op('i32x4.splat');
  context.f.v128Const('i32x4', lanes).op('i32x4.add');
}

/** Elements between neighboring lanes of a load or store, where that is a known number. */
export function strideOf(context: Context, index: Scalar): number | null {
  const axis = must(context.vector?.axis, 'vector axis');
  return strideAlong(termsOf(context, index), axis, (scalar) => varies(context, scalar));
}

/** Computes a vector lane by lane. */
export function pushLanes(context: Context, scalar: Scalar, part: number): void {
  const { f } = context;
  const lanes = lanesOf[scalar.dtype];
  for (let i = 0; i < lanes; i++) {
    within(context, { lane: lanes * part + i }, () => context.writers.push(context, scalar));
    if (i === 0) f.op(`${shapeOf[scalar.dtype]}.splat`);
    else f.op(`${shapeOf[scalar.dtype]}.replace_lane`, i);
  }
  if (scalar.dtype === 'bool') f.op('i32x4.neg');
}
