/**
 * Sorting of long axes: places in sorted runs are merged pairwise until one run is left. An entry finds its rank in
 * the other run by halving, so each entry is placed on its own.
 */
import type { Algebra } from '../algebra/algebra.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { axisOf, indexAdd, indexMul, int32, letVar, prim, variable } from '../kernel/build.ts';
import type { Axis, Scalar, Statement } from '../kernel/language.ts';
import { apply, defineOp } from './define.ts';
import type { LoopsContext, MeaningContext, Op, Tensor } from './define.ts';
import { eachIndex, flatIndex, flatten } from './index-math.ts';
import { iota } from './leaves.ts';
import { compareNumbers, precedes } from './sort-order.ts';

/** Runs of `width` entries are in order; the result has runs of twice that. */
type MergeAttrs = { readonly axis: number; readonly width: number; readonly descending: boolean };

/** Operands: the entries, and their places in the order so far. */
export const mergeRunsOp: Op<MergeAttrs> = defineOp<MergeAttrs>({
  name: 'mergeRuns',
  family: 'indexing',
  doc: 'The int32 places in the second operand, whose runs of `width` along `axis` order the first one, merged in pairs.',
  kinks: 'ties',
  examples: [
    {
      operands: [{ shape: [7] }, { shape: [7], dtype: 'int32', range: [0, 7] }],
      attrs: { axis: 0, width: 1, descending: false },
    },
    {
      operands: [{ shape: [2, 4] }, { shape: [2, 4], dtype: 'int32', range: [0, 4] }],
      attrs: { axis: 1, width: 1, descending: true },
    },
  ],
  infer: ([, places]) => ({ shape: must(places, 'places').shape, dtype: 'int32' }),
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { attrs, shape }: MeaningContext<MergeAttrs>) => {
    const [x, places] = [must(args[0], 'entries'), must(args[1], 'places')];
    const { axis, width, descending } = attrs;
    const size = shape[axis] ?? 0;
    const sign = descending ? -1 : 1;
    const result: T[] = [];
    eachIndex(shape.with(axis, Math.min(size, 1)), (index) => {
      const at = (i: number): number => flatIndex(index.with(axis, i), shape);
      const place = (i: number): T => must(places.data[at(i)], 'place');
      const key = (p: T): number => k.primal(must(x.data[at(k.primal(p))], 'entry'));
      for (let start = 0; start < size; start += 2 * width) {
        const run = Array.from({ length: Math.min(2 * width, size - start) }, (_, i) => place(start + i));
        run.sort((p, q) => sign * compareNumbers(key(p), key(q)));
        run.forEach((p, i) => (result[at(start + i)] = p));
      }
    });
    return result;
  },
  vjp: 'zero',
  lowering: { kind: 'loops', build: buildMerge },
});

function buildMerge(node: Expr, context: LoopsContext): Statement[] {
  const axes = node.shape.map((size, i) => context.axis(`i${i}`, size));
  const merged = mergeEntry(node, context, axes);
  return axes.reduceRight<Statement[]>((inner, each) => [{ kind: 'loop', axis: each, body: inner }], merged);
}

const choose = (test: Scalar, x: Scalar, y: Scalar): Scalar => prim('select', test, x, y);
const atMost = (x: Scalar, limit: number): Scalar => choose(prim('lt', x, int32(limit)), x, int32(limit));

/** Where the run that an entry is merged with begins and ends, and where the entry lands without it. */
interface Merging {
  readonly isLeft: Scalar;
  readonly from: Scalar;
  readonly to: Scalar;
  /** The entry's destination less its rank in the other run. */
  readonly base: Scalar;
}

function mergingOf(position: Scalar, size: number, width: number): Merging {
  const start = indexMul(prim('idiv', position, int32(2 * width)), 2 * width);
  const middle = indexAdd(start, int32(width));
  const isLeft = prim('lt', position, middle);
  return {
    isLeft,
    from: choose(isLeft, atMost(middle, size), start),
    to: choose(isLeft, atMost(indexAdd(middle, int32(width)), size), middle),
    base: choose(isLeft, position, prim('sub', position, int32(width))),
  };
}

/** Statements that place the entry at the present index. */
function mergeEntry(node: Expr, context: LoopsContext, axes: readonly Axis[]): Statement[] {
  const { axis, width, descending } = node.attrs as MergeAttrs;
  const x = must(node.args[0], 'entries');
  const size = Number(node.shape[axis]);
  const place = (at: Scalar): Scalar[] => axes.map(axisOf).with(axis, at);
  const position = axisOf(must(axes[axis], 'axis'));
  const { isLeft, from, to, base } = mergingOf(position, size, width);
  const [own, low, high, middle] = ['own', 'low', 'high', 'middle'].map((name) =>
    context.variable(name, 'int32'),
  );
  const [here, there] = ['here', 'there'].map((name) => context.variable(name, x.dtype));
  if (!own || !low || !high || !middle || !here || !there) return [];
  const between = prim('lt', variable(low), variable(high));
  const before = precedes(descending, variable(there), variable(here));
  const notAfter = prim('not', precedes(descending, variable(here), variable(there)));
  const passes = prim('and', between, choose(isLeft, before, notAfter));
  const stays = prim('and', between, prim('not', passes));
  const rank = prim('sub', variable(low), from);
  return [
    letVar(own, context.read(1, axes.map(axisOf))),
    letVar(here, context.read(0, place(variable(own)))),
    {
      kind: 'carry',
      axis: context.axis('halving', Math.ceil(Math.log2(width + 1))),
      vars: [
        { var: low, init: from, next: choose(passes, indexAdd(variable(middle), int32(1)), variable(low)) },
        { var: high, init: to, next: choose(stays, variable(middle), variable(high)) },
      ],
      body: [
        letVar(middle, atMost(prim('idiv', prim('add', variable(low), variable(high)), int32(2)), size - 1)),
        letVar(there, context.read(0, place(context.read(1, place(variable(middle)))))),
      ],
    },
    {
      kind: 'store',
      buffer: context.output,
      index: flatten(place(prim('add', base, rank)), node.shape),
      value: variable(own),
    },
  ];
}

/** The places of the entries along an axis of known size, in order. */
export function mergeSorted(x: Expr, axis: number, descending: boolean): Expr {
  const size = Number(x.shape[axis]);
  let places: Expr = iota(x.shape, axis);
  for (let width = 1; width < size; width *= 2) {
    places = apply(mergeRunsOp, [x, places], { axis, width, descending });
  }
  return places;
}
