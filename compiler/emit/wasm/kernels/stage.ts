/** A short queue in memory between a loop that makes values one or four at a time, and 16 partial results. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import type { Axis } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import type { Context } from './context.ts';
import { valueType, within } from './context.ts';
import type { Bound } from './loops.ts';
import { boundOf, inFrame, lastStart, pushBound, repeatUntil } from './loops.ts';
import type { Reduce } from '../../loops/order.ts';
import { needsLanes, some } from '../../loops/order.ts';
import { readsBeyond } from './reach.ts';
import { joinParts } from './totals.ts';
import type { PushPart } from './totals.ts';

const partials = 16;
const step = 4;

export interface Stage {
  readonly start: Local;
  /** Values in the queue, below 16 between two flushes. */
  readonly fill: Local;
  readonly bytes: number;
}

export function newStage({ f, module }: Context, { var: of }: Reduce): Stage {
  const [start, fill] = [f.local('i32'), f.local('i32')];
  const bytes = bytesPerElement[of.dtype];
  const offset = module.scratch((partials + step) * bytes);
  f.globalGet(module.scratchBase).i32Const(offset).op('i32.add').localSet(start);
  f.i32Const(0).localSet(fill);
  return { start, fill, bytes };
}

/** Runs the inner axis of a reduction, putting its values into the queue. */
export function stageLoop(
  context: Context,
  statement: Reduce,
  axis: Axis,
  totals: readonly Local[],
  stage: Stage,
): void {
  inFrame(context, axis, (counter) => {
    const end = boundOf(context, axis);
    const known = typeof end === 'number';
    context.f.i32Const(0).localSet(counter);
    const put = (count: Bound): void => {
      context.writers.statements(context, statement.body);
      putValues(context, statement, stage, count);
      flush(context, statement, totals, stage);
    };
    const alone = (): void => repeatUntil(context, counter, end, 1, false, () => put(1));
    if (end === 0) return;
    if (some(statement.body, needsLanes)) return alone();
    const vector = { axis, groups: 1, varying: new Map() };
    const putVector = (count: Bound): void => within(context, { vector }, () => put(count));
    if (!known || end >= step)
      repeatUntil(context, counter, lastStart(context, end, step), step, known, () => putVector(step));
    if (known && end % step === 0) return;
    if (readsBeyond(statement.body, axis, statement.value)) alone();
    else putRest(context, counter, end, putVector);
  });
}

/** The last one to three values. */
function putRest(context: Context, counter: Local, end: Bound, put: (count: Bound) => void): void {
  if (typeof end === 'number') return put(end % step);
  const { f } = context;
  const rest = f.local('i32');
  f.localGet(end).localGet(counter).op('i32.sub').localTee(rest);
  f.if(() => put(rest));
}

function pushPlace({ f }: Context, { start, fill, bytes }: Stage): void {
  f.localGet(start).localGet(fill).i32Const(Math.log2(bytes)).op('i32.shl').op('i32.add');
}

/** Puts a value, or the first `count` of a vector of four, at the end of the queue. */
function putValues(context: Context, { var: of, value }: Reduce, stage: Stage, count: Bound): void {
  const { f, writers, vector } = context;
  const { fill, bytes } = stage;
  context.shared = new Map();
  if (vector) {
    for (let offset = 0; offset < step * bytes; offset += 16) {
      pushPlace(context, stage);
      writers.pushPart(context, value, offset / 16);
      f.op('v128.store', { offset, align: bytes });
    }
  } else {
    pushPlace(context, stage);
    writers.push(context, value);
    f.op(`${valueType[of.dtype]}.store`);
  }
  f.localGet(fill);
  pushBound(context, count);
  f.op('i32.add').localSet(fill);
}

/** Leaves 16 values of the queue, a part at a time. */
const pushQueued =
  ({ f }: Context, { start }: Stage): PushPart =>
  (part) => {
    f.localGet(start).op('v128.load', { offset: 16 * part });
  };

/** Takes 16 values off the queue where it holds as many, and moves the rest to its start. */
function flush(context: Context, statement: Reduce, totals: readonly Local[], stage: Stage): void {
  const { f } = context;
  const { start, fill, bytes } = stage;
  f.localGet(fill).i32Const(partials).op('i32.ge_s');
  f.if(() => {
    joinParts(context, statement, totals, pushQueued(context, stage));
    for (let offset = 0; offset < step * bytes; offset += 16) {
      f.localGet(start)
        .localGet(start)
        .op('v128.load', { offset: partials * bytes + offset });
      f.op('v128.store', { offset });
    }
    f.localGet(fill).i32Const(partials).op('i32.sub').localSet(fill);
  });
}

/** Takes what is left. `maskBelow` tells the first lanes from the rest. */
export function finishStage(
  context: Context,
  statement: Reduce,
  totals: readonly Local[],
  stage: Stage,
  maskBelow: (count: Local) => PushPart,
): void {
  const { f } = context;
  f.localGet(must(stage.fill, 'fill'));
  f.if(() => joinParts(context, statement, totals, pushQueued(context, stage), maskBelow(stage.fill)));
}
