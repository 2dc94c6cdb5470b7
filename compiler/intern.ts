/** Equal nodes become one, within one compilation. Leaves with a slot are equal when their slot is. */
import type { AttrValue, Attrs, Expr } from '../src/expr.ts';
import type { Slot } from '../src/slot.ts';
import { mapGraph } from '../src/walk.ts';
import { Origins } from './origins.ts';
import { withArgs } from './rebuild.ts';

/** Attribute values as text that tells every number apart, -0 from 0 too. */
function valueText(value: AttrValue): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(',')}]`;
  return JSON.stringify(value);
}

const texts = new WeakMap<Attrs, string>();

/** Attributes as text. Copies of a node share their attributes, so that the text is made once. */
function attrsText(attrs: Attrs): string {
  const known = texts.get(attrs);
  if (known !== undefined) return known;
  const text = Object.entries(attrs)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(';');
  texts.set(attrs, text);
  return text;
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

/** What a node computes, as text: equal for nodes that compute the same from operands of the same numbers. */
export class Keys {
  readonly #slots = new Numbering<Slot>();

  of({ op, attrs, slot, dtype }: Expr, operands: readonly number[]): string {
    const leaf = slot ? this.#slots.of(slot) : '';
    return `${op.name}|${operands.join()}|${attrsText(attrs)}|${leaf}|${dtype}`;
  }
}

/** Finds for each node the first one met that computes the same from the same. */
export class Interner {
  readonly #keys = new Keys();
  readonly #nodes = new Numbering<Expr>();
  readonly #byKey = new Map<string, Expr>();

  /** The node that stands for all that equal `node`, whose operands stand for theirs already. */
  of(node: Expr): Expr {
    const key = this.#keys.of(
      node,
      node.args.map((arg) => this.#nodes.of(arg)),
    );
    const earlier = this.#byKey.get(key);
    if (!earlier) this.#byKey.set(key, node);
    return earlier ?? node;
  }

  /** A number for each node: one that was asked for earlier has a smaller one. */
  number(node: Expr): number {
    return this.#nodes.of(node);
  }
}

/** The same roots over a graph without equal nodes; each node has the origins of all that it stands for. */
export function intern(roots: readonly Expr[]): Expr[] {
  const interner = new Interner();
  const origins = new Origins();
  const find = mapGraph(roots, (node, args) => {
    const candidate = withArgs(node, args);
    const found = interner.of(candidate);
    if (found !== candidate) origins.add(found, candidate);
    return found;
  });
  return origins.settle(roots.map(find));
}
