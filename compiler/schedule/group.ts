/**
 * Groups stored nodes into kernels. Nodes share a loop nest when their shapes are prefixes of one, and they read
 * each other only at their own place: an activation after its matrix product, the rows of a softmax, the moments
 * and parameters of an optimizer.
 */
import type { Expr } from '../../src/expr.ts';
import { isScan } from '../../src/ops/scan.ts';
import type { Size } from '../../src/size.ts';
import { postorder } from '../../src/walk.ts';
import { domainOf, sharesNest } from '../lower/domain.ts';
import { storedReads } from './reads.ts';

/** Kernels do not grow beyond this many stored values. */
const largest = 8;

type Kind = 'elementwise' | 'reduce' | 'contraction' | 'apart';

function kindOf(node: Expr): Kind {
  const { kind } = node.op.lowering;
  if (kind === 'elementwise' || kind === 'view') return 'elementwise';
  return kind === 'reduce' || kind === 'contraction' ? kind : 'apart';
}

interface Group {
  readonly nodes: Expr[];
  readonly early: boolean;
  domain: readonly Size[];
  kinds: Set<Kind>;
  /** Groups that must be complete before this one, in any number of steps. */
  readonly after: Set<Group>;
}

interface Candidate {
  readonly node: Expr;
  readonly kind: Kind;
  readonly early: boolean;
  /** Whether the node is the next value of a slot. */
  readonly isUpdate: boolean;
  readonly aligned: ReadonlySet<Group>;
  readonly unaligned: ReadonlySet<Group>;
  readonly after: ReadonlySet<Group>;
}

/**
 * The stored nodes in groups, in an order in which each group finds its operands. `early` nodes stay apart from
 * the others; `updates` are next values of slots.
 */
export function groupNodes(
  roots: readonly Expr[],
  stored: ReadonlySet<Expr>,
  early: ReadonlySet<Expr>,
  updates: ReadonlySet<Expr>,
): Expr[][] {
  const groups: Group[] = [];
  const groupOf = new Map<Expr, Group>();
  for (const node of postorder(roots)) {
    if (!stored.has(node)) continue;
    const loop = node.args[0] && isScan(node.args[0]) ? groupOf.get(node.args[0]) : undefined;
    if (loop) {
      loop.nodes.push(node);
      groupOf.set(node, loop);
      continue;
    }
    const candidate = describe(node, stored, groupOf, early.has(node), updates.has(node));
    const home = groups.findLast((group) => joins(group, candidate));
    if (home) {
      join(home, candidate, groups);
      groupOf.set(node, home);
      continue;
    }
    const { kind, after } = candidate;
    const fresh = {
      nodes: [node],
      early: early.has(node),
      domain: node.shape,
      kinds: new Set([kind]),
      after: new Set(after),
    };
    groups.push(fresh);
    groupOf.set(node, fresh);
  }
  return sorted(groups).map(({ nodes }) => nodes);
}

function describe(
  node: Expr,
  stored: ReadonlySet<Expr>,
  groupOf: ReadonlyMap<Expr, Group>,
  early: boolean,
  isUpdate: boolean,
): Candidate {
  const aligned = new Set<Group>();
  const unaligned = new Set<Group>();
  const after = new Set<Group>();
  for (const [operand, isAligned] of storedReads(node, stored)) {
    const group = groupOf.get(operand);
    if (!group) continue;
    (isAligned ? aligned : unaligned).add(group);
    after.add(group);
    for (const earlier of group.after) after.add(earlier);
  }
  return { node, kind: kindOf(node), early, isUpdate, aligned, unaligned, after };
}

function joins(group: Group, candidate: Candidate): boolean {
  const { node, kind, early, after, aligned, unaligned } = candidate;
  if (kind === 'apart' || kind === 'contraction' || group.kinds.has('apart')) return false;
  if (group.nodes.length >= largest || group.early !== early || unaligned.has(group)) return false;
  if (!sharesNest(group.domain, node.shape) || (group.domain.length === 0) !== (node.shape.length === 0))
    return false;
  // What the node needs must not itself wait for the group.
  for (const other of after) if (other !== group && other.after.has(group)) return false;
  if (group.kinds.has('contraction')) return aligned.has(group) && isEpilogue(group, candidate);
  return (
    aligned.has(group) || (kind === 'elementwise' && !group.kinds.has('reduce') && sharesReads(group, node))
  );
}

/** What follows a contraction in its kernel is elementwise and of its shape; updates keep a loop of their own. */
function isEpilogue(group: Group, { node, kind, isUpdate }: Candidate): boolean {
  return kind === 'elementwise' && !isUpdate && domainOf([group.domain, node.shape]) === group.domain;
}

function join(group: Group, { node, kind, after }: Candidate, groups: readonly Group[]): void {
  group.nodes.push(node);
  group.kinds.add(kind);
  group.domain = domainOf([group.domain, node.shape]);
  for (const earlier of after) if (earlier !== group) group.after.add(earlier);
  for (const other of groups) {
    if (other.after.has(group)) for (const earlier of group.after) other.after.add(earlier);
  }
}

/** Two nodes that read a common tensor gain from sharing a loop; rank-0 work is always gathered. */
function sharesReads(group: Group, node: Expr): boolean {
  if (node.shape.length === 0) return true;
  if (domainOf([group.domain, node.shape]) !== group.domain || group.domain.length !== node.shape.length)
    return false;
  const leaves = (of: Expr): Set<Expr> =>
    new Set(postorder([of]).filter((n) => n.shape.length > 0 && n.args.length === 0));
  const mine = leaves(node);
  return group.nodes.some((other) => [...leaves(other)].some((leaf) => mine.has(leaf)));
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
