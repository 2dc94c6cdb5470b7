/** Writes reductions. */
import { bytesPerElement, isFloat } from '../../../../src/dtype.ts';
import type { Statement } from '../../../../src/kernel/language.ts';
import { combinePrim, neutral } from '../../../../src/kernel/run.ts';
import type { Context } from './context.ts';
import { valueType } from './context.ts';
import { nestOver } from './loops.ts';
import { scalarPrims } from './scalar-prims.ts';
import { push, pushConstant } from './scalars.ts';
import { writeAll } from './statements.ts';

type Reduce = Extract<Statement, { kind: 'reduce' }>;

/** Whether the order of a reduction does not matter: extremes, and integers, which wrap. */
const isFree = ({ combine, var: of }: Reduce): boolean =>
  combine === 'max' || combine === 'min' || !isFloat(of.dtype);

export function writeReduce(context: Context, statement: Reduce): void {
  if (statement.order === 'lanes' && !isFree(statement)) writeLanes(context, statement);
  else writeSequential(context, statement);
}

function writeSequential(context: Context, { var: of, combine, axes, body, value }: Reduce): void {
  const { f } = context;
  const total = f.local(valueType[of.dtype]);
  pushConstant(context, of.dtype, neutral(combine, of.dtype));
  f.localSet(total);
  nestOver(context, axes, () => {
    writeAll(context, body);
    scalarPrims[combinePrim[combine]](f, of.dtype, [() => f.localGet(total), () => push(context, value)]);
    f.localSet(total);
  });
  context.vars.set(of, { kind: 'scalar', local: total, depth: context.frames.length });
}

const lanes = 16;

/** 16 partial results in memory, joined by a halving tree. */
function writeLanes(context: Context, { var: of, combine, axes, body, value }: Reduce): void {
  const { f, module } = context;
  const type = valueType[of.dtype];
  const bytes = bytesPerElement[of.dtype];
  const offset = module.scratch(lanes * bytes);
  const [partials, lane, address] = [f.local('i32'), f.local('i32'), f.local('i32')];
  const join = scalarPrims[combinePrim[combine]];
  f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localSet(partials);
  for (let i = 0; i < lanes; i++) {
    f.localGet(partials);
    pushConstant(context, of.dtype, neutral(combine, of.dtype));
    f.op(`${type}.store`, { offset: i * bytes });
  }
  f.i32Const(0).localSet(lane);
  nestOver(context, axes, () => {
    writeAll(context, body);
    f.localGet(partials).localGet(lane).op('i32.add').localTee(address);
    join(f, of.dtype, [() => f.localGet(address).op(`${type}.load`), () => push(context, value)]);
    f.op(`${type}.store`);
    f.localGet(lane)
      .i32Const(bytes)
      .op('i32.add')
      .i32Const((lanes - 1) * bytes)
      .op('i32.and')
      .localSet(lane);
  });
  let values = Array.from({ length: lanes }, (_, i) => {
    const local = f.local(type);
    f.localGet(partials)
      .op(`${type}.load`, { offset: i * bytes })
      .localSet(local);
    return local;
  });
  for (let half = lanes / 2; half >= 1; half /= 2) {
    values = values.slice(0, half).map((left, i) => {
      const right = values[i + half] ?? left;
      join(f, of.dtype, [() => f.localGet(left), () => f.localGet(right)]);
      f.localSet(left);
      return left;
    });
  }
  const [total = address] = values;
  context.vars.set(of, { kind: 'scalar', local: total, depth: context.frames.length });
}
