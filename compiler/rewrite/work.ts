/** What it costs to compute nodes, in scalar operations: the measure that no rewrite makes larger. */
import type { Expr } from '../../src/expr.ts';
import type { Size } from '../../src/size.ts';
import { evaluateSize, product } from '../../src/size.ts';
import { ownCost } from '../schedule/cost.ts';
import { constantValue, isView } from './views.ts';

/** A named size counts as this many. */
const nominal = 64;
const sizes: Readonly<Record<string, number>> = new Proxy({}, { get: () => nominal });

const elements = (shape: readonly Size[]): number => evaluateSize(product(shape), sizes);

/** Scalar operations of all elements of `node`, its operands apart. Leaves, views and what will be folded are free. */
export function work(node: Expr): number {
  const { lowering } = node.op;
  const [first] = node.args;
  if (!first || isView(node)) return 0;
  if (lowering.kind === 'elementwise' && node.args.every((arg) => constantValue(arg) !== null)) return 0;
  if (lowering.kind === 'contraction') return elements([...node.shape, ...lowering.axes(node)]) * 2;
  if (lowering.kind === 'reduce') return elements(first.shape);
  return ownCost(node) * elements(node.shape);
}

export const totalWork = (nodes: Iterable<Expr>): number => {
  let total = 0;
  for (const node of nodes) total += work(node);
  return total;
};
