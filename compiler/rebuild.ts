/** Nodes over other operands. */
import type { Expr } from '../src/expr.ts';
import { makeNode, redeclare } from '../src/expr.ts';

function sameType(x: Expr, y: Expr): boolean {
  return (
    x === y ||
    (x.dtype === y.dtype &&
      x.shape.length === y.shape.length &&
      x.shape.every((size, i) => size === y.shape[i]))
  );
}

/** The same node over other operands, with the origin kept. What is inferred from operands of the same types stays. */
export function withArgs(node: Expr, args: readonly Expr[]): Expr {
  let [same, equal] = [true, true];
  node.args.forEach((arg, i) => {
    const other = args[i];
    same &&= other === arg;
    equal &&= other !== undefined && sameType(arg, other);
  });
  if (same) return node;
  return equal ? makeNode({ ...node, args }) : redeclare(node, args);
}
