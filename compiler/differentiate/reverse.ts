/**
 * Reverse mode, graph to graph: cotangents flow from a value to the nodes that derivatives are wanted of. What a node
 * passes on comes from where the node was declared.
 */
import { isFloat } from '../../src/dtype.ts';
import { AdjointError, must } from '../../src/errors.ts';
import { describe, nameOf } from '../../src/describe.ts';
import type { Expr } from '../../src/expr.ts';
import { declaredFor } from '../../src/origin.ts';
import { add } from '../../src/ops/arithmetic.ts';
import { broadcastTo } from '../../src/ops/broadcast.ts';
import { barrierOp, checkpointOp } from '../../src/ops/custom.ts';
import { apply } from '../../src/ops/define.ts';
import { constant } from '../../src/ops/leaves.ts';
import { mapGraph, postorder, rebuild } from '../../src/walk.ts';
import { unnamed } from '../origins.ts';

/** A node and what it receives. */
type Received = readonly [node: Expr, cotangent: Expr];

/** The nodes between `wrt` and `value` through which a derivative may flow. */
function nodesOnTheWay(order: readonly Expr[], wrt: ReadonlySet<Expr>): Set<Expr> {
  const onTheWay = new Set<Expr>();
  for (const node of order) {
    if (!isFloat(node.dtype)) continue;
    if (wrt.has(node) || (node.op.vjp !== 'zero' && node.args.some((arg) => onTheWay.has(arg))))
      onTheWay.add(node);
  }
  return onTheWay;
}

/** Adds a cotangent to what a node has received; nothing is added to zero, because x + 0 is not x for x = -0. */
function receive(cotangents: Map<Expr, Expr>, node: Expr, g: Expr): void {
  const earlier = cotangents.get(node);
  cotangents.set(node, earlier ? add(earlier, g) : g);
}

/**
 * Derivatives of `value` with respect to each node of `wrt`; zeros where it does not depend on one. A value with axes
 * is weighted by `seed`, which has its shape. With `partial`, what a variable is computed from counts as independent of
 * it. Throws E-DERIVATIVE at an operator without derivative.
 */
export function derivatives(
  value: Expr,
  wrt: readonly Expr[],
  seed: Expr | null = null,
  partial: boolean = false,
): Expr[] {
  const wanted = new Set(wrt);
  const order = postorder([value]);
  const onTheWay = nodesOnTheWay(order, wanted);
  const cotangents = new Map<Expr, Expr>([[value, seed ?? constant(1, value.dtype)]]);
  for (const node of order.toReversed()) {
    const g = cotangents.get(node);
    if (!g || !onTheWay.has(node) || !node.args.some((arg) => onTheWay.has(arg))) continue;
    if (partial && wanted.has(node)) continue;
    declaredFor(unnamed(node.origin), () => {
      const received = node.op.name === checkpointOp.name ? recompute(node, g, wanted) : passedOn(node, g);
      for (const [target, cotangent] of received) {
        if (onTheWay.has(target)) receive(cotangents, target, cotangent);
      }
    });
  }
  return wrt.map((node) => cotangents.get(node) ?? broadcastTo(constant(0, node.dtype), node.shape));
}

/** What the operands of `node` receive. */
function passedOn(node: Expr, g: Expr): Received[] {
  const { vjp } = node.op;
  if (vjp === 'zero') return [];
  if (vjp === null) {
    throw new AdjointError('E-DERIVATIVE', `${node.op.name} has no derivative: ${nameOf(node)}`, [
      describe(node),
    ]);
  }
  return vjp(g, node).flatMap((cotangent, i): Received[] =>
    cotangent ? [[must(node.args[i], 'operand'), cotangent]] : [],
  );
}

/**
 * What the operands of a checkpoint receive, from a copy of its value that is computed when the cotangent is known.
 * Nodes inside whose own derivative is wanted are operands too: what flows on from them is not counted here.
 */
function recompute(node: Expr, g: Expr, wanted: ReadonlySet<Expr>): Received[] {
  const value = must(node.args[0], 'value');
  const starts = node.args.slice(1);
  const inside = postorder([value]);
  const borders = [...new Set([...starts, ...inside.filter((each) => wanted.has(each))])];
  const copies = new Map(
    borders.map((border) => [border, border.slot ? border : apply(barrierOp, [border, g], {})]),
  );
  const copy = mapGraph([value], (each, args) => copies.get(each) ?? rebuild(each, args))(value);
  const sources = borders.filter((border) => isFloat(border.dtype));
  const found = derivatives(
    copy,
    sources.map((border) => must(copies.get(border), 'copy')),
    g,
    true,
  );
  return sources.map((border, i): Received => [border, must(found[i], 'cotangent')]);
}
