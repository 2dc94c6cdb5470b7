/** Gives variables their values: in one local, or in as many as there are vectors. */
import { must } from '../../../../src/errors.ts';
import type { Scalar, Var } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import type { Context } from './context.ts';
import { valueType } from './context.ts';
import { computeParts } from './shared.ts';
import { varies } from './varying.ts';

/** An index is not computed where it is named but where it is used, as part of an address. */
function isIndex(context: Context, value: Scalar): boolean {
  switch (value.kind) {
    case 'prim': {
      const arithmetic = value.prim === 'add' || value.prim === 'sub' || value.prim === 'mul';
      return arithmetic && value.dtype === 'int32' && value.args.every((arg) => isIndex(context, arg));
    }
    case 'var':
      return context.vars.get(value.var)?.kind === 'index';
    case 'const':
      return value.dtype === 'int32';
    default:
      return value.kind === 'axis' || value.kind === 'size';
  }
}

/** Defines `of`; an index is only noted. */
export function define(context: Context, of: Var, value: Scalar): void {
  if (isIndex(context, value)) context.vars.set(of, { kind: 'index', value });
  else hold(context, of, compute(context, of, value, varies(context, value)));
}

/** The values of `value` in new locals. */
export function compute(context: Context, of: Var, value: Scalar, asVectors: boolean): Local[] {
  if (asVectors) return computeParts(context, value);
  const local = context.f.local(valueType[of.dtype]);
  context.writers.push(context, value);
  context.f.localSet(local);
  return [local];
}

/** Notes where `of` is held from here on; what changes with a loop that is about to open belongs inside it. */
export function hold(
  context: Context,
  of: Var,
  locals: readonly Local[],
  depth: number = context.frames.length,
): void {
  const [local] = locals;
  if (local?.type === 'v128') context.vars.set(of, { kind: 'vector', locals, depth });
  else context.vars.set(of, { kind: 'scalar', local: must(local, 'local'), depth });
}
