/**
 * Chooses the nodes that get a place in memory. Everything else is computed inside the kernels that use it: cheap
 * values as often as needed, dear ones at most once.
 */
import type { Expr } from '../../src/expr.ts';
import { postorder } from '../../src/walk.ts';
import { partsOf } from '../lower/parts.ts';
import { ownCost } from './cost.ts';
import { isStrided } from './reads.ts';

/** A value with more operations than this is not computed twice. */
const cheap = 3;

function isKernelOfItsOwn(node: Expr): boolean {
  const { kind } = node.op.lowering;
  return kind === 'reduce' || kind === 'contraction' || kind === 'loops' || kind === 'scan';
}

/** Operands of these are read many times over, or in another order: they are in memory, or views of what is. */
function readsFromMemory(node: Expr): boolean {
  const { kind } = node.op.lowering;
  return kind === 'contraction' || kind === 'loops' || kind === 'scan';
}

/** The first node under views. */
function underViews(node: Expr): Expr {
  const source = node.args[0];
  return node.op.lowering.kind === 'view' && node.args.length === 1 && source ? underViews(source) : node;
}

const isConstant = (node: Expr): boolean => isView(underViews(node));

/**
 * What is in memory for a factor of a contraction: the node under its views, as long as the sum steps through it by
 * fixed distances; else a copy in the order of the views.
 */
function factor(operand: Expr): Expr {
  const source = underViews(operand);
  return operand === source || isStrided(operand, source) ? source : operand;
}

/** Views that read an operand only in places: what a guard encloses is neither shared nor moved out of loops. */
const guarded: ReadonlySet<string> = new Set(['concat', 'pad']);

/** Whether a view repeats elements of its operand along an inner loop, so that a dear operand is worth storing. */
function repeats(node: Expr): boolean {
  const operand = node.args[0];
  if (node.op.name !== 'broadcastTo' || !operand || operand.shape.length === 0) return false;
  const lead = node.shape.length - operand.shape.length;
  const firstKept = operand.shape.findIndex((size, i) => size === node.shape[lead + i] && size !== 1);
  if (firstKept < 0) return false;
  const repeatedBefore = node.shape.slice(0, lead + firstKept).some((size) => size !== 1);
  return repeatedBefore;
}

/** The nodes that are stored; leaves with a slot are in memory already and not among them. */
export function materialized(roots: readonly Expr[]): Set<Expr> {
  const order = postorder(roots);
  const stored = new Set<Expr>(roots);
  for (const node of order) {
    if (isKernelOfItsOwn(node)) stored.add(node);
    if (!readsFromMemory(node)) continue;
    const factors = node.op.lowering.kind === 'contraction';
    for (const operand of node.args)
      if (!factors || !isConstant(operand)) stored.add(factors ? factor(operand) : operand);
  }
  storeShared(order, stored);
  return new Set([...stored].filter((node) => node.op.lowering.kind !== 'leaf'));
}

/** Adds the dear values that are used more than once, deepest first. */
function storeShared(order: readonly Expr[], stored: Set<Expr>): void {
  const isStoredInParts = (node: Expr): boolean => stored.has(node) && partsOf(node)[0] !== node;
  const uses = new Map<Expr, number>();
  for (const node of order.toReversed()) {
    const often = repeats(node) || (guarded.has(node.op.name) && !isStoredInParts(node)) ? 2 : 1;
    const times = often * (isView(node) ? (uses.get(node) ?? 1) : 1);
    for (const arg of node.args) uses.set(arg, (uses.get(arg) ?? 0) + times);
  }
  const inlined = new Map<Expr, number>();
  for (const node of order) {
    const below = node.args.reduce(
      (total, arg) => total + (stored.has(arg) ? 0 : (inlined.get(arg) ?? 0)),
      0,
    );
    const cost = ownCost(node) + below;
    inlined.set(node, cost);
    if (cost > cheap && !isView(node) && (uses.get(node) ?? 0) > 1) stored.add(node);
  }
}

const isView = (node: Expr): boolean => node.op.lowering.kind === 'view';
