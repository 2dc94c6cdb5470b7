/**
 * How a node is written in TypeScript: by the builder of its name where that makes the very node, else by `node`.
 * Each spelling is tried before it is used, so what is printed rebuilds what there is.
 */
import { makeNode } from '../../../src/expr.ts';
import type { AttrValue, Attrs, Expr } from '../../../src/expr.ts';
import { apply } from '../../../src/ops/define.ts';
import type { Op } from '../../../src/ops/define.ts';
import * as builders from '../../../src/ops/index.ts';
import { operatorNamed } from '../../../src/ops/registry.ts';

/** The node that the operator called `op` makes of `args`. */
export function node(op: string | Op, args: readonly Expr[], attrs: Attrs = {}): Expr {
  const found = typeof op === 'string' ? operatorNamed(op) : op;
  if (!found) throw new Error(`there is no operator ${JSON.stringify(op)}`);
  return apply(found, args, attrs);
}

export interface Spelling {
  /** The name to import. */
  readonly builder: string;
  readonly call: string;
}

/** A number as source text. */
export const numberText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** Plain data as source text. */
export function valueText(value: AttrValue): string {
  if (typeof value === 'number') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`;
  return typeof value === 'string' ? stringText(value) : JSON.stringify(value);
}

/** A string literal in single quotes. */
export const stringText = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;

export function recordText(record: Readonly<Record<string, AttrValue>>): string {
  const entries = Object.entries(record).map(
    ([key, value]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : stringText(key)}: ${valueText(value)}`,
  );
  return entries.length > 0 ? `{ ${entries.join(', ')} }` : '{}';
}

/** What builders take behind the operands, by operator; the attributes themselves where a row says nothing. */
const rest: Readonly<Record<string, (attrs: Attrs) => readonly AttrValue[] | Attrs>> = {
  sum: ({ axes }) => ({ axis: axes as AttrValue }),
  max: ({ axes }) => ({ axis: axes as AttrValue }),
  min: ({ axes }) => ({ axis: axes as AttrValue }),
  prod: ({ axes }) => ({ axis: axes as AttrValue }),
  maxFirst: ({ axes }) => ({ axis: axes as AttrValue }),
  flip: ({ axes }) => ({ axis: axes as AttrValue }),
  reshape: ({ shape }) => [shape as AttrValue],
  broadcastTo: ({ shape }) => [shape as AttrValue],
  permute: ({ axes }) => [axes as AttrValue],
  cast: ({ dtype }) => [dtype as AttrValue],
  constant: ({ value, dtype }) => [value as AttrValue, dtype as AttrValue],
  iota: ({ shape, axis }) => [shape as AttrValue, axis as AttrValue],
};

type Builder = (...args: readonly unknown[]) => unknown;

/** Whether `made` is the node itself, built anew. */
function isSame(made: unknown, node: Expr): boolean {
  const other = made as Partial<Expr> | null;
  return (
    other?.op?.name === node.op.name &&
    other.args?.length === node.args.length &&
    other.args.every((arg, i) => arg === node.args[i]) &&
    recordText(other.attrs ?? {}) === recordText(node.attrs)
  );
}

function attempt(build: () => unknown): unknown {
  try {
    return build();
  } catch {
    return null;
  }
}

/** Whether builders take all operands as one list. */
const listed: ReadonlySet<string> = new Set(['concat']);

/** The call that makes `of` from operands that are called `operands`. */
export function spell(of: Expr, operands: readonly string[]): Spelling {
  const { name } = of.op;
  const builder = (builders as Readonly<Record<string, unknown>>)[name];
  const given = (rest[name] ?? ((attrs) => attrs))(of.attrs);
  const extra = Array.isArray(given) ? given : Object.keys(given).length > 0 ? [given] : [];
  if (typeof builder === 'function') {
    const args = listed.has(name) ? [of.args] : of.args;
    if (
      isSame(
        attempt(() => (builder as Builder)(...args, ...extra)),
        of,
      )
    ) {
      const first = listed.has(name) ? [`[${operands.join(', ')}]`] : operands;
      return { builder: name, call: `${name}(${[...first, ...extra.map(extraText)].join(', ')})` };
    }
  }
  const attrs = Object.keys(of.attrs).length > 0 ? [recordText(of.attrs)] : [];
  const known = operatorNamed(name) !== undefined;
  const op = known ? stringText(name) : name;
  return { builder: 'node', call: `node(${[op, `[${operands.join(', ')}]`, ...attrs].join(', ')})` };
}

function extraText(value: AttrValue | Attrs): string {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? recordText(value as Attrs) : valueText(value as AttrValue);
}

/** The same node with another operator: how a fault is planted. */
export function withOp(of: Expr, op: Op): Expr {
  return makeNode({ ...of, op });
}
