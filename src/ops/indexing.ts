/**
 * Reading and adding at places that integers name. `gather` and `scatterAdd` are each other's derivative; indices
 * broadcast over the axes that they do not choose along, so that choosing whole rows needs one index a row.
 */
import type { Algebra } from '../algebra/algebra.ts';
import { isFloat } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import {
  axisOf,
  cond,
  constant as scalarConstant,
  int32,
  letVar,
  prim,
  sizeOf as sizeScalar,
  variable,
} from '../kernel/build.ts';
import type { Scalar, Statement } from '../kernel/language.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { cast } from './cast.ts';
import { ge, logicalAnd, lt, where } from './compare.ts';
import { apply, defineOp } from './define.ts';
import type { ExampleOperand, LoopsContext, MeaningContext, Op, Read, Tensor } from './define.ts';
import { count, eachIndex, flatIndex, flatten } from './index-math.ts';
import { sizeOf } from './leaves.ts';

export type GatherAttrs = {
  readonly axis: number;
  /** Whether indices may lie outside the axis, and are therefore compared with its ends. */
  readonly checked: boolean;
};
export type ScatterAttrs = GatherAttrs & { readonly size: Size };

type Context<A> = MeaningContext<A>;

const places = (shape: readonly number[], size: number): ExampleOperand => ({
  shape,
  dtype: 'int32',
  range: [0, size],
});

/** Throws unless `indices` are int32 and fit `values` in every axis but `axis`. */
function checkIndices(what: string, values: Expr, indices: Expr, axis: number): void {
  const details = [describe(values), describe(indices)];
  if (indices.dtype !== 'int32') throw new AdjointError('E-DTYPE', `${what}: indices are int32`, details);
  const fits =
    indices.shape.length === values.shape.length &&
    indices.shape.every((size, i) => i === axis || size === 1 || size === values.shape[i]);
  if (!fits)
    throw new AdjointError('E-SHAPE-SAME', `${what}: the shape of the indices does not fit`, details);
}

/** The index into `indices` for a place of the result: axes of size 1 repeat. */
const indexPlace = <I>(place: readonly I[], shape: readonly Size[], axis: number, zero: I): I[] =>
  place.map((at, i) => (i !== axis && shape[i] === 1 ? zero : at));

export const gatherOp: Op<GatherAttrs> = defineOp<GatherAttrs>({
  name: 'gather',
  family: 'indexing',
  doc: 'The elements that int32 indices name along `axis`; indices broadcast over other axes. NaN (0 for integers) at an index outside.',
  examples: [
    { operands: [{ shape: [4, 3] }, places([2, 3], 4)], attrs: { axis: 0, checked: false } },
    { operands: [{ shape: [4, 3] }, places([5, 1], 6)], attrs: { axis: 0, checked: true } },
    { operands: [{ shape: [2, 4, 3] }, places([1, 2, 1], 4)], attrs: { axis: 1, checked: false } },
    { operands: [{ shape: [3] }, places([0], 3)], attrs: { axis: 0, checked: true } },
  ],
  infer: ([x, indices], { axis }) => {
    const [values, places] = [must(x, 'values'), must(indices, 'indices')];
    checkIndices('gather', values, places, axis);
    return { shape: values.shape.with(axis, must(places.shape[axis], 'indices')), dtype: values.dtype };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { attrs, shape, dtype }: Context<GatherAttrs>) => {
    const [x, indices] = [must(args[0], 'values'), must(args[1], 'indices')];
    const outside = k.constant(isFloat(dtype) ? Number.NaN : 0);
    const result: T[] = [];
    eachIndex(shape, (place) => {
      const at = chosen(k, indices, place, attrs.axis);
      const inside = at >= 0 && at < (x.shape[attrs.axis] ?? 0);
      result.push(inside ? must(x.data[flatIndex(place.with(attrs.axis, at), x.shape)], 'element') : outside);
    });
    return result;
  },
  vjp: (g, { args, attrs }) => {
    const { axis, checked } = attrs as GatherAttrs;
    const [x, indices] = [must(args[0], 'values'), must(args[1], 'indices')];
    return [apply(scatterAddOp, [indices, g], { axis, checked, size: must(x.shape[axis], 'size') }), null];
  },
  lowering: { kind: 'view', read: readGathered },
});

function chosen<T>(k: Algebra<T>, indices: Tensor<T>, place: readonly number[], axis: number): number {
  const at = flatIndex(indexPlace(place, indices.shape, axis, 0), indices.shape);
  return k.primal(must(indices.data[at], 'index'));
}

const isInside = (at: Scalar, size: Size): Scalar =>
  prim('and', prim('le', int32(0), at), prim('lt', at, sizeScalar(size)));

function readGathered(node: Expr, index: readonly Scalar[], read: Read): Scalar {
  const { axis, checked } = node.attrs as GatherAttrs;
  const [x, indices] = [must(node.args[0], 'values'), must(node.args[1], 'indices')];
  const at = read(1, indexPlace(index, indices.shape, axis, int32(0)));
  const element = read(0, index.with(axis, at));
  if (!checked) return element;
  const outside = scalarConstant(node.dtype, isFloat(node.dtype) ? Number.NaN : 0);
  return cond(isInside(at, must(x.shape[axis], 'size')), element, outside);
}

export const scatterAddOp: Op<ScatterAttrs> = defineOp<ScatterAttrs>({
  name: 'scatterAdd',
  family: 'indexing',
  doc: 'Zeros, and each element of the second operand added, in order, at the place along `axis` that the first names. An index outside adds nothing.',
  examples: [
    { operands: [places([5, 3], 4), { shape: [5, 3] }], attrs: { axis: 0, size: 4, checked: false } },
    { operands: [places([5, 1], 6), { shape: [5, 3] }], attrs: { axis: 0, size: 4, checked: true } },
    { operands: [places([1, 3, 1], 2), { shape: [2, 3, 2] }], attrs: { axis: 1, size: 2, checked: false } },
    { operands: [places([0], 3), { shape: [0] }], attrs: { axis: 0, size: 3, checked: true } },
  ],
  infer: ([indices, x], { axis, size }) => {
    const [places, values] = [must(indices, 'indices'), must(x, 'values')];
    checkIndices('scatterAdd', values, places, axis);
    if (places.shape[axis] !== values.shape[axis]) {
      const headline = `scatterAdd: there is not one index for each entry of axis ${axis}`;
      throw new AdjointError('E-SHAPE-SAME', headline, [describe(values), describe(places)]);
    }
    return { shape: values.shape.with(axis, size), dtype: values.dtype };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { attrs, shape }: Context<ScatterAttrs>) => {
    const [indices, x] = [must(args[0], 'indices'), must(args[1], 'values')];
    const result: T[] = Array.from({ length: count(shape) }, () => k.constant(0));
    eachIndex(x.shape, (place, flat) => {
      const at = chosen(k, indices, place, attrs.axis);
      if (at < 0 || at >= (shape[attrs.axis] ?? 0)) return;
      const target = flatIndex(place.with(attrs.axis, at), shape);
      result[target] = k.add(must(result[target], 'element'), must(x.data[flat], 'element'));
    });
    return result;
  },
  vjp: (g, { args, attrs }) => {
    const { axis, checked } = attrs as ScatterAttrs;
    return [null, gatherOrZero(g, must(args[0], 'indices'), { axis, checked })];
  },
  lowering: { kind: 'loops', build: buildScatter },
});

/** Gathers, with 0 at indices outside: they added nothing. */
function gatherOrZero(x: Expr, indices: Expr, { axis, checked }: GatherAttrs): Expr {
  const gathered = apply(gatherOp, [x, indices], { axis, checked });
  if (!checked) return gathered;
  const size = cast(sizeOf([must(x.shape[axis], 'size')]), 'int32');
  const inside = logicalAnd(ge(indices, 0) as Expr<Shape, 'bool'>, lt(indices, size) as Expr<Shape, 'bool'>);
  return where(inside, gathered, 0);
}

function buildScatter(node: Expr, context: LoopsContext): Statement[] {
  const { axis, checked, size } = node.attrs as ScatterAttrs;
  const [indices, values] = [must(node.args[0], 'indices'), must(node.args[1], 'values')];
  const { output } = context;
  const zero = scalarConstant(node.dtype, 0);
  const clear = loops(context, node.shape, null, (place) => [
    { kind: 'store', buffer: output, index: flatten(place, node.shape), value: zero },
  ]);
  const add = loops(context, values.shape, axis, (place) => {
    const at = context.variable('at', 'int32');
    const inside = isInside(variable(at), size);
    const index = checked ? prim('select', inside, variable(at), int32(0)) : variable(at);
    const value = context.read(1, place);
    return [
      letVar(at, context.read(0, indexPlace(place, indices.shape, axis, int32(0)))),
      {
        kind: 'accumulate',
        buffer: output,
        index: flatten(place.with(axis, index), node.shape),
        value: checked ? prim('select', inside, value, zero) : value,
      },
    ];
  });
  return [...clear, ...add];
}

/** A loop for each axis of `shape` around `body`; the one over axis `ordered` runs in order. */
function loops(
  context: LoopsContext,
  shape: readonly Size[],
  ordered: number | null,
  body: (place: readonly Scalar[]) => readonly Statement[],
): readonly Statement[] {
  const axes = shape.map((size, i) => context.axis(`i${i}`, size));
  return axes.reduceRight(
    (inner, axis, i) => [{ kind: i === ordered ? 'ordered' : 'loop', axis, body: inner }],
    body(axes.map(axisOf)),
  );
}
