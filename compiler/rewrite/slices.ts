/**
 * Slices reach through what they are taken of:
 *
 *     slice(slice(x))  =  slice(x)
 *     slice(concat(..., x, ...))  =  slice(x)          where it lies within x
 *     slice(pad(x))  =  slice(x)                       where it takes none of the padding
 *     slice(broadcastTo(x))  =  broadcastTo(x)         where only repeated axes are cut
 *     concat(slice(x), slice(x), ...)  =  x            where the pieces are all of x, in order
 *     concat(x)  =  x
 */
import type { Expr } from '../../src/expr.ts';
import { broadcastOp, broadcastTo } from '../../src/ops/broadcast.ts';
import { concatOp } from '../../src/ops/concat.ts';
import { padOp, sliceOp, sliceWith } from '../../src/ops/slicing.ts';
import type { PadAttrs, SliceAttrs } from '../../src/ops/slicing.ts';
import type { Facts, Rule } from './rule.ts';
import { local, operand } from './rule.ts';

const attrsOf = (node: Expr): SliceAttrs => node.attrs as SliceAttrs;
const at = (values: readonly number[], axis: number): number => values[axis] ?? 0;

/** First and last index that a slice reads of an axis; null for an axis of named size or without elements. */
function reach(node: Expr, axis: number): readonly [first: number, last: number] | null {
  const { starts, steps, shape } = attrsOf(node);
  const size = shape[axis];
  if (typeof size !== 'number' || size === 0) return null;
  return [at(starts, axis), at(starts, axis) + (size - 1) * at(steps, axis)];
}

function sliceOfSlice(node: Expr): Expr | null {
  const inner = operand(node);
  if (inner.op.name !== sliceOp.name) return null;
  const [outer, before] = [attrsOf(node), attrsOf(inner)];
  return sliceWith(operand(inner), {
    starts: outer.starts.map((start, i) => at(before.starts, i) + start * at(before.steps, i)),
    steps: outer.steps.map((step, i) => step * at(before.steps, i)),
    shape: node.shape,
  });
}

function sliceOfConcat(node: Expr): Expr | null {
  const inner = operand(node);
  if (inner.op.name !== concatOp.name) return null;
  const axis = Number(inner.attrs['axis']);
  const range = reach(node, axis);
  if (!range) return null;
  let begin = 0;
  for (const part of inner.args) {
    const end = begin + Number(part.shape[axis]);
    if (range[0] >= begin && range[1] < end) {
      const { starts, steps } = attrsOf(node);
      return sliceWith(part, { starts: starts.with(axis, range[0] - begin), steps, shape: node.shape });
    }
    begin = end;
  }
  return null;
}

function sliceOfPad(node: Expr): Expr | null {
  const inner = operand(node);
  if (inner.op.name !== padOp.name) return null;
  const { low, high, between } = inner.attrs as PadAttrs;
  const x = operand(inner);
  const { starts, steps } = attrsOf(node);
  const moved = starts.map((start, axis) => start - at(low, axis));
  const inside = x.shape.every((size, axis) => {
    if (at(low, axis) === 0 && at(high, axis) === 0 && at(between, axis) === 0) return true;
    const range = reach(node, axis);
    if (!range || typeof size !== 'number' || at(between, axis) !== 0) return false;
    return range[0] >= at(low, axis) && range[1] < at(low, axis) + size;
  });
  return inside ? sliceWith(x, { starts: moved, steps, shape: node.shape }) : null;
}

function sliceOfBroadcast(node: Expr): Expr | null {
  const inner = operand(node);
  if (inner.op.name !== broadcastOp.name) return null;
  const x = operand(inner);
  const lead = inner.shape.length - x.shape.length;
  const keeps = x.shape.every((size, i) => size === 1 || size === node.shape[lead + i]);
  return keeps && x.shape.every((size, i) => size === 1 || at(attrsOf(node).steps, lead + i) === 1)
    ? broadcastTo(x, node.shape)
    : null;
}

/** Whether `part` is the piece of `x` that begins at `begin` along `axis`. */
function isPiece(part: Expr, x: Expr, axis: number, begin: number, facts: Facts): boolean {
  if (part.op.name !== sliceOp.name || !facts.same(operand(part), x)) return false;
  const { starts, steps } = attrsOf(part);
  return (
    steps.every((step) => step === 1) &&
    starts.every((start, i) => start === (i === axis ? begin : 0)) &&
    part.shape.every((size, i) => i === axis || size === x.shape[i])
  );
}

function concatOfSlices(node: Expr, facts: Facts): Expr | null {
  const [first] = node.args;
  if (!first) return null;
  if (node.args.length === 1) return first;
  if (first.op.name !== sliceOp.name) return null;
  const x = operand(first);
  const axis = Number(node.attrs['axis']);
  let begin = 0;
  for (const part of node.args) {
    if (!isPiece(part, x, axis, begin, facts)) return null;
    begin += Number(part.shape[axis]);
  }
  return begin === x.shape[axis] ? x : null;
}

export const slices: readonly Rule[] = [
  local('slice-slice', sliceOp, sliceOfSlice),
  local('slice-concat', sliceOp, sliceOfConcat),
  local('slice-pad', sliceOp, sliceOfPad),
  local('slice-broadcast', sliceOp, sliceOfBroadcast),
  local('concat-of-slices', concatOp, concatOfSlices),
];
