/**
 * Chains of views are one view:
 *
 *     reshape(reshape(x))  =  reshape(x)                permute(permute(x))  =  permute(x)
 *     permute(x)  =  reshape(x)                         where only axes of size 1 move
 *     broadcastTo(broadcastTo(x))  =  broadcastTo(x)
 *     broadcastTo(reshape(x))  =  broadcastTo(x)        where the reshape only adds leading axes of size 1
 *     view(broadcastTo(x))  =  broadcastTo(x)           for one number x
 *     flip(flip(x))  =  flip(x)
 *
 * A sum over some axes keeps its operand as it is declared: its order follows from the operand's shape.
 */
import type { Expr } from '../../src/expr.ts';
import { broadcastOp, broadcastTo } from '../../src/ops/broadcast.ts';
import { flip, flipOp } from '../../src/ops/flip.ts';
import { permute, permuteOp } from '../../src/ops/permute.ts';
import { reshape, reshapeOp } from '../../src/ops/reshape.ts';
import { sliceOp } from '../../src/ops/slicing.ts';
import type { Rule } from './rule.ts';
import { local, operand } from './rule.ts';
import { lift } from './lift.ts';
import { slices } from './slices.ts';

const axesOf = (node: Expr): readonly number[] => node.attrs['axes'] as readonly number[];
const isOne = ({ shape }: Expr): boolean => shape.every((size) => size === 1);

const chains: readonly Rule[] = [
  local('reshape-reshape', reshapeOp, (node) => {
    const inner = operand(node);
    return inner.op.name === reshapeOp.name ? reshape(operand(inner), node.shape) : null;
  }),
  local('permute-permute', permuteOp, (node) => {
    const inner = operand(node);
    if (inner.op.name !== permuteOp.name) return null;
    const axes = axesOf(node).map((axis) => axesOf(inner)[axis] ?? 0);
    return permute(operand(inner), axes) as Expr;
  }),
  local('permute-of-ones', permuteOp, (node) => {
    const { shape } = operand(node);
    const moving = axesOf(node).filter((axis) => shape[axis] !== 1);
    return moving.every((axis, i) => i === 0 || axis > (moving[i - 1] ?? 0))
      ? reshape(operand(node), node.shape)
      : null;
  }),
  local('broadcast-broadcast', broadcastOp, (node) => {
    const inner = operand(node);
    return inner.op.name === broadcastOp.name ? broadcastTo(operand(inner), node.shape) : null;
  }),
  local('broadcast-reshape', broadcastOp, (node) => {
    const inner = operand(node);
    if (inner.op.name !== reshapeOp.name) return null;
    const x = operand(inner);
    const added = inner.shape.length - x.shape.length;
    const leads = added >= 0 && inner.shape.every((size, i) => size === (i < added ? 1 : x.shape[i - added]));
    return leads ? broadcastTo(x, node.shape) : null;
  }),
  local('flip-flip', flipOp, (node) => {
    const inner = operand(node);
    if (inner.op.name !== flipOp.name) return null;
    const [outer, before] = [axesOf(node), axesOf(inner)];
    const once = node.shape.map((_, i) => i).filter((i) => outer.includes(i) !== before.includes(i));
    return flip(operand(inner), { axis: once });
  }),
];

/** A view of one repeated number is that number repeated. */
const ofOneNumber: readonly Rule[] = [reshapeOp, permuteOp, sliceOp, flipOp].map((op) =>
  local(`${op.name}-of-one-number`, op, (node) => {
    const inner = operand(node);
    if (inner.op.name !== broadcastOp.name || !isOne(operand(inner))) return null;
    return broadcastTo(reshape(operand(inner), []), node.shape);
  }),
);

export const movement: readonly Rule[] = [...chains, ...ofOneNumber, ...lift, ...slices];
