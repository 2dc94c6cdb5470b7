/** Replaces every `gradient` node by ordinary operators, innermost first, one reverse walk per differentiated value. */
import { must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { gradientOp } from '../../src/ops/control.ts';
import { checkpointOp, withGradientOp } from '../../src/ops/custom.ts';
import { mapGraph, postorder, rebuild } from '../../src/walk.ts';
import { derivatives } from './reverse.ts';

/** A value to differentiate, with the weight of its elements where it has axes. */
interface Request {
  readonly value: Expr;
  readonly seed: Expr | null;
  readonly wrt: Set<Expr>;
  /** Filled by the reverse walk. */
  readonly found: Map<Expr, Expr>;
}

/** One request for all gradient nodes that share a value and a seed, by gradient node. */
function requests(roots: readonly Expr[]): Map<Expr, Request> {
  const byNode = new Map<Expr, Request>();
  const byValue = new Map<Expr, Request[]>();
  for (const node of postorder(roots)) {
    if (node.op.name !== gradientOp.name) continue;
    const value = must(node.args[0], 'value');
    const seed = node.args[2] ?? null;
    const known = byValue.get(value) ?? [];
    const request = known.find((each) => each.seed === seed) ?? {
      value,
      seed,
      wrt: new Set(),
      found: new Map(),
    };
    request.wrt.add(must(node.args[1], 'variable'));
    byNode.set(node, request);
    if (!known.includes(request)) byValue.set(value, [...known, request]);
  }
  return byNode;
}

/**
 * The roots without derivatives. A node to differentiate with respect to is an operand of the gradient node, so it
 * is replaced before the gradient is: identity is kept through the walk.
 */
export function expandGradients(roots: readonly Expr[]): Expr[] {
  const wanted = requests(roots);
  const replaced = new Map<Expr, Expr>();
  const now = (node: Expr): Expr => must(replaced.get(node), `replacement of ${node.op.name}`);
  const find = mapGraph(roots, (node, args) => {
    const request = wanted.get(node);
    const result = request ? derivative(request, must(node.args[1], 'variable')) : rebuild(node, args);
    replaced.set(node, result);
    return result;
  });

  function derivative(request: Request, variable: Expr): Expr {
    const { value, seed, wrt, found } = request;
    if (!found.has(variable)) {
      // What the walk has not reached yet is no part of the value: it waits until its own gradient node.
      const reached = [...wrt].filter((each) => replaced.has(each) && !found.has(each));
      const results = derivatives(now(value), reached.map(now), seed && now(seed));
      reached.forEach((each, i) => found.set(each, must(results[i], 'derivative')));
    }
    return must(found.get(variable), 'derivative');
  }

  return withoutMarks(roots.map(find));
}

const marks: ReadonlySet<string> = new Set([withGradientOp.name, checkpointOp.name]);

/** The roots without the nodes that only differentiation looks at. */
function withoutMarks(roots: readonly Expr[]): Expr[] {
  if (!postorder(roots).some((node) => marks.has(node.op.name))) return [...roots];
  const find = mapGraph(roots, (node, args) =>
    marks.has(node.op.name) ? must(args[0], 'value') : rebuild(node, args),
  );
  return roots.map(find);
}
