/** Writes statements of the kernel language. */
import { must } from '../../../../src/errors.ts';
import type { Scalar, Statement, Var } from '../../../../src/kernel/language.ts';
import { pushAddress } from './address.ts';
import type { Context, Held } from './context.ts';
import { held, valueType } from './context.ts';
import { loopOver } from './loops.ts';
import { writeReduce } from './reduce.ts';
import { scalarPrims } from './scalar-prims.ts';
import { push } from './scalars.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

export function writeAll(context: Context, body: readonly Statement[]): void {
  for (const statement of body) writeStatement(context, statement);
}

function writeStatement(context: Context, statement: Statement): void {
  switch (statement.kind) {
    case 'let':
      return writeLet(context, statement);
    case 'store':
      return writeStore(context, statement);
    case 'accumulate':
      return writeAccumulate(context, statement);
    case 'loop':
    case 'ordered':
      return loopOver(context, statement.axis, () => writeAll(context, statement.body));
    case 'carry':
      return writeCarry(context, statement);
    case 'reduce':
      return writeReduce(context, statement);
  }
}

/** An index is not computed where it is named but where it is used, as part of an address. */
function isIndex({ vars }: Context, value: Scalar): boolean {
  if (value.kind === 'prim') {
    const arithmetic = value.prim === 'add' || value.prim === 'sub' || value.prim === 'mul';
    return (
      arithmetic && value.dtype === 'int32' && value.args.every((arg) => isIndex({ vars } as Context, arg))
    );
  }
  if (value.kind === 'var') return vars.get(value.var)?.kind === 'index';
  return (
    value.kind === 'axis' || value.kind === 'size' || (value.kind === 'const' && value.dtype === 'int32')
  );
}

function writeLet(context: Context, { var: of, value }: Of<'let'>): void {
  if (isIndex(context, value)) {
    context.vars.set(of, { kind: 'index', value });
    return;
  }
  define(context, of, value);
}

/** Computes `value` into a local of its own. */
export function define(context: Context, of: Var, value: Scalar): void {
  const local = context.f.local(valueType[of.dtype]);
  push(context, value);
  context.f.localSet(local);
  context.vars.set(of, { kind: 'scalar', local, depth: context.frames.length });
}

function writeStore(context: Context, { buffer, index, value }: Of<'store'>): void {
  const offset = pushAddress(context, buffer, index);
  push(context, value);
  context.f.op(`${valueType[buffer.dtype]}.store`, { offset });
}

function writeAccumulate(context: Context, { buffer, index, value }: Of<'accumulate'>): void {
  const { f } = context;
  const type = valueType[buffer.dtype];
  const offset = pushAddress(context, buffer, index);
  const address = f.local('i32');
  f.localTee(address);
  scalarPrims.add(f, buffer.dtype, [
    () => f.localGet(address).op(`${type}.load`, { offset }),
    () => push(context, value),
  ]);
  f.op(`${type}.store`, { offset });
}

function writeCarry(context: Context, { axis, vars, body }: Of<'carry'>): void {
  const { f } = context;
  // Inside the loop a carried value changes from one iteration to the next.
  const inside = context.frames.length + 1;
  for (const { var: of, init } of vars) {
    define(context, of, init);
    context.vars.set(of, { ...held(context, of), depth: inside } as Held);
  }
  loopOver(context, axis, () => {
    writeAll(context, body);
    for (const { next } of vars) push(context, next);
    for (const { var: of } of [...vars].reverse()) {
      const place = held(context, of);
      if (place.kind === 'scalar') f.localSet(must(place.local, 'carried'));
    }
  });
}
