/** What a replacement brings into a graph, and what it leaves unused. */
import type { Expr } from '../../src/expr.ts';

/** Replacements are small; what lies deeper than this many nodes counts as kept. */
const most = 64;

/** The nodes of `by` that are new, operands before results; `isKnown` tells those of the graph. */
export function createdNodes(by: Expr, isKnown: (node: Expr) => boolean): Expr[] {
  const found = new Set<Expr>();
  const visit = (node: Expr): void => {
    if (isKnown(node) || found.has(node)) return;
    node.args.forEach(visit);
    found.add(node);
  };
  visit(by);
  return [...found];
}

/** `node` and what was reached through it alone: the nodes below it, down to those that the replacement reads. */
export function replacedNodes(
  node: Expr,
  by: Expr,
  created: readonly Expr[],
  goesOn: (node: Expr) => boolean = () => true,
): Expr[] {
  const kept = new Set([by, ...created.flatMap(({ args }) => args)]);
  const found = new Set([node]);
  for (const each of found) {
    if (found.size >= most) break;
    for (const arg of each.args) if (!kept.has(arg) && goesOn(arg)) found.add(arg);
  }
  return [...found];
}
