/** Writes loops. What does not change inside a loop is computed before it. */
import type { Axis } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import type { Context } from './context.ts';
import { pushSize } from './scalars.ts';

/** Opens a frame for `axis` around what `write` writes: one or several loops over parts of it. */
export function inFrame(context: Context, axis: Axis, write: (counter: Local) => void): void {
  const { f, frames, axes } = context;
  const frame = { axis, before: f.fragment(), known: new Map<string, Local>() };
  const body = f.fragment();
  const counter = f.local('i32');
  frames.push(frame);
  context.depth = frames.length;
  axes.set(axis, { local: counter, depth: frames.length });
  f.into(body, () => write(counter));
  frames.pop();
  context.depth = frames.length;
  f.insert(frame.before).insert(body);
}

/** An end of a range: a number that is known, or a local. */
export type Bound = number | Local;

export function pushBound({ f }: Context, bound: Bound): void {
  if (typeof bound === 'number') f.i32Const(bound);
  else f.localGet(bound);
}

/**
 * Runs `body` with the counter from its present value, as long as it is below `end`, in steps of `step`; `once` says
 * that it is below `end` at first.
 */
export function repeatUntil(
  context: Context,
  counter: Local,
  end: Bound,
  step: number,
  once: boolean,
  body: () => void,
): void {
  const { f } = context;
  const loop = (): void => {
    f.loop((again) => {
      body();
      f.localGet(counter).i32Const(step).op('i32.add').localTee(counter);
      pushBound(context, end);
      f.op('i32.lt_s').brIf(again);
    });
  };
  if (once) return loop();
  f.localGet(counter);
  pushBound(context, end);
  f.op('i32.lt_s').if(loop);
}

/** The size of an axis, in a local where it is not a number. */
export function boundOf(context: Context, axis: Axis): Bound {
  if (typeof axis.size === 'number') return axis.size;
  const local = context.f.local('i32');
  pushSize(context, axis.size);
  context.f.localSet(local);
  return local;
}

/** The end of the counters from which `step` elements are left: what is below it is run in steps. */
export function lastStart(context: Context, end: Bound, step: number): Bound {
  if (typeof end === 'number') return end - step + 1;
  const { f } = context;
  const local = f.local('i32');
  pushBound(context, end);
  f.i32Const(step - 1)
    .op('i32.sub')
    .localSet(local);
  return local;
}

/** The iterations of nested loops; infinite where a named size decides. */
export const iterationsOf = (axes: readonly Axis[]): number =>
  axes.reduce((product, { size }) => product * (typeof size === 'number' ? size : Infinity), 1);

/** A loop over all of `axis`; `reverse` begins at its end. */
export function loopOver(
  context: Context,
  axis: Axis,
  body: (counter: Local) => void,
  reverse: boolean = false,
): void {
  const { f } = context;
  inFrame(context, axis, (counter) => {
    const end = boundOf(context, axis);
    if (end === 0) return;
    if (reverse) return repeatDown(context, counter, end, () => body(counter));
    f.i32Const(0).localSet(counter);
    repeatUntil(context, counter, end, 1, typeof end === 'number', () => body(counter));
  });
}

function repeatDown(context: Context, counter: Local, end: Bound, body: () => void): void {
  const { f } = context;
  pushBound(context, end);
  f.i32Const(1).op('i32.sub').localTee(counter).i32Const(0).op('i32.ge_s');
  f.if(() => {
    f.loop((again) => {
      body();
      f.localGet(counter).i32Const(1).op('i32.sub').localTee(counter);
      f.i32Const(0).op('i32.ge_s').brIf(again);
    });
  });
}

/** The same, written out for each index: where there are few, and their places become part of the instructions. */
export function unrollOver(context: Context, axes: readonly Axis[], body: () => void): void {
  const { f, frames } = context;
  const [axis, ...rest] = axes;
  if (!axis) return body();
  for (let value = 0; value < Number(axis.size); value++) {
    const local = f.local('i32');
    f.i32Const(value).localSet(local);
    context.axes.set(axis, { local, depth: frames.length });
    unrollOver(context, rest, body);
  }
}

/** Nested loops over `axes`, outermost first. */
export function nestOver(context: Context, axes: readonly Axis[], body: () => void): void {
  const [axis, ...rest] = axes;
  if (axis) loopOver(context, axis, () => nestOver(context, rest, body));
  else body();
}

/** Runs `body` as many times as `count` says, without a counter of its own for it to read. */
export function times(context: Context, count: Bound, body: () => void): void {
  const { f } = context;
  if (count === 0) return;
  if (count === 1) return body();
  const remaining = f.local('i32');
  pushBound(context, count);
  f.localSet(remaining);
  const loop = (): void => {
    f.loop((again) => {
      body();
      f.localGet(remaining).i32Const(1).op('i32.sub').localTee(remaining).brIf(again);
    });
  };
  if (typeof count === 'number') loop();
  else f.localGet(remaining).if(loop);
}
