/** Writes to memory: of scalars, of vectors, and of the lanes of vectors one by one. */
import type { DType } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Scalar, Statement } from '../../../../src/kernel/language.ts';
import type { FunctionBuilder } from '../function-builder.ts';
import type { Local } from '../locals.ts';
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
  const count = lanesToStore(context, buffer.dtype, part);
  if (count === 0) return;
  const memory = { offset: pushAddress(context, buffer, index) + 16 * part, align: alignOf(buffer.dtype) };
  const whole = count === lanesOf[buffer.dtype];
  const address = f.local('i32');
  if (statement.kind === 'accumulate') f.localTee(address).localGet(address).op('v128.load', memory);
  else if (!whole) f.localSet(address);
  pushStored(context, value, part);
  if (statement.kind === 'accumulate') must(vectorPrims.add, 'add')(f, buffer.dtype);
  if (whole) f.op('v128.store', memory);
  else {
    const local = f.local('v128');
    f.localSet(local);
    if (statement.kind === 'accumulate') f.op('drop');
    eachLane(context, buffer.dtype, part, (lane) => {
      f.localGet(address);
      storeLane(f, buffer.dtype, local, lane, memory.offset + alignOf(buffer.dtype) * lane);
    });
  }
}

/** The lanes of a part that are inside the axis, or null where only the module knows. */
function lanesToStore({ vector }: Context, dtype: DType, part: number): number | null {
  const lanes = lanesOf[dtype];
  const valid = vector?.valid ?? Infinity;
  return typeof valid === 'number' ? Math.min(lanes, Math.max(0, valid - lanes * part)) : null;
}

/** Writes `write` for each lane of a part that is inside the axis. */
function eachLane(context: Context, dtype: DType, part: number, write: (lane: number) => void): void {
  const { f, vector } = context;
  const lanes = lanesOf[dtype];
  const count = lanesToStore(context, dtype, part);
  for (let lane = 0; lane < (count ?? lanes); lane++) {
    if (count !== null || typeof vector?.valid !== 'object') write(lane);
    else {
      f.localGet(vector.valid)
        .i32Const(lanes * part + lane)
        .op('i32.gt_s');
      f.if(() => write(lane));
    }
  }
}

function storeLane(f: FunctionBuilder, dtype: DType, from: Local, lane: number, offset: number): void {
  f.localGet(from).op(lanesOf[dtype] === 2 ? 'v128.store64_lane' : 'v128.store32_lane', { offset }, lane);
}

function storeLanes(context: Context, statement: Store, part: number): void {
  const { f } = context;
  const { buffer, index, value } = statement;
  const { dtype } = buffer;
  const atLane = (lane: number, write: () => void): void =>
    within(context, { lane: lanesOf[dtype] * part + lane }, write);
  if (statement.kind === 'accumulate') {
    eachLane(context, dtype, part, (lane) => atLane(lane, () => storeScalar(context, statement)));
    return;
  }
  const local = f.local('v128');
  pushStored(context, value, part);
  f.localSet(local);
  eachLane(context, dtype, part, (lane) =>
    atLane(lane, () => storeLane(f, dtype, local, lane, pushAddress(context, buffer, index))),
  );
}
