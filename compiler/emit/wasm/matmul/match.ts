/** Recognizes matrix products among loops, by what they compute. */
import type { Axis, Scalar, Statement, Var } from '../../../../src/kernel/language.ts';
import type { Context } from '../kernels/context.ts';
import type { Term } from '../../loops/linear.ts';
import { isAxis, linearOf } from '../../loops/linear.ts';
import type { Reduce } from '../../loops/order.ts';
import { readsBeyond } from '../kernels/reach.ts';
import { dependsOn, expanded, variablesOf } from '../../loops/scalar-tree.ts';

type Load = Extract<Scalar, { kind: 'load' }>;
type Loop = Extract<Statement, { kind: 'loop' }>;
type Let = Extract<Statement, { kind: 'let' }>;

/**
 * `total[row, column]` = the sum over `inner`, in order, of `left`, which does not depend on the column, times
 * `right`, which does not depend on the row; `lets` before it and statements after it finish each element.
 */
export interface Product {
  readonly row: Axis;
  readonly column: Axis;
  readonly inner: Axis;
  readonly total: Reduce['var'];
  readonly left: Factor;
  readonly right: Factor;
  readonly lets: readonly Let[];
  readonly after: readonly Statement[];
}

/** A load, and the terms of its index with all definitions put in. */
export interface Factor {
  readonly load: Load;
  readonly terms: readonly Term[];
}

const isLet = (statement: Statement): statement is Let => statement.kind === 'let';
const isPlain = ({ kind }: Statement): boolean => kind === 'let' || kind === 'store';

/** The product that `statement` computes, or null where it is something else. */
export function matchProduct(context: Context, statement: Loop): Product | null {
  const inside = statement.body.at(-1);
  const rowLets = statement.body.slice(0, -1);
  if (context.vector || inside?.kind !== 'loop' || !rowLets.every(isLet)) return null;
  const at = inside.body.findIndex(({ kind }) => kind === 'reduce');
  const reduce = inside.body[at];
  const before = inside.body.slice(0, at);
  const after = inside.body.slice(at + 1);
  if (reduce?.kind !== 'reduce' || !before.every(isLet) || !after.every(isPlain)) return null;
  const lets = [...rowLets, ...before];
  const axes = { row: statement.axis, column: inside.axis };
  const factors = factorsOf(context, reduce, lets, axes);
  if (!factors || !isTileable(axes.column, [...lets, ...after])) return null;
  return { ...axes, ...factors, total: reduce.var, lets, after };
}

/** Columns beyond the last one are computed where they do not fill a vector. */
function isTileable(column: Axis, finish: readonly Statement[]): boolean {
  const { size } = column;
  if (typeof size === 'number' && size < 2) return false;
  return (typeof size === 'number' && size % 4 === 0) || !readsBeyond(finish, column);
}

interface Axes {
  readonly row: Axis;
  readonly column: Axis;
}

function factorsOf(
  context: Context,
  { combine, order, axes, body, value, var: of }: Reduce,
  lets: readonly Let[],
  { row, column }: Axes,
): Pick<Product, 'inner' | 'left' | 'right'> | null {
  const [inner] = axes;
  const isFloatSum = combine === 'sum' && order === 'sequential' && of.dtype.startsWith('float');
  if (!inner || axes.length > 1 || !isFloatSum || !body.every(isLet)) return null;
  const [x, y] = value.kind === 'prim' && value.prim === 'mul' ? value.args : [];
  if (x?.kind !== 'load' || y?.kind !== 'load') return null;
  const values = new Map([...lets, ...body].map((statement) => [statement.var, statement.value]));
  const factor = (load: Load): Factor => {
    const index = expanded(load.index, values);
    return { load: { ...load, index }, terms: linearOf(index, (name) => indexOf(context, name)) };
  };
  const both = [factor(x), factor(y)] as const;
  const [left, right] = uses(both[0], column) ? [both[1], both[0]] : both;
  const fits = !uses(left, column) && uses(right, column) && !uses(right, row);
  if (!fits || !isLinear(right, [column, inner]) || !isLinear(left, [inner])) return null;
  if (![left, right].every((of) => isReady(context, of))) return null;
  // A panel of columns that lie apart is copied into scratch, whose size must be known.
  const near = strideOf(right, column) === 1 || typeof inner.size === 'number';
  return near ? { inner, left, right } : null;
}

function indexOf({ vars }: Context, of: Var): Scalar | null {
  const place = vars.get(of);
  return place?.kind === 'index' ? place.value : null;
}

const uses = ({ terms }: Factor, axis: Axis): boolean =>
  terms.some(({ of }) => of !== null && (isAxis(of) ? of === axis : dependsOn(of, axis)));

/** Whether an index changes with an axis by equal steps, or not at all. */
const isLinear = ({ terms }: Factor, axes: readonly Axis[]): boolean =>
  terms.every(({ of }) => of === null || isAxis(of) || !axes.some((axis) => dependsOn(of, axis)));

/** Whether all that an index is made of is known outside of the loops, or is one of their counters. */
const isReady = ({ vars }: Context, { terms }: Factor): boolean =>
  terms.every(({ of }) => of === null || isAxis(of) || variablesOf(of).every((name) => vars.has(name)));

/** Elements from one value of `axis` to the next: a number, or the terms of one that only the module knows. */
export function strideOf({ terms }: Factor, axis: Axis): number | readonly Term[] {
  const own = terms.filter(({ of }) => of === axis).map((term): Term => ({ ...term, of: null }));
  if (own.some(({ symbols, factor }) => symbols.length > 0 || factor < 0)) return own;
  return own.reduce((total, { factor }) => total + factor, 0);
}
