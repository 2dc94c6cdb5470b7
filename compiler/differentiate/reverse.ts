/** Reverse mode, graph to graph: cotangents flow from a rank-0 value to the nodes that derivatives are wanted of. */
import { isFloat } from '../../src/dtype.ts';
import { AdjointError, must } from '../../src/errors.ts';
import { describe, nameOf } from '../../src/describe.ts';
import type { Expr } from '../../src/expr.ts';
import { add } from '../../src/ops/arithmetic.ts';
import { broadcastTo } from '../../src/ops/broadcast.ts';
import { constant } from '../../src/ops/leaves.ts';
import { postorder } from '../../src/walk.ts';

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
 * Derivatives of rank-0 `value` with respect to each node of `wrt`; zeros where it does not depend on one.
 * Throws E-DERIVATIVE at an operator without derivative.
 */
export function derivatives(value: Expr, wrt: readonly Expr[]): Expr[] {
  const wanted = new Set(wrt);
  const order = postorder([value]);
  const onTheWay = nodesOnTheWay(order, wanted);
  const cotangents = new Map<Expr, Expr>([[value, constant(1, value.dtype)]]);
  for (const node of order.toReversed()) {
    const g = cotangents.get(node);
    if (!g || !onTheWay.has(node) || !node.args.some((arg) => onTheWay.has(arg))) continue;
    operandCotangents(node, g).forEach((cotangent, i) => {
      const arg = must(node.args[i], 'operand');
      if (cotangent && onTheWay.has(arg)) receive(cotangents, arg, cotangent);
    });
  }
  return wrt.map((node) => cotangents.get(node) ?? broadcastTo(constant(0, node.dtype), node.shape));
}

function operandCotangents(node: Expr, g: Expr): readonly (Expr | null)[] {
  const { vjp } = node.op;
  if (vjp === 'zero') return [];
  if (vjp === null) {
    throw new AdjointError('E-DERIVATIVE', `${node.op.name} has no derivative: ${nameOf(node)}`, [
      describe(node),
    ]);
  }
  return vjp(g, node);
}
