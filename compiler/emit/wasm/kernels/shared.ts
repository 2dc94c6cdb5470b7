/** Vectors that are needed more than once: each part is computed into a local. */
import { must } from '../../../../src/errors.ts';
import type { Scalar, Var } from '../../../../src/kernel/language.ts';
import type { MathKernel } from '../../../../src/kernel/math/kernel.ts';
import { mathKernels, singleKernel } from '../../../../src/kernel/math/kernels.ts';
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
  if (scalar.kind === 'prim' && !isCore(scalar.prim)) return inlineParts(context, scalar.prim, scalar);
  return Array.from({ length: partsOf(context, scalar) }, (_, part) => {
    const local = f.local('v128');
    context.writers.pushPart(context, scalar, part);
    f.localSet(local);
    return local;
  });
}

/**
 * Computes a math kernel where it is used: its constants stay in registers or on the stack around the loop, which is
 * twice as fast as a function that has to make them each time. Float32 results are rounded once, or computed in
 * float32 where numerics are fast; what is compensated in float64 stays as it is described.
 */
function inlineParts(context: Context, name: FunctionPrim, scalar: Prim): Local[] {
  const groups = must(context.vector, 'vector axis').groups;
  const isFast = context.module.numerics === 'fast' && scalar.dtype === 'float32';
  const single = isFast ? singleKernel(name) : null;
  if (single) return runInline(context, single, scalar, groups, context.writers.pushPart);
  let wide: Local[] = [];
  within(context, { contracts: false }, () => {
    wide = runInline(context, mathKernels[name], scalar, 2 * groups, pushWidened);
  });
  return scalar.dtype === 'float64'
    ? wide
    : Array.from({ length: groups }, (_, i) => rounded(context, wide, i));
}

/** The values of a kernel whose arguments have so many parts. */
function runInline(
  context: Context,
  { params, body, result }: MathKernel,
  { args }: Prim,
  parts: number,
  pushArgument: Context['writers']['pushPart'],
): Local[] {
  const { f } = context;
  const held = args.map((arg) =>
    Array.from({ length: parts }, (_, part) => {
      const local = f.local('v128');
      pushArgument(context, arg, part);
      f.localSet(local);
      return local;
    }),
  );
  params.forEach((param, i) => holdParts(context, param, must(held[i], 'argument')));
  for (const { var: of, value } of body) holdParts(context, of, apart(context, value));
  return apart(context, result);
}

function holdParts({ vars, frames }: Context, of: Var, locals: readonly Local[]): void {
  vars.set(of, { kind: 'vector', locals, depth: frames.length });
}

/** The parts of a scalar that shares nothing with the rest of the statement. */
function apart(context: Context, scalar: Scalar): Local[] {
  let locals: Local[] = [];
  within(context, { shared: new Map() }, () => {
    locals = computeParts(context, scalar);
  });
  return locals;
}

/** The float32 lanes of a group whose float64 lanes are in two vectors. */
function rounded({ f }: Context, wide: readonly Local[], group: number): Local {
  const local = f.local('v128');
  for (const half of [0, 1]) f.localGet(must(wide[2 * group + half], 'part')).op('f32x4.demote_f64x2_zero');
  f.i8x16Shuffle([0, 1, 4, 5], 'i32x4').localSet(local);
  return local;
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
