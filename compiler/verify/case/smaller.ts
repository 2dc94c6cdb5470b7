/**
 * Smaller cases, the boldest first. Whatever cannot be rebuilt is left out, so every candidate is a valid case; a
 * part that is cut off leaves an input that holds the values which the part had.
 */
import { input, state } from '../../../src/declare.ts';
import { float64Algebra } from '../../../src/algebra/float64.ts';
import { roundTo } from '../../../src/dtype.ts';
import { expandGradients } from '../../differentiate/expand.ts';
import type { Expr } from '../../../src/expr.ts';
import { interpret } from '../../../src/interpret.ts';
import { evaluateSize } from '../../../src/size.ts';
import type { Size } from '../../../src/size.ts';
import type { Slot } from '../../../src/slot.ts';
import { postorder } from '../../../src/walk.ts';
import { Case, sizesAreTold } from './case.ts';
import type { CaseFields, StateUpdate } from './case.ts';
import { attempt, replaced, withLeaves } from './leaves.ts';
import { smallerSizes } from './smaller-sizes.ts';

type Candidates = Generator<CaseFields>;

/** A way to make cases smaller. */
export type Way = (of: Case) => Candidates;

/** Ways that leave the expressions as functions what they are. */
export const keepingFunctions: readonly Way[] = [withoutSymbols, smallerSizes, plainerData];

/** Every way. */
const everyWay: readonly Way[] = [fewerRoots, operandsOfRoots, cutParts, bypasses, ...keepingFunctions];

/** Every smaller case by one step of `ways`. */
export function* smallerCases(of: Case, ways: readonly Way[] = everyWay): Generator<Case> {
  for (const way of ways) {
    for (const fields of guarded(way(of))) {
      const candidate = new Case(fields);
      if (candidate.roots.length === 0) continue;
      if (sizesAreTold(candidate) && measure(candidate) < measure(of)) yield candidate;
    }
  }
}

/** What shrinking makes less: nodes, then kinds of roots, then elements, then how odd the elements are. */
function measure(of: Case): number {
  const data = [...of.data.values()].flat();
  const symbols = Object.keys(of.sizes).length;
  const oddity = data.reduce(
    (sum, x) => sum + (x === 0 && !Object.is(x, -0) ? 0 : Number.isInteger(x) ? 1 : 2),
    0,
  );
  return (of.size + of.updates.length) * 1e9 + symbols * 1e8 + data.length * 1e4 + Math.min(oddity, 9999);
}

/** Candidates until one cannot be made: building may refuse what does not fit. */
function* guarded(candidates: Candidates): Candidates {
  for (;;) {
    let next: IteratorResult<CaseFields>;
    try {
      next = candidates.next();
    } catch {
      return;
    }
    if (next.done) return;
    yield next.value;
  }
}

function* fewerRoots(of: Case): Candidates {
  const { outputs, updates } = of;
  if (outputs.length + updates.length > 1) {
    for (const output of outputs) yield { ...of, outputs: [output], updates: [] };
    for (const update of updates) yield { ...of, outputs: [], updates: [update] };
  }
  for (const output of outputs) yield { ...of, outputs: outputs.filter((each) => each !== output) };
  for (const update of updates) yield { ...of, updates: updates.filter((each) => each !== update) };
  // A step that changes states is more than a value: try the value alone.
  for (const { next } of updates) yield { ...of, outputs: [next], updates: [] };
}

function* operandsOfRoots(of: Case): Candidates {
  for (const [i, output] of of.outputs.entries()) {
    for (const arg of output.args) {
      if (!isValue(arg)) continue;
      yield { ...of, outputs: of.outputs.with(i, arg) };
    }
  }
  for (const [i, { next }] of of.updates.entries()) {
    for (const arg of next.args) {
      const update = isValue(arg) ? updateOf(of, arg, i) : null;
      if (update) yield { ...of, updates: of.updates.with(i, update.update), data: update.data };
    }
  }
}

/** A state of its own for a value of another shape, starting at zeros. */
function updateOf(
  of: Case,
  next: Expr,
  i: number,
): { update: StateUpdate; data: Map<Slot, readonly number[]> } | null {
  const known = of.updates[i]?.state;
  const fits = known && String(known.shape) === String(next.shape) && known.dtype === next.dtype;
  if (fits) return { update: { state: known, next }, data: new Map(of.data) };
  if (next.shape.some((size) => typeof size === 'string')) return null;
  const kept = state(`s${of.size}_${i}`, next.shape, { dtype: next.dtype });
  const count = next.shape.reduce<number>((a, b) => a * Number(b), 1);
  const data = new Map(of.data);
  if (kept.slot)
    data.set(
      kept.slot,
      Array.from({ length: count }, () => 0),
    );
  return { update: { state: kept, next }, data };
}

/** Some nodes are tokens of loops, without a value of their own. */
const isValue = (node: Expr): boolean => node.op.name !== 'scan' && node.op.lowering.kind !== 'expanded';

/** Parts replaced by inputs that hold their values, nearest to the roots first. */
function* cutParts(of: Case): Candidates {
  const order = postorder(of.roots).toReversed();
  const values = valuesOf(of, order);
  const taken = new Set([...of.data.keys()].map((slot) => ('name' in slot ? slot.name : '')));
  for (const node of order) {
    const data = values.get(node);
    if (!data || node.args.length === 0 || of.roots.includes(node)) continue;
    const name = freshName(taken);
    const leaf = input(name, node.shape, node.dtype);
    const cut = leaf.slot && attempt(() => replaced(of, node, leaf));
    if (cut && leaf.slot) yield { ...cut, data: new Map([...of.data, [leaf.slot, data]]) };
  }
}

function freshName(taken: ReadonlySet<string>): string {
  for (let i = 0; ; i++) if (!taken.has(`x${i}`)) return `x${i}`;
}

/** The values of nodes, as far as they can be interpreted: nodes that stand for derivatives cannot. */
function valuesOf(of: Case, nodes: readonly Expr[]): Map<Expr, readonly number[]> {
  const wanted = nodes.filter((node) => isValue(node) && node.args.length > 0);
  const slots = new Map<Slot, readonly number[]>(of.data);
  const values = attempt(() => {
    const expanded = expandGradients(wanted);
    return interpret(float64Algebra, expanded, { slots, sizes: of.sizes });
  });
  const found = new Map<Expr, readonly number[]>();
  wanted.forEach((node, i) => {
    const data = values?.[i]?.data;
    if (data)
      found.set(
        node,
        data.map((value) => roundTo(node.dtype, value)),
      );
  });
  return found;
}

/** Nodes replaced by an operand of the same shape and dtype. */
function* bypasses(of: Case): Candidates {
  for (const node of postorder(of.roots).toReversed()) {
    for (const arg of node.args) {
      const same = arg.dtype === node.dtype && String(arg.shape) === String(node.shape);
      const bypassed = same && isValue(arg) ? attempt(() => replaced(of, node, arg)) : null;
      if (bypassed) yield bypassed;
    }
  }
}

/** The symbols replaced by their values. */
function* withoutSymbols(of: Case): Candidates {
  if (Object.keys(of.sizes).length === 0) return;
  const literal = (size: Size): number => evaluateSize(size, of.sizes);
  const leaves = new Map<Expr, Expr>();
  for (const node of postorder(of.roots)) {
    if (node.slot?.kind === 'input' && node.args.length === 0)
      leaves.set(node, input(node.slot.name, node.shape.map(literal), node.dtype));
  }
  const moved = withLeaves(of, leaves, (size) => (typeof size === 'string' ? literal(size) : size));
  if (moved) yield { ...moved, sizes: {} };
}

/** Elements made plain: all zeros, all ones, a ramp, whole numbers; then single ones. */
function* plainerData(of: Case): Candidates {
  const forms: readonly ((x: number, i: number) => number)[] = [
    () => 0,
    () => 1,
    (_, i) => i + 1,
    (x) => Math.round(x),
    (x) => Math.round(x * 4) / 4,
  ];
  for (const [slot, values] of of.data) {
    const limit = slot.kind === 'input' && slot.range ? slot.range[1] - 1 : Infinity;
    for (const form of forms) {
      const plain = values.map((x, i) => roundTo(slot.dtype, Math.min(form(x, i), limit)));
      yield { ...of, data: new Map([...of.data, [slot, plain]]) };
    }
    for (const [i, x] of values.entries()) {
      if (i < 12 && x !== 0) yield { ...of, data: new Map([...of.data, [slot, values.with(i, 0)]]) };
    }
  }
}
