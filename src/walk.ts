/** Walks over graphs. Iterative, so that the depth of a graph is bounded by memory alone. */
import type { Expr } from './expr.ts';
import { redeclare } from './expr.ts';
import { must } from './errors.ts';

/** Every node that `roots` depend on, each once, operands before results, in a fixed order. */
export function postorder(roots: readonly Expr[]): Expr[] {
  const done = new Set<Expr>();
  const order: Expr[] = [];
  const stack: { node: Expr; next: number }[] = [];
  for (const root of roots) {
    if (!done.has(root)) stack.push({ node: root, next: 0 });
    while (stack.length > 0) {
      const top = must(stack.at(-1), 'top of stack');
      const arg = top.node.args[top.next++];
      if (arg) {
        if (!done.has(arg)) stack.push({ node: arg, next: 0 });
        continue;
      }
      stack.pop();
      if (done.has(top.node)) continue;
      done.add(top.node);
      order.push(top.node);
    }
  }
  return order;
}

/** Builds a graph anew: `f` sees each node with its operands already replaced, and says what stands for it. */
export function mapGraph(
  roots: readonly Expr[],
  f: (node: Expr, args: readonly Expr[]) => Expr,
): (node: Expr) => Expr {
  const replaced = new Map<Expr, Expr>();
  const lookUp = (node: Expr): Expr => must(replaced.get(node), `replacement of ${node.op.name}`);
  for (const node of postorder(roots)) replaced.set(node, f(node, node.args.map(lookUp)));
  return lookUp;
}

/** The default of `mapGraph`: the same node over the replaced operands. */
export const rebuild = (node: Expr, args: readonly Expr[]): Expr => redeclare(node, args);

/** The nodes that read each node, over everything that `roots` depend on. */
export function consumers(roots: readonly Expr[]): Map<Expr, Expr[]> {
  const result = new Map<Expr, Expr[]>();
  for (const node of postorder(roots)) {
    if (!result.has(node)) result.set(node, []);
    for (const arg of node.args) result.get(arg)?.push(node);
  }
  return result;
}
