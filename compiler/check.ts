/**
 * Whether graphs are well formed. Runs after every pass: what a pass leaves is a node of a known kind over operands
 * that it accepts, of the shape and element type that its operator infers, over leaves that the program knows.
 */
import { showShape } from '../src/describe.ts';
import { InternalError, must } from '../src/errors.ts';
import type { Expr } from '../src/expr.ts';
import type { Lowering } from '../src/ops/define.ts';
import { isScan, placeholderOp, placeholdersOf, rootsOf, scanBody } from '../src/ops/scan.ts';
import type { Attrs } from '../src/expr.ts';
import { print } from '../src/print.ts';
import { canonicalSize } from '../src/size.ts';
import type { Slot } from '../src/slot.ts';
import { slotName } from '../src/slot.ts';
import { postorder } from '../src/walk.ts';

/** What a checked graph may hold. */
export interface Expectation {
  /** Named in the fault. */
  readonly pass: string;
  /** The slots that leaves may read. Data are their own. */
  readonly slots: ReadonlySet<Slot>;
  /** Whether derivatives are expanded: then no operator is left that only differentiation knows. */
  readonly expanded: boolean;
  /** Nodes that are known to hold what is expected, with all that they depend on; those of this graph are added. */
  readonly checked: Set<Expr>;
}

/** What is wrong with a node, or null. */
type Check = (node: Expr, expectation: Expectation) => string | null;

const sameShapes: Check = ({ args, shape }) => {
  const odd = args.find((arg) => showShape(arg.shape) !== showShape(shape));
  return odd ? `an operand has shape ${showShape(odd.shape)}` : null;
};

const axesFit: Check = ({ args, attrs }) => {
  const rank = args[0]?.shape.length ?? 0;
  const axes = attrs['axes'] as readonly number[];
  const ascending = axes.every(
    (axis, i) => Number.isInteger(axis) && axis >= 0 && axis > (axes[i - 1] ?? -1),
  );
  return ascending && axes.every((axis) => axis < rank) ? null : `axes [${axes.join(', ')}] do not fit`;
};

const nothing: Check = () => null;

/** What holds for nodes of each kind of operator; a kind that is not here does not compile. */
const checks: Readonly<Record<Lowering<Attrs>['kind'], Check>> = {
  leaf: ({ slot }, { slots }) => {
    if (!slot) return 'a leaf has no slot';
    if (slot.kind === 'data' || slots.has(slot)) return null;
    return `the program does not know the slot ${slotName(slot)}`;
  },
  elementwise: sameShapes,
  view: nothing,
  reduce: axesFit,
  contraction: nothing,
  loops: nothing,
  scan: (node, expectation) => (isScan(node) ? checkBody(node, expectation) : null),
  expanded: ({ op }, { expanded }) => (expanded ? `${op.name} is left after differentiation` : null),
};

/** A body reads its placeholders and nothing else. */
function checkBody(scan: Expr, { pass, expanded }: Expectation): null {
  const body = scanBody(scan);
  const leaves = placeholdersOf(body);
  const slots = new Set(leaves.map(({ slot }) => must(slot, 'slot of a placeholder')));
  const roots = rootsOf(body);
  checkGraph(roots, { pass: `${pass}, in a loop`, slots, expanded, checked: new Set() });
  const known = new Set(leaves);
  const stranger = postorder(roots).find(({ op }) => op.name === placeholderOp.name);
  if (stranger && !known.has(stranger)) throw fault(pass, scan, 'the body reads a copy of a placeholder');
  return null;
}

/** Nodes whose operator infers what they say of themselves: nodes never change, so they are asked once. */
const sound = new WeakSet<Expr>();

/** What the operator infers, where the node says something else of itself. */
function inferred({ op, args, attrs, slot, shape, dtype }: Expr): string | null {
  const signature = op.infer(args, attrs, slot);
  const [is, ought] = [
    `${dtype} ${showShape(shape)}`,
    `${signature.dtype} ${showShape(signature.shape.map(canonicalSize))}`,
  ];
  return is === ought ? null : `it is ${is}, and its operands make ${ought}`;
}

function fault(pass: string, node: Expr, what: string): InternalError {
  const lines = print(node).trimEnd().split('\n').slice(-6);
  return new InternalError(`after ${pass}: ${node.op.name}: ${what}\n${lines.join('\n')}`);
}

/** Throws an InternalError that names the pass and the node where a graph is not well formed. */
export function checkGraph(roots: readonly Expr[], expectation: Expectation): void {
  for (const node of postorder(roots, expectation.checked)) {
    const wrong = inferredOrRefused(node) ?? checks[node.op.lowering.kind](node, expectation);
    if (wrong) throw fault(expectation.pass, node, wrong);
  }
}

/** What `inferred` says, or what the operator itself says of its operands. */
function inferredOrRefused(node: Expr): string | null {
  if (sound.has(node)) return null;
  try {
    const wrong = inferred(node);
    if (wrong === null) sound.add(node);
    return wrong;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
