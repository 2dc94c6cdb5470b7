/**
 * Groups stored nodes into kernels: nodes of one shape that read each other only at their own place share a loop.
 */
import { showShape } from '../../src/describe.ts';
import type { Expr } from '../../src/expr.ts';
import { postorder } from '../../src/walk.ts';

/** Kernels do not grow beyond this many stored values. */
const largest = 8;

function isElementwise(node: Expr): boolean {
  return node.op.lowering.kind === 'elementwise' || node.op.lowering.kind === 'view';
}

/** Stored nodes that `node` reads, each with whether all the way to it is elementwise. */
function storedOperands(node: Expr, stored: ReadonlySet<Expr>): Map<Expr, boolean> {
  const found = new Map<Expr, boolean>();
  const visit = (from: Expr, aligned: boolean): void => {
    for (const arg of from.args) {
      const stillAligned = aligned && from.op.lowering.kind === 'elementwise';
      if (stored.has(arg)) found.set(arg, (found.get(arg) ?? true) && stillAligned);
      else visit(arg, stillAligned);
    }
  };
  visit(node, true);
  return found;
}

interface Group {
  readonly nodes: Expr[];
  readonly early: boolean;
  readonly shape: string;
  /** Groups that must be complete before this one, in any number of steps. */
  readonly after: Set<Group>;
}

/** The stored nodes in groups, in an order in which each group finds its operands. `early` nodes stay apart. */
export function groupNodes(
  roots: readonly Expr[],
  stored: ReadonlySet<Expr>,
  early: ReadonlySet<Expr>,
): Expr[][] {
  const groups: Group[] = [];
  const groupOf = new Map<Expr, Group>();
  for (const node of postorder(roots)) {
    if (!stored.has(node)) continue;
    const reads = storedOperands(node, stored);
    const after = new Set<Group>();
    const aligned = new Set<Group>();
    const unaligned = new Set<Group>();
    for (const [operand, isAligned] of reads) {
      const group = groupOf.get(operand);
      if (!group) continue;
      (isAligned ? aligned : unaligned).add(group);
      after.add(group);
      for (const earlier of group.after) after.add(earlier);
    }
    const home = isElementwise(node)
      ? groups.findLast((group) => joins(group, node, early.has(node), after, unaligned, aligned))
      : undefined;
    if (home) {
      home.nodes.push(node);
      for (const group of after) if (group !== home) home.after.add(group);
      spread(groups, home);
      groupOf.set(node, home);
      continue;
    }
    const fresh: Group = { nodes: [node], early: early.has(node), shape: showShape(node.shape), after };
    groups.push(fresh);
    groupOf.set(node, fresh);
  }
  return sorted(groups).map(({ nodes }) => nodes);
}

function joins(
  group: Group,
  node: Expr,
  early: boolean,
  after: ReadonlySet<Group>,
  unaligned: ReadonlySet<Group>,
  aligned: ReadonlySet<Group>,
): boolean {
  if (group.nodes.length >= largest || group.early !== early || group.shape !== showShape(node.shape))
    return false;
  if (unaligned.has(group) || !group.nodes.every(isElementwise)) return false;
  // What the node needs must not itself wait for the group, unless the group is read in place.
  for (const other of after) if (other !== group && other.after.has(group)) return false;
  return aligned.has(group) || sharesReads(group, node);
}

/** Two nodes that read a common tensor gain from sharing a loop; rank-0 work is always gathered. */
function sharesReads(group: Group, node: Expr): boolean {
  if (node.shape.length === 0) return true;
  const leaves = (of: Expr): Set<Expr> =>
    new Set(postorder([of]).filter((n) => n.shape.length > 0 && n.args.length === 0));
  const mine = leaves(node);
  return group.nodes.some((other) => [...leaves(other)].some((leaf) => mine.has(leaf)));
}

/** Whoever waits for `changed` also waits for what it waits for. */
function spread(groups: readonly Group[], changed: Group): void {
  for (const group of groups) {
    if (group.after.has(changed)) for (const earlier of changed.after) group.after.add(earlier);
  }
}

/** Groups such that each comes after all that it waits for; otherwise in the order of their first node. */
function sorted(groups: readonly Group[]): Group[] {
  const done = new Set<Group>();
  const result: Group[] = [];
  const visit = (group: Group): void => {
    if (done.has(group)) return;
    done.add(group);
    for (const other of groups) if (group.after.has(other)) visit(other);
    result.push(group);
  };
  groups.forEach(visit);
  return result;
}
