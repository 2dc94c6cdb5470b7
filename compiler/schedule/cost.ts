/** What it costs to compute a value again instead of storing it: scalar operations, math kernels as twenty. */
import type { Expr } from '../../src/expr.ts';

const mathCost = 20;
const slow: ReadonlyMap<string, number> = new Map([
  ['div', 4],
  ['sqrt', 4],
  ['random', 100],
]);
const mathFamilies: ReadonlySet<string> = new Set(['exponential', 'trigonometric']);

/** Scalar operations of one element of `node` itself, its operands apart. */
export function ownCost(node: Expr): number {
  const { op } = node;
  if (op.lowering.kind === 'leaf') return 0;
  const special = slow.get(op.name);
  if (special !== undefined) return special;
  if (op.lowering.kind === 'view') return 0;
  if (op.name === 'relu' || op.name === 'stopGradient') return 1;
  return mathFamilies.has(op.family) ? mathCost : 1;
}
