/** Order along an axis: sorting, ranking, the largest few. */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { axisOf, letVar, prim, variable } from '../kernel/build.ts';
import type { Scalar, Statement } from '../kernel/language.ts';
import type { ReplaceAxis, Shape } from '../shape-types.ts';
import { apply, defineOp, example } from './define.ts';
import type { LoopsContext, MeaningContext, Op, Tensor } from './define.ts';
import type { Found } from './extremes.ts';
import { eachIndex, flatIndex, flatten, normalAxis } from './index-math.ts';
import { mergeSorted } from './merge-sort.ts';
import { knownSize, slice } from './parts.ts';
import { compareNumbers, precedes } from './sort-order.ts';
import { gatherAlong } from './take.ts';

type SortAttrs = { readonly axis: number; readonly descending: boolean };

export const argSortOp: Op<SortAttrs> = defineOp<SortAttrs>({
  name: 'argSort',
  family: 'indexing',
  doc: 'The int32 places of the entries along `axis`, in order; ties in the order in which they stand, NaN as the largest.',
  kinks: 'ties',
  examples: [
    example({ axis: 0, descending: false }, [6]),
    example({ axis: 1, descending: true }, [2, 4]),
    example({ axis: 0, descending: false }, [4, 2]),
    example({ axis: 0, descending: false }, [0]),
  ],
  infer: ([x]) => ({ shape: must(x, 'operand').shape, dtype: 'int32' }),
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { attrs, shape }: MeaningContext<SortAttrs>) => {
    const { data } = must(args[0], 'operand');
    const { axis, descending } = attrs;
    const size = shape[axis] ?? 0;
    const sign = descending ? -1 : 1;
    const result: T[] = [];
    eachIndex(shape.with(axis, Math.min(size, 1)), (index) => {
      const at = (i: number): number => flatIndex(index.with(axis, i), shape);
      const value = (i: number): number => k.primal(must(data[at(i)], 'element'));
      const order = Array.from({ length: size }, (_, i) => i);
      order.sort((i, j) => sign * compareNumbers(value(i), value(j)));
      order.forEach((place, rank) => (result[at(rank)] = k.constant(place)));
    });
    return result;
  },
  vjp: 'zero',
  lowering: { kind: 'loops', build: buildRanks },
});

/** The rank of an entry is the number of those before it; each entry writes its place at its rank. */
function buildRanks(node: Expr, context: LoopsContext): Statement[] {
  const { axis, descending } = node.attrs as SortAttrs;
  const x = must(node.args[0], 'operand');
  const axes = node.shape.map((size, i) => context.axis(`i${i}`, size));
  const place = must(axes[axis], 'axis');
  const other = context.axis('j', place.size);
  const entry = (at: Scalar): Scalar => context.read(0, axes.map(axisOf).with(axis, at));
  const [here, there] = [context.variable('here', x.dtype), context.variable('there', x.dtype)];
  const rank = context.variable('rank', 'int32');
  const [a, b] = [variable(here), variable(there)];
  const earlier = precedes(descending, b, a);
  const later = precedes(descending, a, b);
  const tied = prim('and', prim('not', later), prim('lt', axisOf(other), axisOf(place)));
  const body: Statement[] = [
    letVar(here, entry(axisOf(place))),
    {
      kind: 'reduce',
      var: rank,
      combine: 'sum',
      order: 'sequential',
      axes: [other],
      body: [letVar(there, entry(axisOf(other)))],
      value: prim('toInt32', prim('or', earlier, tied)),
    },
    {
      kind: 'store',
      buffer: context.output,
      index: flatten(axes.map(axisOf).with(axis, variable(rank)), node.shape),
      value: axisOf(place),
    },
  ];
  return axes.reduceRight<Statement[]>((inner, each) => [{ kind: 'loop', axis: each, body: inner }], body);
}

/** Up to this size, counting smaller entries is faster than merging; it serves named sizes too. */
const countingLimit = 64;

export interface SortOptions {
  /** Default -1. */
  readonly axis?: number;
  readonly descending?: boolean;
}

const attrsFor = (what: string, x: Expr, { axis = -1, descending = false }: SortOptions): SortAttrs => ({
  axis: normalAxis(what, x, axis),
  descending,
});

/** The int32 places of the entries along an axis in ascending order; ties keep theirs. */
export function argSort<S extends Shape>(x: Expr<S>, options: SortOptions = {}): Expr<S, 'int32'> {
  const attrs = attrsFor('argSort', x, options);
  const size = must(x.shape[attrs.axis], 'size');
  const isLong = typeof size === 'number' && size > countingLimit;
  const places = isLong ? mergeSorted(x, attrs.axis, attrs.descending) : apply(argSortOp, [x], attrs);
  return places as unknown as Expr<S, 'int32'>;
}

/** The entries along an axis in ascending order, and where they were. NaN is the largest. */
export function sort<S extends Shape, D extends DType>(
  x: Expr<S, D>,
  options: SortOptions = {},
): Found<S, D> {
  const { axis } = attrsFor('sort', x, options);
  const indices = argSort(x, options);
  return { values: gatherAlong(x, indices, axis, true) as unknown as Expr<S, D>, indices };
}

export interface TopKOptions<A extends number> {
  /** Default -1. */
  readonly axis?: A;
  /** The largest, unless false. */
  readonly largest?: boolean;
}

/** The `count` largest entries along an axis, the largest first, and where they were. */
export function topK<S extends Shape, D extends DType, const K extends number, const A extends number = -1>(
  x: Expr<S, D>,
  count: K,
  options: TopKOptions<A> = {},
): Found<ReplaceAxis<S, A, K>, D> {
  const attrs = attrsFor('topK', x, { axis: options.axis ?? -1, descending: options.largest ?? true });
  const { axis } = attrs;
  if (!Number.isInteger(count) || count < 0 || count > knownSize('topK', x, axis)) {
    throw new AdjointError('E-ATTRIBUTE', `topK: axis ${axis} does not have ${count} entries`, [describe(x)]);
  }
  const indices = slice(argSort(x, attrs), { axis, stop: count });
  const values = gatherAlong(x, indices, axis, true);
  return { values, indices } as unknown as Found<ReplaceAxis<S, A, K>, D>;
}
