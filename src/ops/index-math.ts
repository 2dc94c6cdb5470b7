/** Index arithmetic that operators share: axes, strides, and places in row-major order. */
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { indexAdd, indexMul, int32, prim, sizeOf } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import { product } from '../size.ts';
import type { Size } from '../size.ts';
import { asSize, quotient, remainder } from './index-division.ts';

/** `axis` counted from 0; an error that names `what` if the node has no such axis. */
export function normalAxis(what: string, node: Expr, axis: number): number {
  const rank = node.shape.length;
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank) {
    throw new AdjointError('E-SHAPE-AXIS', `${what}: there is no axis ${axis}`, [describe(node)]);
  }
  return positive;
}

/** Distinct axes, counted from 0, ascending; all of them for `undefined`. */
export function normalAxes(what: string, node: Expr, axes: number | readonly number[] | undefined): number[] {
  if (axes === undefined) return node.shape.map((_, i) => i);
  const all = (typeof axes === 'number' ? [axes] : axes).map((axis) => normalAxis(what, node, axis));
  if (new Set(all).size !== all.length) {
    throw new AdjointError('E-SHAPE-AXIS', `${what}: an axis is named twice`, [describe(node)]);
  }
  return all.sort((a, b) => a - b);
}

/** Row-major strides in elements. */
export function strides(shape: readonly number[]): number[] {
  const result = shape.map(() => 1);
  for (let i = shape.length - 2; i >= 0; i--) result[i] = (result[i + 1] ?? 1) * (shape[i + 1] ?? 1);
  return result;
}

export const count = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** Calls `visit` with every index of `shape` in row-major order; the array is reused. */
export function eachIndex(
  shape: readonly number[],
  visit: (index: readonly number[], flat: number) => void,
): void {
  const total = count(shape);
  const index = shape.map(() => 0);
  for (let flat = 0; flat < total; flat++) {
    visit(index, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] ?? 0) + 1;
      if ((index[axis] ?? 0) < (shape[axis] ?? 0)) break;
      index[axis] = 0;
    }
  }
}

/** The elements of `x` at the places that `source` names for each index of `shape`; `fill` where it names none. */
export function moved<T>(
  x: { readonly shape: readonly number[]; readonly data: readonly T[] },
  shape: readonly number[],
  source: (index: readonly number[]) => readonly number[] | null,
  fill: T,
): T[] {
  const result: T[] = [];
  eachIndex(shape, (index) => {
    const place = source(index);
    result.push(place ? must(x.data[flatIndex(place, x.shape)], 'element') : fill);
  });
  return result;
}

/** The flat place of `index` in a row-major tensor of `shape`. */
export function flatIndex(index: readonly number[], shape: readonly number[]): number {
  return shape.reduce((flat, size, axis) => flat * size + (index[axis] ?? 0), 0);
}

/** The place on an axis of a size. */
interface Place {
  readonly at: Scalar;
  readonly size: Size;
}

const isSame = (x: Scalar | undefined, y: Scalar | undefined): boolean =>
  x === y || (x?.kind === 'axis' && y?.kind === 'axis' && x.axis === y.axis);

/** Whether `x` is `prim(of, size)`. */
function divides(x: Scalar | undefined, name: 'idiv' | 'irem', of: Scalar | undefined, size: Size): boolean {
  return x?.kind === 'prim' && x.prim === name && isSame(x.args[0], of) && asSize(x.args[1]) === size;
}

/**
 * The place of which `outer` and `inner` are quotient and remainder by the size of the inner axis: what `unflatten`
 * took apart. Null for other places.
 */
function whole(outer: Scalar, { at: inner, size }: Place): Scalar | null {
  const of = inner.kind === 'prim' ? inner.args[0] : undefined;
  if (!of || !divides(inner, 'irem', of, size)) return null;
  if (divides(outer, 'idiv', of, size)) return of;
  const [quotient, times] = outer.kind === 'prim' && outer.prim === 'irem' ? outer.args : [];
  const count = asSize(times);
  if (count === null || !divides(quotient, 'idiv', of, size)) return null;
  return prim('irem', of, sizeOf(product([count, size])));
}

/** The flat place as a kernel scalar. Axes that were split from one are joined again, so that nothing is divided. */
export function flatten(index: readonly Scalar[], shape: readonly Size[]): Scalar {
  const places: Place[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [at, size] = [index[axis] ?? int32(0), shape[axis] ?? 1];
    const [inner] = places;
    const joined = inner && whole(at, inner);
    if (inner && joined) places[0] = { at: joined, size: product([size, inner.size]) };
    else if (size !== 1 || at.kind !== 'const' || at.value !== 0) places.unshift({ at, size });
  }
  let flat: Scalar = int32(0);
  places.forEach(({ at }, i) => {
    flat = indexAdd(flat, indexMul(at, product(places.slice(i + 1).map(({ size }) => size))));
  });
  return flat;
}

/** The index of flat place `flat` in `shape`. */
export function unflatten(flat: Scalar, shape: readonly Size[]): Scalar[] {
  return shape.map((size, axis) => {
    if (size === 1) return int32(0);
    const inner = product(shape.slice(axis + 1));
    const outer = inner === 1 ? flat : quotient(flat, inner);
    return axis === 0 ? outer : remainder(outer, size);
  });
}
