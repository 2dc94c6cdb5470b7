/**
 * Writes scalar expressions as vectors: the values of an expression for successive values of the vector axis lie
 * in one vector for each four lanes, in two for float64.
 */
import { must } from '../../../../src/errors.ts';
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { Context } from './context.ts';
import { held } from './context.ts';
import { pushAllTrue, pushMask } from './masks.ts';
import { isCore } from './scalars.ts';
import { inBranch, sharedParts } from './shared.ts';
import { varies } from './varying.ts';
import { pushCorePart } from './vector-core.ts';
import { pushAxis, pushLanes, pushSplat } from './vector-leaves.ts';
import { pushLoad } from './vector-loads.ts';

type Cond = Extract<Scalar, { kind: 'cond' }>;

/** Leaves one of the vectors of `scalar` on the stack. */
export function pushPart(context: Context, scalar: Scalar, part: number): void {
  const { f } = context;
  if (!varies(context, scalar)) return pushSplat(context, scalar);
  switch (scalar.kind) {
    case 'axis':
      return pushAxis(context, scalar, part);
    case 'var': {
      const place = held(context, scalar.var);
      if (place.kind === 'index') return pushPart(context, place.value, part);
      f.localGet(must(sharedParts(context, scalar)[part], 'part'));
      return;
    }
    case 'load':
      return pushLoad(context, scalar, part);
    case 'prim':
      if (isCore(scalar.prim)) return pushCorePart(context, scalar.prim, scalar, part);
      f.localGet(must(sharedParts(context, scalar)[part], 'part'));
      return;
    case 'cond':
      return pushCond(context, scalar, part);
    default:
  }
}

function loads(scalar: Scalar): boolean {
  if (scalar.kind === 'prim') return scalar.args.some(loads);
  if (scalar.kind === 'cond') return [scalar.test, scalar.then, scalar.else].some(loads);
  return scalar.kind === 'load';
}

/** Where lanes differ and a branch reads memory, each lane takes its own branch. */
function pushCond(context: Context, scalar: Cond, part: number): void {
  const { f } = context;
  const branch = (value: Scalar) => (): void =>
    inBranch(context, () => {
      if (scalar.dtype === 'bool') pushMask(context, value, part, false);
      else pushPart(context, value, part);
    });
  if (!varies(context, scalar.test)) {
    context.writers.push(context, scalar.test);
    f.if(branch(scalar.then), branch(scalar.else), 'v128');
    return;
  }
  if (!loads(scalar.then) && !loads(scalar.else)) {
    const { dtype, test, then, else: otherwise } = scalar;
    return pushPart(context, { kind: 'prim', dtype, prim: 'select', args: [test, then, otherwise] }, part);
  }
  const lanes = scalar.dtype === 'float64' ? part >> 1 : part;
  pushAllTrue(context, scalar.test, lanes);
  f.if(branch(scalar.then), () => inBranch(context, () => pushLanes(context, scalar, part)), 'v128');
}
