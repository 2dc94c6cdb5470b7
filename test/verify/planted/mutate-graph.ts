/** Faults in graphs: the nodes between what a rule is given and what it makes, changed in one place. */
import type { Expr } from '../../../src/expr.ts';
import { redeclare } from '../../../src/expr.ts';
import { neg } from '../../../src/ops/arithmetic.ts';
import { constant } from '../../../src/ops/leaves.ts';
import { mapGraph, postorder, rebuild } from '../../../src/walk.ts';
import type { Kind } from './bug.ts';

type Edit = (node: Expr) => Expr | null;

const sameType = (x: Expr | undefined, y: Expr): x is Expr =>
  x !== undefined && x.dtype === y.dtype && String(x.shape) === String(y.shape);

const arithmetic: ReadonlySet<string> = new Set(['add', 'sub', 'mul', 'div', 'matmul']);

/** A term or a factor left out. */
const dropTerm: Edit = (node) => {
  const [first, second] = node.args;
  if (!arithmetic.has(node.op.name) && node.op.name !== 'where') return null;
  if (node.op.name === 'where') return sameType(second, node) ? second : null;
  return sameType(first, node) ? first : null;
};

/** Operands the other way round, where that matters. */
const swapOperands: Edit = (node) => {
  if (!['sub', 'div', 'pow', 'matmul', 'lt', 'le', 'where'].includes(node.op.name)) return null;
  const swapped =
    node.op.name === 'where' ? [node.args[0], node.args[2], node.args[1]] : node.args.toReversed();
  return attempt(() => redeclare(node, swapped as Expr[], node.attrs), node);
};

/** Numbers, and the attributes that hold places, one too large. */
const offByOne: Edit = (node) => {
  if (node.op.name === 'constant') return constant(Number(node.attrs['value']) + 1, node.dtype);
  const { low, high, starts } = node.attrs;
  if (Array.isArray(low) && Array.isArray(high) && low.length > 0) {
    const [lows, highs] = [low as number[], high as number[]];
    const attrs = {
      ...node.attrs,
      low: lows.with(0, (lows[0] ?? 0) + 1),
      high: highs.with(0, (highs[0] ?? 0) - 1),
    };
    return attempt(() => redeclare(node, node.args, attrs), node);
  }
  if (!Array.isArray(starts)) return null;
  const first = starts as number[];
  return attempt(
    () => redeclare(node, node.args, { ...node.attrs, starts: first.with(0, (first[0] ?? 0) + 1) }),
    node,
  );
};

/** Another axis, where the shape stays what it is. */
const wrongAxis: Edit = (node) => {
  const { axis, axes } = node.attrs;
  const rank = Math.max(node.shape.length, node.args[0]?.shape.length ?? 0);
  const next = (at: number): number => (at + 1) % rank;
  if (typeof axis === 'number')
    return attempt(() => redeclare(node, node.args, { ...node.attrs, axis: next(axis) }), node);
  if (!Array.isArray(axes) || axes.length === 0) return null;
  const moved = node.op.name === 'permute' ? (axes as number[]).toReversed() : (axes as number[]).map(next);
  return attempt(() => redeclare(node, node.args, { ...node.attrs, axes: moved.sort() }), node);
};

const edits: Readonly<Partial<Record<Kind, Edit>>> = {
  'dropped term': dropTerm,
  'operand swap': swapOperands,
  'off by one': offByOne,
  'wrong axis': wrongAxis,
};

/** A changed node that still fits where the original stood. */
function attempt(build: () => Expr, node: Expr): Expr | null {
  try {
    const made = build();
    return sameType(made, node) &&
      JSON.stringify(made.attrs) + made.args.map((arg) => node.args.indexOf(arg)).join() !==
        JSON.stringify(node.attrs) + node.args.map((_, i) => i).join()
      ? made
      : null;
  } catch {
    return null;
  }
}

/** The values with one fault between `given` and them; null where there is no place for one. */
export function mutateGraph(
  values: readonly (Expr | null)[],
  given: readonly Expr[],
  kind: Kind,
  skip: number = 0,
): (Expr | null)[] | null {
  const present = values.filter((value) => value !== null);
  if (kind === 'sign') return negated(values, skip);
  const edit = edits[kind];
  if (!edit || present.length === 0) return null;
  const fixed = new Set(given.flatMap((node) => postorder([node])));
  const own = postorder(present)
    .filter((node) => !fixed.has(node))
    .toReversed();
  const places = own.flatMap((node): [Expr, Expr][] => {
    const changed = edit(node);
    return changed ? [[node, changed]] : [];
  });
  const place = places[skip];
  if (!place) return null;
  const [node, changed] = place;
  const find = mapGraph(present, (each, args) => {
    if (each === node) return changed;
    return fixed.has(each) ? each : rebuild(each, args);
  });
  return values.map((value) => value && find(value));
}

function negated(values: readonly (Expr | null)[], skip: number): (Expr | null)[] | null {
  const at = values.flatMap((value, i) => (value ? [i] : []))[skip];
  const value = at === undefined ? null : values[at];
  if (at === undefined || !value) return null;
  return values.with(at, neg(value as Parameters<typeof neg>[0]) as Expr);
}
