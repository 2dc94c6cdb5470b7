/** Where extremes lie, and whether any or all of a tensor's bools hold. */
import type { DType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import type { ReduceOptions } from '../methods-types.ts';
import type { Reduce, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import { sum } from './broadcast.ts';
import { eq, gt, logicalNot, logicalOr, ne, where } from './compare.ts';
import { normalAxis } from './index-math.ts';
import { iota } from './leaves.ts';
import { max, min } from './reduce.ts';
import { reshape } from './reshape.ts';
import { gatherAlong } from './take.ts';

type Bool = Expr<Shape, 'bool'>;
type Extreme = typeof max;
type Options<A, K extends boolean> = ReduceOptions<A, K>;

const beyond = 2147483647;

/** The first place along an axis that holds the extreme; a NaN is the extreme. The axis stays, with size 1. */
function firstPlace(x: Expr, axis: number, extreme: Extreme): Expr<Shape, 'int32'> {
  const best = extreme(x, { axis, keepdims: true }) as Expr;
  const found = logicalOr(eq(x, best) as Bool, ne(x, x) as Bool);
  const places: Expr = where(found, iota(x.shape, axis) as Expr, beyond);
  return min(places, { axis, keepdims: true }) as Expr<Shape, 'int32'>;
}

interface PlaceBuilder {
  <
    S extends Shape,
    D extends DType,
    const A extends number | undefined = undefined,
    K extends boolean = false,
  >(
    x: Expr<S, D>,
    options?: Options<A, K>,
  ): Expr<Reduce<S, A, K>, 'int32'>;
}

function placeOf(name: string, extreme: Extreme): PlaceBuilder {
  const build = (x: Expr, options: Options<number | undefined, boolean> = {}): Expr => {
    if (options.axis === undefined) {
      const place = firstPlace(reshape(x, [product(x.shape)]), 0, extreme);
      return reshape(place, options.keepdims ? x.shape.map(() => 1) : []);
    }
    const axis = normalAxis(name, x, options.axis);
    const place = firstPlace(x, axis, extreme);
    return options.keepdims ? place : reshape(place, x.shape.toSpliced(axis, 1));
  };
  return build as unknown as PlaceBuilder;
}

/** The int32 place of the largest entry along `axis`, or in the flattened tensor: the first of ties, or of NaNs. */
export const argmax: PlaceBuilder = placeOf('argmax', max);
/** The int32 place of the smallest entry along `axis`, or in the flattened tensor: the first of ties, or of NaNs. */
export const argmin: PlaceBuilder = placeOf('argmin', min);

/** Entries along an axis and where they were. */
export interface Found<S extends Shape, D extends DType> {
  readonly values: Expr<S, D>;
  readonly indices: Expr<S, 'int32'>;
}

interface AlongBuilder {
  <S extends Shape, D extends DType, const A extends number, K extends boolean = false>(
    x: Expr<S, D>,
    options: Options<A, K> & { readonly axis: A },
  ): Found<Reduce<S, A, K>, D>;
}

function along(name: string, extreme: Extreme): AlongBuilder {
  const build = (x: Expr, options: { axis: number; keepdims?: boolean }): Found<Shape, DType> => {
    const axis = normalAxis(name, x, options.axis);
    const indices = firstPlace(x, axis, extreme);
    const values = gatherAlong(x, indices, axis, true);
    if (options.keepdims) return { values, indices };
    const shape = x.shape.toSpliced(axis, 1);
    return { values: reshape(values, shape), indices: reshape(indices, shape) };
  };
  return build as unknown as AlongBuilder;
}

/** The largest entry along one axis and its place, the first of ties; that place alone gets the gradient. */
export const maxAlong: AlongBuilder = along('maxAlong', max);
/** The smallest entry along one axis and its place, the first of ties; that place alone gets the gradient. */
export const minAlong: AlongBuilder = along('minAlong', min);

interface HoldsBuilder {
  <
    S extends Shape,
    const A extends number | readonly number[] | undefined = undefined,
    K extends boolean = false,
  >(
    x: Expr<S, 'bool'>,
    options?: Options<A, K>,
  ): Expr<Reduce<S, A, K>, 'bool'>;
}

/** Whether any entry holds, over `axis` or over everything; false for none. */
export const any: HoldsBuilder = ((x: Expr, options?: object) =>
  gt(sum(x, options) as Expr, 0)) as unknown as HoldsBuilder;

/** Whether all entries hold, over `axis` or over everything; true for none. */
export const all: HoldsBuilder = ((x: Bool, options?: object) =>
  eq(sum(logicalNot(x) as Expr, options) as Expr, 0)) as unknown as HoldsBuilder;
