/** Writes scalar expressions: each leaves its value on the stack. */
import { roundTo } from '../../../../src/dtype.ts';
import type { DType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import { corePrims } from '../../../../src/kernel/evaluate.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { CorePrim, FunctionPrim, Prim } from '../../../../src/kernel/prims.ts';
import { factors } from '../../../../src/size.ts';
import type { Size } from '../../../../src/size.ts';
import { pushAddress } from './address.ts';
import type { Context } from './context.ts';
import { counterOf, held, valueType } from './context.ts';
import { scalarPrims } from './scalar-prims.ts';

type Of<K extends Scalar['kind']> = Extract<Scalar, { kind: K }>;

export const isCore = (prim: Prim): prim is CorePrim => Object.hasOwn(corePrims, prim);

export function push(context: Context, scalar: Scalar): void {
  const { f } = context;
  switch (scalar.kind) {
    case 'const':
      return pushConstant(context, scalar.dtype, scalar.value);
    case 'axis': {
      f.localGet(counterOf(context, scalar.axis).local);
      if (context.lane && context.vector?.axis === scalar.axis) f.i32Const(context.lane).op('i32.add');
      return;
    }
    case 'size':
      return pushSize(context, scalar.size);
    case 'var':
      return pushVariable(context, scalar);
    case 'load': {
      const offset = pushAddress(context, scalar.buffer, scalar.index);
      f.op(`${valueType[scalar.dtype]}.load`, { offset });
      return;
    }
    case 'prim':
      return isCore(scalar.prim)
        ? pushCore(context, scalar.prim, scalar)
        : pushMath(context, scalar.prim, scalar);
    case 'cond':
      push(context, scalar.test);
      f.if(
        () => push(context, scalar.then),
        () => push(context, scalar.else),
        valueType[scalar.dtype],
      );
  }
}

export function pushConstant({ f }: Context, dtype: DType, value: number): void {
  const rounded = roundTo(dtype, value);
  if (dtype === 'float32') f.f32Const(rounded);
  else if (dtype === 'float64') f.f64Const(rounded);
  else f.i32Const(rounded);
}

export function pushSize({ f, symbols }: Context, size: Size): void {
  const { coefficient, symbols: names } = factors(size);
  f.i32Const(coefficient);
  for (const name of names) f.localGet(must(symbols.get(name), `size ${name}`)).op('i32.mul');
}

function pushVariable(context: Context, { var: of }: Of<'var'>): void {
  const { f, lane } = context;
  const place = held(context, of);
  if (place.kind === 'index') return push(context, place.value);
  if (place.kind === 'scalar') {
    f.localGet(place.local);
    return;
  }
  if (lane === null) throw new Error(`internal: vector ${of.name} is used as a scalar`);
  const lanes = of.dtype === 'float64' ? 2 : 4;
  f.localGet(must(place.locals[Math.floor(lane / lanes)], 'part'));
  if (of.dtype === 'float64') f.op('f64x2.extract_lane', lane % lanes);
  else f.op(of.dtype === 'float32' ? 'f32x4.extract_lane' : 'i32x4.extract_lane', lane % lanes);
  // A mask holds -1 where a bool is 1.
  if (of.dtype === 'bool') f.i32Const(1).op('i32.and');
}

function pushCore(context: Context, name: CorePrim, { args }: Of<'prim'>): void {
  const { dtype } = must(args.at(-1), 'operand');
  if (name === 'idiv' && dividesPlainly(args[1])) {
    for (const arg of args) push(context, arg);
    context.f.op('i32.div_s');
    return;
  }
  scalarPrims[name](
    context.f,
    dtype,
    args.map((arg) => () => push(context, arg)),
  );
}

/** Whether a divisor can be neither 0 nor -1. */
export function dividesPlainly(divisor: Scalar | undefined): boolean {
  return divisor?.kind === 'size' || (divisor?.kind === 'const' && divisor.value > 0);
}

/** Math kernels compute in float64; a float32 result is rounded once. */
function pushMath(context: Context, name: FunctionPrim, { dtype, args }: Of<'prim'>): void {
  const { f, module } = context;
  for (const arg of args) {
    push(context, arg);
    if (arg.dtype === 'float32') f.op('f64.promote_f32');
  }
  f.call(module.math(name));
  if (dtype === 'float32') f.op('f32.demote_f64');
}
