/** Equal nodes become one, within one compilation. Leaves with a slot are equal when their slot is. */
import type { AttrValue, Expr } from '../src/expr.ts';
import type { Slot } from '../src/slot.ts';
import { mapGraph, rebuild } from '../src/walk.ts';

/** Attribute values as text that tells every number apart, -0 from 0 too. */
function attrText(value: AttrValue): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(attrText).join(',')}]`;
  return JSON.stringify(value);
}

/** Gives each object met a number of its own. */
class Numbering<T> {
  readonly #numbers = new Map<T, number>();
  of(value: T): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    this.#numbers.set(value, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

/** The same roots over a graph without equal nodes. */
export function intern(roots: readonly Expr[]): Expr[] {
  const nodes = new Numbering<Expr>();
  const slots = new Numbering<Slot>();
  const byKey = new Map<string, Expr>();
  const find = mapGraph(roots, (node, args) => {
    const attrs = Object.entries(node.attrs)
      .map(([name, value]) => `${name}=${attrText(value)}`)
      .join(';');
    const slot = node.slot ? slots.of(node.slot) : '';
    const key = `${node.op.name}|${args.map((arg) => nodes.of(arg)).join(',')}|${attrs}|${slot}|${node.dtype}`;
    const earlier = byKey.get(key);
    if (!earlier) {
      const fresh = rebuild(node, args);
      byKey.set(key, fresh);
      return fresh;
    }
    return earlier;
  });
  return roots.map(find);
}
