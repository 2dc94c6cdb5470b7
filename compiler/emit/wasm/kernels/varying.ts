/** What changes along the axis that vectors run along, and in how many parts it is held. */
import type { Scalar } from '../../../../src/kernel/language.ts';
import type { Context, VectorAxis } from './context.ts';
import { held } from './context.ts';

/** Whether a scalar may have different values in the lanes of a vector. */
export function varies(context: Context, scalar: Scalar): boolean {
  const { vector } = context;
  if (!vector) return false;
  const known = vector.varying.get(scalar);
  if (known !== undefined) return known;
  const found = find(context, vector, scalar);
  vector.varying.set(scalar, found);
  return found;
}

function find(context: Context, vector: VectorAxis, scalar: Scalar): boolean {
  switch (scalar.kind) {
    case 'const':
    case 'size':
      return false;
    case 'axis':
      return scalar.axis === vector.axis;
    case 'var': {
      const place = held(context, scalar.var);
      return place.kind === 'vector' || (place.kind === 'index' && varies(context, place.value));
    }
    case 'load':
      return varies(context, scalar.index);
    case 'prim':
      return scalar.args.some((arg) => varies(context, arg));
    case 'cond':
      return [scalar.test, scalar.then, scalar.else].some((part) => varies(context, part));
  }
}

const comparisons: ReadonlySet<string> = new Set(['eq', 'ne', 'lt', 'le', 'toBool']);
const logic: ReadonlySet<string> = new Set(['and', 'or', 'xor', 'not']);

/** Whether a bool is held as masks of float64 elements, two lanes each: it comes from comparing them. */
export function isWide(context: Context, scalar: Scalar): boolean {
  if (scalar.kind === 'var') {
    const place = held(context, scalar.var);
    return place.kind === 'vector' && place.locals.length > (context.vector?.groups ?? 1);
  }
  if (scalar.kind !== 'prim') return false;
  if (comparisons.has(scalar.prim)) return scalar.args[0]?.dtype === 'float64';
  return logic.has(scalar.prim) && scalar.args.every((arg) => isWide(context, arg));
}

/** The number of vectors that hold a scalar. */
export function partsOf(context: Context, scalar: Scalar): number {
  const groups = context.vector?.groups ?? 1;
  const { dtype } = scalar;
  const wide = dtype === 'float64' || (dtype === 'bool' && isWide(context, scalar));
  return wide ? 2 * groups : groups;
}
