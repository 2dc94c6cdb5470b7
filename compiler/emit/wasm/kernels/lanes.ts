/**
 * Reductions with 16 partial results, in vectors. Where the reduced index is one axis, or its inner axis is a
 * multiple of 16, the partials take its values directly. Otherwise values go through a stage: a short queue in
 * memory that gives 16 of them at a time.
 */
import { must } from '../../../../src/errors.ts';
import type { Axis } from '../../../../src/kernel/language.ts';
import { combinePrim } from '../../../../src/kernel/run.ts';
import type { Local } from '../locals.ts';
import type { Context, VectorAxis } from './context.ts';
import { valueType, within } from './context.ts';
import { hold } from './definitions.ts';
import type { Bound } from './loops.ts';
import { boundOf, inFrame, lastStart, nestOver, pushBound, repeatUntil } from './loops.ts';
import type { Reduce } from '../../loops/order.ts';
import { isFree, needsLanes, some } from '../../loops/order.ts';
import { callsFunctions, readsBeyond } from './reach.ts';
import { finishStage, newStage, stageLoop } from './stage.ts';
import { join, totalsOf } from './totals.ts';
import type { PushPart } from './totals.ts';
import { lanesOf, shapeOf, vectorPrims } from './vector-prims.ts';

const partials = 16;
const groups = 4;

export function writeLanes(context: Context, statement: Reduce): void {
  const { axes } = statement;
  const outer = axes.slice(0, -1);
  const inner = must(axes.at(-1), 'reduced axis');
  let totals: Local[] = [];
  within(context, { vector: alongVectors(inner, groups) }, () => {
    totals = totalsOf(context, statement);
  });
  if (isDirect(context, statement, inner)) {
    nestOver(context, outer, () => writeDirect(context, statement, inner, totals));
  } else {
    const stage = newStage(context, statement);
    nestOver(context, outer, () => stageLoop(context, statement, inner, totals, stage));
    finishStage(context, statement, totals, stage, (count) => maskBelow(context, statement, count));
  }
  hold(context, statement.var, [joinTotals(context, statement, totals)]);
}

const alongVectors = (axis: Axis, count: number): VectorAxis => ({
  axis,
  groups: count,
  varying: new Map(),
});

/** Whether each value meets its partial where vectors are taken from the start of the inner axis. */
function isDirect({ module }: Context, statement: Reduce, inner: Axis): boolean {
  if (some(statement.body, needsLanes) || callsFunctions([statement])) return false;
  const { size } = inner;
  const aligned = statement.axes.length === 1 || (typeof size === 'number' && size % partials === 0);
  const isLong = typeof size !== 'number' || size >= partials;
  const anyPartial = isFree(statement) || (module.numerics === 'fast' && isLong);
  return (aligned || anyPartial) && !readsBeyond(statement.body, inner, statement.value);
}

/** The inner axis in steps of 16, and what is left with a mask. */
function writeDirect(context: Context, statement: Reduce, inner: Axis, totals: readonly Local[]): void {
  const { f, writers } = context;
  inFrame(context, inner, (counter) => {
    const end = boundOf(context, inner);
    f.i32Const(0).localSet(counter);
    const step = (count: number, mask?: PushPart): void =>
      within(context, { vector: alongVectors(inner, count) }, () => {
        writers.statements(context, statement.body);
        join(context, statement, partsOfGroups(statement, totals, count), mask);
      });
    const known = typeof end === 'number';
    if (!known || end >= partials)
      repeatUntil(context, counter, lastStart(context, end, partials), partials, known, () => step(groups));
    writeRest(context, statement, counter, end, step);
  });
}

function partsOfGroups({ var: of }: Reduce, totals: readonly Local[], count: number): readonly Local[] {
  return totals.slice(0, count * (4 / lanesOf[of.dtype]));
}

function writeRest(
  context: Context,
  statement: Reduce,
  counter: Local,
  end: Bound,
  step: (count: number, mask?: PushPart) => void,
): void {
  const { f } = context;
  if (typeof end === 'number') {
    const rest = end % partials;
    if (rest > 0) step(Math.ceil(rest / 4), constantMask(context, statement, rest));
    return;
  }
  const rest = f.local('i32');
  pushBound(context, end);
  f.localGet(counter).op('i32.sub').localTee(rest);
  f.if(() => step(groups, maskBelow(context, statement, rest)));
}

/** Masks for the first `count` of 16 lanes. */
function constantMask({ f }: Context, { var: of }: Reduce, count: number): PushPart {
  const lanes = lanesOf[of.dtype];
  return (part) => {
    const mask = Array.from({ length: lanes }, (_, lane) => (lanes * part + lane < count ? -1 : 0));
    f.v128Const(lanes === 2 ? 'i64x2' : 'i32x4', mask);
  };
}

function maskBelow({ f }: Context, { var: of }: Reduce, count: Local): PushPart {
  const lanes = lanesOf[of.dtype];
  return (part) => {
    const places = Array.from({ length: lanes }, (_, lane) => lanes * part + lane);
    if (lanes === 2) f.v128Const('i64x2', places).localGet(count).op('i64.extend_i32_s').op('i64x2.splat');
    else f.v128Const('i32x4', places).localGet(count).op('i32x4.splat');
    f.op(lanes === 2 ? 'i64x2.lt_s' : 'i32x4.lt_s');
  };
}

/** The halving tree: partial i with i + 8, then + 4, + 2, + 1. */
function joinTotals(context: Context, { var: of, combine }: Reduce, totals: readonly Local[]): Local {
  const { f } = context;
  const row = must(vectorPrims[combinePrim[combine]], combine);
  let parts = totals;
  while (parts.length > 1) {
    const half = parts.length / 2;
    parts = parts.slice(0, half).map((left, i) => {
      f.localGet(left).localGet(must(parts[i + half], 'partial'));
      row(f, of.dtype);
      f.localSet(left);
      return left;
    });
  }
  const last = must(parts[0], 'partial');
  const swaps =
    lanesOf[of.dtype] === 2
      ? [[1, 0]]
      : [
          [2, 3, 0, 1],
          [1, 0, 3, 2],
        ];
  for (const lanes of swaps) {
    f.localGet(last).localGet(last).localGet(last);
    f.i8x16Shuffle(lanes, lanes.length === 2 ? 'i64x2' : 'i32x4');
    row(f, of.dtype);
    f.localSet(last);
  }
  return extractFirst(context, of.dtype, last);
}

function extractFirst({ f }: Context, dtype: Reduce['var']['dtype'], from: Local): Local {
  const local = f.local(valueType[dtype]);
  f.localGet(from).op(`${shapeOf[dtype]}.extract_lane`, 0);
  f.localSet(local);
  return local;
}
