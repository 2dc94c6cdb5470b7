/**
 * Reshapes move behind the work that does not need them:
 *
 *     f(reshape(x), y)  =  reshape(f(x, reshape(y)))         for elementwise f
 *     sum(reshape(x), axes)  =  reshape(sum(x, axes))        where the reduced axes stay together and in order
 *
 * So the rows of a batch of sequences are one axis from the matrix product on, through bias, activation and the sums
 * of a row, until something needs the sequences apart: all of it is one kernel. An update keeps the shape of what it
 * updates.
 */
import type { Expr } from '../../src/expr.ts';
import { redeclare } from '../../src/expr.ts';
import { broadcastOp, broadcastTo, sumOp } from '../../src/ops/broadcast.ts';
import { maxOp, minOp, prodOp } from '../../src/ops/reduce.ts';
import { reshape, reshapeOp } from '../../src/ops/reshape.ts';
import { randomOp } from '../../src/ops/random.ts';
import type { Size } from '../../src/size.ts';
import type { Rule } from './rule.ts';
import { local, operand } from './rule.ts';
import { runsOf } from './runs.ts';
import { constantValue, isView } from './views.ts';

/** `x` under the reshape that `node` is; null where there is no reshape, or nothing computed under it. */
function reshaped(node: Expr): Expr | null {
  if (node.op.name !== reshapeOp.name) return null;
  const x = operand(node);
  return x.args.length === 0 || isView(x) ? null : x;
}

/** Which axes of `node`, a broadcast, are repeated; null for one of size 1, which may count as either. */
function repeatedAxes(node: Expr): (boolean | null)[] {
  const x = operand(node);
  const lead = node.shape.length - x.shape.length;
  return node.shape.map((size, i) => (size === 1 ? null : i < lead || x.shape[i - lead] === 1));
}

/** A broadcast over another shape; null where axes that become one are repeated and not repeated. */
function reshapedBroadcast(node: Expr, shape: readonly Size[]): Expr | null {
  const runs = runsOf(node.shape, shape);
  if (!runs) return null;
  const repeated = repeatedAxes(node);
  const source: Size[] = [];
  for (const { from, to } of runs) {
    const kinds = new Set(from.map((axis) => repeated[axis]).filter((kind) => kind !== null));
    if (kinds.size > 1) return null;
    source.push(...to.map((axis) => (kinds.has(false) ? (shape[axis] ?? 1) : 1)));
  }
  return broadcastTo(reshape(operand(node), source) as Expr, shape) as Expr;
}

/** Whether `node` is drawn at random, or a mask made of such numbers: each element depends on its place alone. */
function isDrawn(node: Expr): boolean {
  if (node.op.name === randomOp.name) return true;
  if (node.op.lowering.kind !== 'elementwise') return false;
  const varying = node.args.filter((arg) => constantValue(arg) === null);
  return varying.length > 0 && varying.every(isDrawn);
}

/** `node` in another shape, where it only needs to be read in another way; null for what has a shape of its own. */
function inShape(node: Expr, shape: readonly Size[]): Expr | null {
  if (node.op.name === broadcastOp.name) return reshapedBroadcast(node, shape);
  const isGiven = node.slot?.kind === 'input' || node.slot?.kind === 'data';
  const isRead = isGiven || node.op.name === reshapeOp.name || isDrawn(node);
  return isRead ? (reshape(node, shape) as Expr) : null;
}

function liftElementwise(node: Expr): Expr | null {
  if (node.op.lowering.kind !== 'elementwise') return null;
  for (const arg of node.args) {
    const x = reshaped(arg);
    if (!x) continue;
    const args = node.args.map((other) => (other === arg ? x : inShape(other, x.shape)));
    const known = args.filter((other) => other !== null);
    if (known.length === args.length) return reshape(redeclare(node, known), node.shape) as Expr;
  }
  return null;
}

/** The axes of `x` whose elements `axes` of its reshape hold, all of them; null where they hold others too. */
function axesUnder(view: Expr, axes: readonly number[]): number[] | null {
  const x = operand(view);
  const found: number[] = [];
  for (const { from, to } of runsOf(view.shape, x.shape) ?? [{ from: axes, to: [] }]) {
    const reduced = from.filter((axis) => axes.includes(axis)).length;
    if (reduced !== 0 && reduced !== from.length) return null;
    if (reduced > 0) found.push(...to);
  }
  const last = axes.includes(view.shape.length - 1) === found.includes(x.shape.length - 1);
  return last && found.length > 0 ? found : null;
}

function liftReduction(node: Expr): Expr | null {
  const view = operand(node);
  const x = reshaped(view);
  const axes = x && axesUnder(view, node.attrs['axes'] as readonly number[]);
  return axes && (reshape(redeclare(node, [x], { axes }), node.shape) as Expr);
}

export const lift: readonly Rule[] = [
  local('lift-reshape', null, liftElementwise),
  ...[sumOp, maxOp, minOp, prodOp].map((op) => local(`lift-reshape-${op.name}`, op, liftReduction)),
];
