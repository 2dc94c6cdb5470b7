/** Equal nodes become one, within one compilation. Leaves with a slot are equal when their slot is. */
import type { AttrValue, Expr } from '../src/expr.ts';
import type { Slot } from '../src/slot.ts';
import { mapGraph, rebuild } from '../src/walk.ts';
import { Origins } from './origins.ts';

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

/** Finds for each node the first one met that computes the same from the same. */
export class Interner {
  readonly #nodes = new Numbering<Expr>();
  readonly #slots = new Numbering<Slot>();
  readonly #byKey = new Map<string, Expr>();

  /** The node that stands for all that equal `node`, whose operands stand for theirs already. */
  of(node: Expr): Expr {
    const key = this.#key(node);
    const earlier = this.#byKey.get(key);
    if (!earlier) this.#byKey.set(key, node);
    return earlier ?? node;
  }

  /** A number for each node: one that was asked for earlier has a smaller one. */
  number(node: Expr): number {
    return this.#nodes.of(node);
  }

  #key({ op, args, attrs, slot, dtype }: Expr): string {
    const operands = args.map((arg) => this.#nodes.of(arg)).join(',');
    const settings = Object.entries(attrs).map(([name, value]) => `${name}=${attrText(value)}`);
    return `${op.name}|${operands}|${settings.join(';')}|${slot ? this.#slots.of(slot) : ''}|${dtype}`;
  }
}

/** The same roots over a graph without equal nodes; each node has the origins of all that it stands for. */
export function intern(roots: readonly Expr[]): Expr[] {
  const interner = new Interner();
  const origins = new Origins();
  const find = mapGraph(roots, (node, args) => {
    const candidate = rebuild(node, args);
    const found = interner.of(candidate);
    if (found !== candidate) origins.add(found, candidate);
    return found;
  });
  return origins.settle(roots.map(find));
}
