/** Walks over graphs. Iterative, so that the depth of a graph is bounded by memory alone. */
import type { Expr } from './expr.ts';
import { redeclare } from './expr.ts';
import { must } from './errors.ts';

/**
 * Every node that `roots` depend on, each once, operands before results, in a fixed order. What is in `met` is left
 * out, and what is found is added to it.
 */
export function postorder(roots: readonly Expr[], met: Set<Expr> = new Set()): Expr[] {
  const order: Expr[] = [];
  const path: Expr[] = [];
  const taken: number[] = [];
  const enter = (node: Expr): void => {
    if (met.has(node)) return;
    met.add(node);
    path.push(node);
    taken.push(0);
  };
  for (const root of roots) {
    enter(root);
    for (let node = path.at(-1); node; node = path.at(-1)) {
      const next = taken.at(-1) ?? 0;
      const arg = node.args[next];
      if (arg) {
        taken[taken.length - 1] = next + 1;
        enter(arg);
        continue;
      }
      path.pop();
      taken.pop();
      order.push(node);
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
