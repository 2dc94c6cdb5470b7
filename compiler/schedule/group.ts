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
import { nestShape } from '../lower/parts.ts';
import { OnlineOrder } from './online-order.ts';
import { readsOf } from './reads.ts';

/** Kernels do not grow beyond this many stored values. */
const largest = 8;

/** A node looks at this many groups that read what it reads, the latest. */
const lookBack = 16;

type Kind = 'elementwise' | 'reduce' | 'contraction' | 'apart';

function kindOf(node: Expr): Kind {
  const { kind } = node.op.lowering;
  if (kind === 'elementwise' || kind === 'view') return 'elementwise';
  return kind === 'reduce' || kind === 'contraction' ? kind : 'apart';
}

/** Nodes that one kernel computes. */
export interface NodeGroup {
  readonly nodes: readonly Expr[];
  /** Those that only the kernel itself reads. */
  readonly inner: ReadonlySet<Expr>;
}

interface Group {
  readonly nodes: Expr[];
  readonly early: boolean;
  domain: readonly Size[];
  kinds: Set<Kind>;
}

interface Candidate {
  readonly node: Expr;
  readonly kind: Kind;
  readonly early: boolean;
  /** Whether the node stays out of the kernels of contractions. */
  readonly alone: boolean;
  /** The groups of what the node reads at its own place, of what it reads elsewhere, and of both. */
  readonly aligned: ReadonlySet<Group>;
  readonly unaligned: ReadonlySet<Group>;
  readonly operands: ReadonlySet<Group>;
  /** What the kernel of the node loads. */
  readonly reads: ReadonlySet<Expr>;
}

/**
 * The stored nodes in groups, in an order in which each group finds its operands. `early` nodes stay apart from
 * the others, `alone` ones out of the kernels of contractions; `roots` are wanted outside.
 */
export function groupNodes(
  roots: readonly Expr[],
  stored: ReadonlySet<Expr>,
  early: ReadonlySet<Expr>,
  alone: ReadonlySet<Expr>,
): NodeGroup[] {
  const groups = new Groups();
  for (const node of postorder(roots)) {
    if (!stored.has(node)) continue;
    const loop = node.args[0] && isScan(node.args[0]) ? groups.of(node.args[0]) : undefined;
    if (loop) groups.join(loop, node);
    else groups.place(describe(node, stored, groups, early.has(node), alone.has(node)));
  }
  return groups.finished(new Set(roots));
}

function describe(
  node: Expr,
  stored: ReadonlySet<Expr>,
  groups: Groups,
  early: boolean,
  alone: boolean,
): Candidate {
  const aligned = new Set<Group>();
  const unaligned = new Set<Group>();
  const reads = readsOf(node, stored);
  for (const [operand, isAligned] of reads) {
    const group = groups.of(operand);
    if (group) (isAligned ? aligned : unaligned).add(group);
  }
  const operands = new Set([...aligned, ...unaligned]);
  return {
    node,
    kind: kindOf(node),
    early,
    alone,
    aligned,
    unaligned,
    operands,
    reads: new Set(reads.keys()),
  };
}

/** Groups while they grow. */
class Groups {
  readonly #groupOf = new Map<Expr, Group>();
  readonly #order = new OnlineOrder<Group>();
  /** What a kernel reads that another one computes. */
  readonly #readOutside = new Set<Expr>();
  /** The groups that load a node and can grow. The key null has those of rank 0: such work is always gathered. */
  readonly #readers = new Map<Expr | null, Group[]>();

  /** The group that computes `node`; none for a leaf. */
  of(node: Expr): Group | undefined {
    return this.#groupOf.get(node);
  }

  finished(wanted: ReadonlySet<Expr>): NodeGroup[] {
    const isInner = (node: Expr): boolean => !wanted.has(node) && !this.#readOutside.has(node);
    return this.#order.sorted.map(({ nodes }) => ({ nodes, inner: new Set(nodes.filter(isInner)) }));
  }

  /** Puts a node into the last group that takes it, or into one of its own. */
  place(candidate: Candidate): void {
    const { node, kind, early, operands, reads } = candidate;
    const shape = nestShape(node);
    const home = this.#homeOf(candidate) ?? { nodes: [], early, domain: shape, kinds: new Set() };
    if (home.nodes.length === 0) this.#order.add(home);
    this.join(home, node);
    home.kinds.add(kind);
    home.domain = domainOf([home.domain, shape]);
    for (const operand of operands) this.#order.wait(home, operand);
    for (const read of reads) if (this.of(read) !== home) this.#readOutside.add(read);
    for (const read of node.shape.length === 0 ? [null] : reads) this.#remember(read, home);
  }

  join(home: Group, node: Expr): void {
    home.nodes.push(node);
    this.#groupOf.set(node, home);
  }

  #remember(read: Expr | null, group: Group): void {
    const known = (this.#readers.get(read) ?? []).filter((other) => other !== group && canGrow(other));
    this.#readers.set(read, [...known, group].slice(-lookBack));
  }

  #homeOf(candidate: Candidate): Group | undefined {
    const { node, kind, aligned, operands, reads } = candidate;
    if (kind === 'apart' || kind === 'contraction') return undefined;
    const isSibling = (group: Group): boolean =>
      kind === 'elementwise' &&
      !group.kinds.has('reduce') &&
      !group.kinds.has('contraction') &&
      isSameLoop(group, node);
    const keys = node.shape.length === 0 ? [null] : reads;
    const siblings = [...keys].flatMap((read) => this.#readers.get(read) ?? []).filter(isSibling);
    return [...new Set([...aligned, ...siblings])]
      .filter((group) => takes(group, candidate))
      .sort((a, b) => this.#order.created(b) - this.#order.created(a))
      .find((group) => !this.#order.waits(operands, group));
  }
}

const canGrow = ({ nodes }: Group): boolean => nodes.length < largest;

/** Whether a group can hold a node, as far as the two alone can tell. */
function takes(group: Group, candidate: Candidate): boolean {
  const { node, early, unaligned } = candidate;
  if (!canGrow(group) || group.early !== early || unaligned.has(group) || group.kinds.has('apart'))
    return false;
  const shape = nestShape(node);
  if (!sharesNest(group.domain, shape) || (group.domain.length === 0) !== (shape.length === 0)) return false;
  return !group.kinds.has('contraction') || isEpilogue(group, candidate);
}

/** What follows a contraction in its kernel is elementwise and of its shape. */
function isEpilogue(group: Group, { node, kind, alone }: Candidate): boolean {
  return kind === 'elementwise' && !alone && domainOf([group.domain, nestShape(node)]) === group.domain;
}

/** Whether a node that reads what a group reads runs over the whole of its loop nest. */
function isSameLoop({ domain }: Group, node: Expr): boolean {
  const shape = nestShape(node);
  return shape.length === 0 || (domainOf([domain, shape]) === domain && domain.length === shape.length);
}
