/** Cases over smaller tensors: every axis of one size is cut to another, everywhere at once. */
import { input, state } from '../../../src/declare.ts';
import type { Expr } from '../../../src/expr.ts';
import type { Size } from '../../../src/size.ts';
import type { Slot } from '../../../src/slot.ts';
import { postorder } from '../../../src/walk.ts';
import type { CaseFields } from './case.ts';
import { withLeaves } from './leaves.ts';

/** Sizes to try instead of `size`. */
function smaller(size: number): number[] {
  const tries = [1, 2, Math.floor(size / 2), size - 1];
  return [...new Set(tries)].filter((each) => each > 0 && each < size);
}

/** The elements of a row-major tensor that lie within a smaller shape. */
export function corner(data: readonly number[], from: readonly number[], to: readonly number[]): number[] {
  return data.filter((_, flat) => {
    let rest = flat;
    return from
      .toReversed()
      .map((size) => {
        const at = rest % size;
        rest = Math.floor(rest / size);
        return at;
      })
      .toReversed()
      .every((at, axis) => at < (to[axis] ?? 0));
  });
}

/** Cases in which one literal size is less wherever it occurs, or a symbol has a smaller value. */
export function* smallerSizes(of: CaseFields): Generator<CaseFields> {
  const roots = [...of.outputs, ...of.updates.map(({ next }) => next)];
  const leaves = postorder(roots).filter(({ slot, args }) => slot && args.length === 0 && of.data.has(slot));
  const sizes = new Set(leaves.flatMap(({ shape }) => shape));
  for (const size of sizes) {
    if (typeof size !== 'number') continue;
    for (const less of smaller(size)) {
      const cut = withSize(of, leaves, size, less);
      if (cut) yield cut;
    }
  }
  for (const [symbol, value] of Object.entries(of.sizes)) {
    for (const less of smaller(value)) yield withSymbol(of, symbol, less);
  }
}

function withSize(of: CaseFields, leaves: readonly Expr[], size: number, less: number): CaseFields | null {
  const other = (each: Size): Size => (each === size ? less : each);
  const renewed = new Map<Expr, Expr>();
  const states = new Map<Slot, Expr>();
  const data = new Map<Slot, readonly number[]>(of.data);
  for (const leaf of leaves) {
    const fresh = leaf.shape.includes(size) ? sibling(leaf, leaf.shape.map(other), states) : leaf;
    renewed.set(leaf, fresh);
    if (!leaf.slot || !fresh.slot || fresh === leaf) continue;
    const numeric = (shape: readonly Size[]): number[] =>
      shape.map((each) => (typeof each === 'number' ? each : (of.sizes[each] ?? 1)));
    data.set(fresh.slot, corner(of.data.get(leaf.slot) ?? [], numeric(leaf.shape), numeric(fresh.shape)));
  }
  for (const { state: kept } of of.updates) {
    if (renewed.has(kept) || !kept.slot) continue;
    const fresh = sibling(kept, kept.shape.map(other), states);
    renewed.set(kept, fresh);
    if (fresh.slot)
      data.set(
        fresh.slot,
        corner(of.data.get(kept.slot) ?? [], kept.shape.map(Number), fresh.shape.map(Number)),
      );
  }
  const updates = of.updates.map(({ state: kept, next }) => ({ state: renewed.get(kept) ?? kept, next }));
  const moved = withLeaves({ ...of, updates }, renewed, other);
  return moved && { ...moved, data };
}

/** A leaf like `leaf` of another shape; leaves of one slot stay leaves of one slot. */
function sibling(leaf: Expr, shape: readonly Size[], states: Map<Slot, Expr>): Expr {
  const { slot, dtype } = leaf;
  if (slot?.kind === 'state') {
    const known = states.get(slot) ?? state(slot.name, shape, { dtype });
    states.set(slot, known);
    return known;
  }
  if (slot?.kind !== 'input') return leaf;
  return input(slot.name, shape, dtype, slot.range ? { range: slot.range } : {});
}

function withSymbol(of: CaseFields, symbol: string, less: number): CaseFields {
  const sizes = { ...of.sizes, [symbol]: less };
  const data = new Map(
    [...of.data].map(([slot, values]) => {
      const at = (chosen: Readonly<Record<string, number>>): number[] =>
        slot.shape.map((size) => (typeof size === 'number' ? size : (chosen[size] ?? 1)));
      return [slot, corner(values, at(of.sizes), at(sizes))] as const;
    }),
  );
  return { ...of, sizes, data };
}
