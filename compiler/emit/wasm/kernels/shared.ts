/** Vectors that are needed more than once: each part is computed into a local. */
import { must } from '../../../../src/errors.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { FunctionPrim } from '../../../../src/kernel/prims.ts';
import type { Local } from '../locals.ts';
import type { Context } from './context.ts';
import { held, within } from './context.ts';
import { isCore } from './scalars.ts';
import { partsOf } from './varying.ts';

type Prim = Extract<Scalar, { kind: 'prim' }>;

/** The parts of a scalar. They hold until the end of the statement, or of the branch. */
export function sharedParts(context: Context, scalar: Scalar): readonly Local[] {
  const place = scalar.kind === 'var' ? held(context, scalar.var) : null;
  if (place?.kind === 'vector') return place.locals;
  const known = context.shared.get(scalar);
  if (known) return known;
  const locals = computeParts(context, scalar);
  context.shared.set(scalar, locals);
  return locals;
}

/** Computes all parts of a scalar into new locals. */
export function computeParts(context: Context, scalar: Scalar): Local[] {
  const { f } = context;
  if (scalar.kind === 'prim' && !isCore(scalar.prim)) return callParts(context, scalar.prim, scalar);
  return Array.from({ length: partsOf(context, scalar) }, (_, part) => {
    const local = f.local('v128');
    context.writers.pushPart(context, scalar, part);
    f.localSet(local);
    return local;
  });
}

/** Calls a math kernel for each group of four lanes; float32 results are rounded once. */
function callParts(context: Context, name: FunctionPrim, { dtype, args }: Prim): Local[] {
  const { f, module } = context;
  const groups = must(context.vector, 'vector axis').groups;
  const locals: Local[] = [];
  for (let group = 0; group < groups; group++) {
    for (const arg of args) for (const half of [0, 1]) pushWidened(context, arg, 2 * group + half);
    f.call(module.math(name, 'vector'));
    const [low, high] = [f.local('v128'), f.local('v128')];
    f.localSet(high).localSet(low);
    if (dtype === 'float64') locals.push(low, high);
    else {
      f.localGet(low).op('f32x4.demote_f64x2_zero').localGet(high).op('f32x4.demote_f64x2_zero');
      f.i8x16Shuffle([0, 1, 4, 5], 'i32x4').localSet(low);
      locals.push(low);
    }
  }
  return locals;
}

/** A part of a float operand as float64. */
export function pushWidened(context: Context, scalar: Scalar, part: number): void {
  const { f } = context;
  if (scalar.dtype === 'float64') return context.writers.pushPart(context, scalar, part);
  pushHalf(context, scalar, part);
  f.op('f64x2.promote_low_f32x4');
}

/** Moves the two lanes that belong to `part` of float64 elements into the lower half. */
export function pushHalf(context: Context, scalar: Scalar, part: number): void {
  const { f } = context;
  const local = must(sharedParts(context, scalar)[part >> 1], 'part');
  f.localGet(local);
  if (part % 2 === 1) f.localGet(local).i8x16Shuffle([2, 3, 2, 3], 'i32x4');
}

/** Writes a branch: what is computed in it is not there outside. */
export function inBranch(context: Context, write: () => void): void {
  within(context, { shared: new Map(context.shared) }, write);
}
