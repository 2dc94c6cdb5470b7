/** How messages speak of expressions: by the user's name, or by a short formula. */
import type { Expr } from './expr.ts';
import type { Size } from './size.ts';

export function showShape(shape: readonly Size[]): string {
  return `[${shape.join(', ')}]`;
}

/** The user's name of a node, or its formula cut at depth 2. */
export function nameOf(node: Expr, depth = 2): string {
  if (node.origin?.name) return node.origin.name;
  if (node.op.name === 'constant') return String(node.attrs['value']);
  if (node.args.length === 0) return node.op.name;
  if (depth === 0) return `${node.op.name}(...)`;
  return `${node.op.name}(${node.args.map((arg) => nameOf(arg, depth - 1)).join(', ')})`;
}

/** A detail line of an error: name, shape, dtype and place. */
export function describe(node: Expr): string {
  const site = node.origin?.site();
  return `${nameOf(node)}  ${showShape(node.shape)} ${node.dtype}${site ? `  declared at ${site}` : ''}`;
}
