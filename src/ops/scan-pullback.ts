/** Reverse mode inside a body: cotangents of several values, pulled back to chosen nodes. */
import { isFloat } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, nameOf } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { postorder } from '../walk.ts';
import { add } from './arithmetic.ts';
import { checkpointOp } from './custom.ts';
import type { Received } from './received.ts';
import { contributionsTo } from './received.ts';

/** The nodes that depend on `leaves`, and the leaves themselves. */
export function dependents(roots: readonly Expr[], leaves: Iterable<Expr>): Set<Expr> {
  const found = new Set(leaves);
  for (const node of postorder(roots)) if (node.args.some((arg) => found.has(arg))) found.add(node);
  return found;
}

/** A value and its cotangent. */
export type Seed = readonly [value: Expr, cotangent: Expr];

/** The sum of contributions, in their order; nothing is added to zero, because x + 0 is not x for x = -0. */
export function total(contributions: readonly Expr[]): Expr {
  const [first, ...rest] = contributions;
  return rest.reduce((sum, next) => add(sum, next), must(first, 'contribution'));
}

/** The float nodes of `order` through which a derivative flows from `stops` on. */
function activeNodes(order: readonly Expr[], stops: ReadonlySet<Expr>): Set<Expr> {
  const active = new Set<Expr>();
  for (const node of order) {
    const flows = node.op.vjp !== 'zero' && node.args.some((arg) => active.has(arg));
    if (isFloat(node.dtype) && (stops.has(node) || flows)) active.add(node);
  }
  return active;
}

/** The contributions to each of `stops`, at which the walk ends; absent where no cotangent arrives. */
export function pullback(seeds: readonly Seed[], stops: ReadonlySet<Expr>): Map<Expr, Expr[]> {
  const order = postorder(seeds.map(([value]) => value));
  const active = activeNodes(order, stops);
  const received = new Map<Expr, Received[]>();
  const receive = (node: Expr, cotangent: Expr, reader: Expr | null, from: Expr): void => {
    if (active.has(node)) received.set(node, [...(received.get(node) ?? []), { cotangent, reader, from }]);
  };
  for (const [value, cotangent] of seeds) receive(value, cotangent, null, cotangent);
  for (const node of order.toReversed()) {
    const contributions = received.get(node);
    if (!contributions || stops.has(node)) continue;
    received.delete(node);
    const { vjp } = node.op;
    if (vjp === 'zero') continue;
    const own = total(contributionsTo(node, contributions));
    if (node.op.name === checkpointOp.name) {
      // A loop remembers what its derivative needs in any case.
      receive(must(node.args[0], 'value'), own, node, own);
      continue;
    }
    if (vjp === null) {
      const headline = `${node.op.name} has no derivative: ${nameOf(node)}`;
      throw new AdjointError('E-DERIVATIVE', headline, [describe(node)]);
    }
    vjp(own, node).forEach((g, i) => {
      if (g) receive(must(node.args[i], 'operand'), g, node, own);
    });
  }
  return new Map([...received].map(([node, contributions]) => [node, contributionsTo(node, contributions)]));
}
