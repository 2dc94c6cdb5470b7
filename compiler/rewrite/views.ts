/** Views of a whole tensor: every element of the result is one of the operand's. */
import type { Expr } from '../../src/expr.ts';
import { redeclare } from '../../src/expr.ts';
import { broadcastOp } from '../../src/ops/broadcast.ts';
import { constantOp } from '../../src/ops/leaves.ts';
import { flipOp } from '../../src/ops/flip.ts';
import { permuteOp } from '../../src/ops/permute.ts';
import { reshapeOp } from '../../src/ops/reshape.ts';
import { sliceOp } from '../../src/ops/slicing.ts';

const views: ReadonlySet<string> = new Set(
  [reshapeOp, permuteOp, broadcastOp, sliceOp, flipOp].map(({ name }) => name),
);

/** Chains of views are looked through up to this length; the movement stage keeps them shorter. */
const deepest = 6;

export const isView = (node: Expr): boolean => views.has(node.op.name);

/** A node under views, and how to see another node of its shape through the same views. */
export interface Seen {
  readonly node: Expr;
  readonly through: (other: Expr) => Expr;
}

/** `node`, and what is seen through it as far as it is a view. */
export function* underViews(node: Expr): Generator<Seen> {
  let seen: Seen = { node, through: (other) => other };
  yield seen;
  for (let depth = 0; depth < deepest && isView(seen.node); depth++) {
    const { node: view, through } = seen;
    const [source] = view.args;
    if (!source) return;
    seen = { node: source, through: (other) => through(redeclare(view, [other])) };
    yield seen;
  }
}

/** The first node under all views of `node`. */
export function source(node: Expr): Expr {
  let at = node;
  while (isView(at) && at.args[0]) at = at.args[0];
  return at;
}

/** The number that every element of `node` is known to be, or null. */
export function constantValue(node: Expr): number | null {
  const leaf = source(node);
  return leaf.op.name === constantOp.name ? Number(leaf.attrs['value']) : null;
}
