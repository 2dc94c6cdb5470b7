/** Cases with nodes or leaves replaced. What cannot be rebuilt is null. */
import { redeclare } from '../../../src/expr.ts';
import type { Expr } from '../../../src/expr.ts';
import type { Size } from '../../../src/size.ts';
import type { Slot } from '../../../src/slot.ts';
import { mapGraph, rebuild } from '../../../src/walk.ts';
import type { CaseFields } from './case.ts';

/** `f()`, or null where it throws. */
export function attempt<T>(f: () => T): T | null {
  try {
    return f();
  } catch {
    return null;
  }
}

/** The case with `node` replaced everywhere. */
export function replaced(of: CaseFields, node: Expr, by: Expr): CaseFields {
  const roots = [...of.outputs, ...of.updates.map(({ next }) => next)];
  const find = mapGraph(roots, (each, args) => (each === node ? by : rebuild(each, args)));
  return {
    ...of,
    outputs: of.outputs.map(find),
    updates: of.updates.map(({ state: kept, next }) => ({ state: kept, next: find(next) })),
  };
}

/** The case over other leaves, with the sizes that attributes name mapped too. Null where that does not fit. */
export function withLeaves(
  of: CaseFields,
  leaves: ReadonlyMap<Expr, Expr>,
  size: (size: Size) => Size,
): CaseFields | null {
  return attempt(() => {
    const roots = [...of.outputs, ...of.updates.map(({ next }) => next)];
    const find = mapGraph(roots, (node, args) => leaves.get(node) ?? resized(node, args, size));
    const data = new Map<Slot, readonly number[]>(of.data);
    for (const [old, leaf] of leaves) {
      const values = old.slot && of.data.get(old.slot);
      if (leaf.slot && values) data.set(leaf.slot, values);
    }
    return {
      ...of,
      outputs: of.outputs.map(find),
      updates: of.updates.map(({ state: kept, next }) => ({ state: kept, next: find(next) })),
      data,
    };
  });
}

/** Attributes that name whole shapes, or one size. */
const sizeAttributes = ['shape', 'size', 'length', 'sizes'] as const;

function resized(node: Expr, args: readonly Expr[], size: (size: Size) => Size): Expr {
  const attrs = { ...node.attrs };
  for (const key of sizeAttributes) {
    const value = attrs[key];
    if (typeof value === 'number' || typeof value === 'string') attrs[key] = size(value);
    if (Array.isArray(value)) attrs[key] = (value as readonly Size[]).map(size);
  }
  return rebuildWith(node, args, attrs);
}

function rebuildWith(node: Expr, args: readonly Expr[], attrs: Expr['attrs']): Expr {
  const unchanged = JSON.stringify(attrs) === JSON.stringify(node.attrs);
  return unchanged ? rebuild(node, args) : redeclare(node, args, attrs);
}
