/** Writes to memory: of scalars, of vectors, and of the lanes of vectors one by one. */
import type { DType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Scalar, Statement } from '../../../../src/kernel/language.ts';
import { pushAddress } from './address.ts';
import type { Context } from './context.ts';
import { valueType, within } from './context.ts';
import { pushMask } from './masks.ts';
import { scalarPrims } from './scalar-prims.ts';
import { varies } from './varying.ts';
import { strideOf } from './vector-leaves.ts';
import { lanesOf, vectorPrims } from './vector-prims.ts';

type Store = Extract<Statement, { kind: 'store' | 'accumulate' }>;

export function writeStore(context: Context, statement: Store): void {
  if (!context.vector || !varies(context, statement.index)) return storeScalar(context, statement);
  const parts = context.vector.groups * (4 / lanesOf[statement.buffer.dtype]);
  const contiguous = strideOf(context, statement.index) === 1;
  for (let part = 0; part < parts; part++) {
    if (contiguous) storePart(context, statement, part);
    else storeLanes(context, statement, part);
  }
}

function storeScalar(context: Context, statement: Store): void {
  const { f, writers } = context;
  const { buffer, index, value } = statement;
  const type = valueType[buffer.dtype];
  const offset = pushAddress(context, buffer, index);
  if (statement.kind === 'store') writers.push(context, value);
  else {
    const address = f.local('i32');
    f.localTee(address);
    const old = (): void => {
      f.localGet(address).op(`${type}.load`, { offset });
    };
    scalarPrims.add(f, buffer.dtype, [old, () => writers.push(context, value)]);
  }
  f.op(`${type}.store`, { offset });
}

/** A part of a value as it lies in memory, where a bool is 0 or 1. */
function pushStored(context: Context, value: Scalar, part: number): void {
  if (value.dtype !== 'bool') return context.writers.pushPart(context, value, part);
  pushMask(context, value, part, false);
  context.f.op('i32x4.neg');
}

const alignOf = (dtype: DType): number => (dtype === 'float64' ? 8 : 4);

function storePart(context: Context, statement: Store, part: number): void {
  const { f } = context;
  const { buffer, index, value } = statement;
  const memory = { offset: pushAddress(context, buffer, index) + 16 * part, align: alignOf(buffer.dtype) };
  if (statement.kind === 'accumulate') {
    const address = f.local('i32');
    f.localTee(address).localGet(address).op('v128.load', memory);
  }
  pushStored(context, value, part);
  if (statement.kind === 'accumulate') must(vectorPrims.add, 'add')(f, buffer.dtype);
  f.op('v128.store', memory);
}

function storeLanes(context: Context, statement: Store, part: number): void {
  const { f } = context;
  const { buffer, index, value } = statement;
  const lanes = lanesOf[buffer.dtype];
  const atLane = (lane: number, write: () => void): void =>
    within(context, { lane: lanes * part + lane }, write);
  if (statement.kind === 'accumulate') {
    for (let lane = 0; lane < lanes; lane++) atLane(lane, () => storeScalar(context, statement));
    return;
  }
  const local = f.local('v128');
  pushStored(context, value, part);
  f.localSet(local);
  for (let lane = 0; lane < lanes; lane++) {
    atLane(lane, () => {
      const offset = pushAddress(context, buffer, index);
      f.localGet(local).op(lanes === 2 ? 'v128.store64_lane' : 'v128.store32_lane', { offset }, lane);
    });
  }
}
