/**
 * Running sums, products and recurrences along an axis. A linear recurrence is its own derivative, backwards, which
 * gives running products a gradient that is exact where factors are zero.
 */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType, FloatDType } from '../dtype.ts';
import { isFloat } from '../dtype.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import {
  axisOf,
  constant as scalarConstant,
  indexAdd,
  int32,
  letVar,
  prim,
  sizeOf as sizeScalar,
  variable,
} from '../kernel/build.ts';
import type { Scalar, Statement } from '../kernel/language.ts';
import type { Shape } from '../shape-types.ts';
import { abs, mul, sub } from './arithmetic.ts';
import { cast } from './cast.ts';
import { eq, logicalAnd, where } from './compare.ts';
import { apply, defineOp, example } from './define.ts';
import type { Example, Family, LoopsContext, MeaningContext, Op, Tensor, Vjp } from './define.ts';
import { sameSignature } from './elementwise.ts';
import { exp } from './exponential.ts';
import { eachIndex, flatIndex, flatten, normalAxis } from './index-math.ts';
import { iota, sizeOf } from './leaves.ts';
import { padWith } from './slicing.ts';

type Float = Expr<Shape, FloatDType>;
type RunningAttrs = { readonly axis: number; readonly reverse: boolean };
const attrsOf = (node: Expr): RunningAttrs => node.attrs as RunningAttrs;

interface RunningLiteral {
  readonly name: string;
  readonly doc: string;
  /** The number of operands, default 1. */
  readonly arity?: number;
  /** The next value from the last one and the operands at this place; the first value is the last operand itself. */
  readonly step: <T>(k: Algebra<T>, last: T, operands: readonly T[]) => T;
  readonly lower: (last: Scalar, operands: readonly Scalar[]) => Scalar;
  readonly vjp: Vjp;
}

/** From both ends, along each axis, along axes with one entry and none. */
function runningExamples(arity: number): Example<RunningAttrs>[] {
  const of = (axis: number, reverse: boolean, shape: readonly number[]): Example<RunningAttrs> =>
    example({ axis, reverse }, ...Array.from({ length: arity }, () => shape));
  return [
    of(0, false, [4]),
    of(1, true, [2, 3]),
    of(0, true, [3, 2]),
    of(0, false, [1]),
    of(1, false, [2, 0]),
  ];
}

/** An operator that goes along an axis, from the front or from the back, and keeps every value on the way. */
function running({ name, doc, arity = 1, step, lower, vjp }: RunningLiteral): Op<RunningAttrs> {
  const family: Family = 'reduction';
  return defineOp<RunningAttrs>({
    name,
    family,
    doc,
    examples: runningExamples(arity),
    infer: (args) => sameSignature(name, args),
    meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], context: MeaningContext<RunningAttrs>) => {
      const { axis, reverse } = context.attrs;
      const { shape } = context;
      const result: T[] = [];
      const size = shape[axis] ?? 0;
      eachIndex(shape.with(axis, Math.min(size, 1)), (index) => {
        let last: T | null = null;
        for (let i = 0; i < size; i++) {
          const at = flatIndex(index.with(axis, reverse ? size - 1 - i : i), shape);
          const operands = args.map(({ data }) => must(data[at], 'element'));
          last = last === null ? must(operands.at(-1), 'operand') : step(k, last, operands);
          result[at] = last;
        }
      });
      return result;
    },
    vjp,
    lowering: { kind: 'loops', build: (node, context) => buildRunning(node, context, lower) },
  });
}

function buildRunning(node: Expr, context: LoopsContext, lower: RunningLiteral['lower']): Statement[] {
  const { axis, reverse } = attrsOf(node);
  const axes = node.shape.map((size, i) => context.axis(i === axis ? 't' : `i${i}`, size));
  const time = must(axes[axis], 'axis');
  const end = indexAdd(sizeScalar(time.size), int32(-1));
  const position = reverse ? prim('sub', end, axisOf(time)) : axisOf(time);
  const place = axes.map((each, i) => (i === axis ? position : axisOf(each)));
  const [last, next] = [context.variable('last', node.dtype), context.variable('next', node.dtype)];
  const operands = node.args.map((_, i) => context.read(i, place));
  const first = prim('eq', axisOf(time), int32(0));
  const value = prim('select', first, must(operands.at(-1), 'operand'), lower(variable(last), operands));
  const carry: Statement = {
    kind: 'carry',
    axis: time,
    vars: [{ var: last, init: scalarConstant(node.dtype, 0), next: variable(next) }],
    body: [
      letVar(next, value),
      { kind: 'store', buffer: context.output, index: flatten(place, node.shape), value: variable(next) },
    ],
  };
  const others = axes.filter((each) => each !== time);
  return others.reduceRight<Statement[]>((body, each) => [{ kind: 'loop', axis: each, body }], [carry]);
}

/** The value one place earlier on the way (`back` of 1) or later (-1); `fill` where there is none. */
function shifted(x: Expr, { axis, reverse }: RunningAttrs, back: number, fill: number): Expr {
  const by = reverse ? 0 - back : back;
  const none = x.shape.map(() => 0);
  return padWith(x, { low: none.with(axis, by), high: none.with(axis, 0 - by), between: none, value: fill });
}

export const cumsumOp: Op<RunningAttrs> = running({
  name: 'cumsum',
  doc: 'Running sums along `axis`, from the front, or from the back with `reverse`.',
  step: (k, last, [x]) => k.add(last, must(x, 'element')),
  lower: (last, [x]) => prim('add', last, must(x, 'element')),
  vjp: (g, node) => {
    const { axis, reverse } = attrsOf(node);
    return [isFloat(node.dtype) ? apply(cumsumOp, [g], { axis, reverse: !reverse }) : null];
  },
});

export const recurrenceOp: Op<RunningAttrs> = running({
  name: 'linearRecurrence',
  arity: 2,
  doc: 'y[t] = a[t] y[t - 1] + b[t] along `axis`, from y[0] = b[0]; from the back with `reverse`.',
  step: (k, last, [a, b]) => k.add(k.mul(must(a, 'factor'), last), must(b, 'term')),
  lower: (last, [a, b]) => prim('add', prim('mul', must(a, 'factor'), last), must(b, 'term')),
  vjp: (g, node) => {
    const attrs = attrsOf(node);
    const factors = shifted(must(node.args[0], 'factors'), attrs, -1, 0);
    const adjoint = apply(recurrenceOp, [factors, g], { ...attrs, reverse: !attrs.reverse });
    return [mul(adjoint, shifted(node, attrs, 1, 0)), adjoint];
  },
});

/** log(e^x + e^y) of two scalars in any order; the first alone where it is infinite. */
function logAddExpScalar(x: Scalar, y: Scalar): Scalar {
  const [wide, other] = [prim('max', x, y), prim('min', x, y)];
  const infinite = prim('eq', prim('abs', wide), scalarConstant(x.dtype, Number.POSITIVE_INFINITY));
  const sum = prim('add', wide, prim('log1p', prim('exp', prim('sub', other, wide))));
  return prim('select', infinite, wide, sum);
}

function logAddExpMeaning<T>(k: Algebra<T>, x: T, y: T): T {
  const [wide, other] = Number.isNaN(k.primal(x)) || k.primal(x) >= k.primal(y) ? [x, y] : [y, x];
  if (Math.abs(k.primal(wide)) === Number.POSITIVE_INFINITY) return wide;
  return k.add(wide, k.log1p(k.exp(k.sub(other, wide))));
}

/** x - y, and 0 where both are the same infinity. */
function difference(x: Expr, y: Expr): Float {
  const same = logicalAnd(eq(x, y) as Expr<Shape, 'bool'>, eq(abs(x as Float), Number.POSITIVE_INFINITY));
  return where(same, 0, sub(x, y)) as Float;
}

export const logCumSumExpOp: Op<RunningAttrs> = running({
  name: 'logCumSumExp',
  doc: 'log of the running sums of e^x along `axis`, without overflow.',
  step: (k, last, [x]) => logAddExpMeaning(k, last, must(x, 'element')),
  lower: (last, [x]) => logAddExpScalar(last, must(x, 'element')),
  // With y the result, the cotangent of x[i] is e^(x[i] - y[i]) s[i], where s[i] = g[i] + e^(y[i] - y[i+1]) s[i+1].
  vjp: (g, node) => {
    const attrs = attrsOf(node);
    const x = must(node.args[0], 'operand');
    const factors = exp(difference(node, shifted(node, attrs, -1, 0)));
    const sums = apply(recurrenceOp, [factors, g], { ...attrs, reverse: !attrs.reverse });
    return [mul(sums, exp(difference(x, node)))];
  },
});

export interface RunningOptions {
  readonly axis: number;
  /** Goes from the last entry to the first. */
  readonly reverse?: boolean;
}

const attrsFor = (what: string, x: Expr, { axis, reverse = false }: RunningOptions): RunningAttrs => ({
  axis: normalAxis(what, x, axis),
  reverse,
});

/** Running sums along an axis. */
export function cumsum<S extends Shape, D extends DType>(x: Expr<S, D>, options: RunningOptions): Expr<S, D> {
  return apply(cumsumOp, [x], attrsFor('cumsum', x, options)) as unknown as Expr<S, D>;
}

/** y[t] = factors[t] y[t - 1] + terms[t] along an axis, from y[0] = terms[0]. */
export function linearRecurrence<S extends Shape, D extends DType>(
  factors: Expr<S, D>,
  terms: Expr<S, D>,
  options: RunningOptions,
): Expr<S, D> {
  const attrs = attrsFor('linearRecurrence', terms, options);
  return apply(recurrenceOp, [factors, terms], attrs) as unknown as Expr<S, D>;
}

/** Running products along an axis. */
export function cumprod<S extends Shape, D extends DType>(
  x: Expr<S, D>,
  options: RunningOptions,
): Expr<S, D> {
  const { axis, reverse } = attrsFor('cumprod', x, options);
  const end = reverse ? sub(cast(sizeOf([must(x.shape[axis], 'size')]), 'int32'), 1) : 0;
  const isFirst = eq(iota(x.shape, axis) as Expr, end as Expr) as Expr<Shape, 'bool'>;
  const start = where(isFirst, x as Expr, 0) as unknown as Expr<S, D>;
  return linearRecurrence(x, start, { axis, reverse });
}

/** log of the running sums of e^x along an axis. */
export function logCumSumExp<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: RunningOptions,
): Expr<S, D> {
  return apply(logCumSumExpOp, [x], attrsFor('logCumSumExp', x, options)) as unknown as Expr<S, D>;
}

/** The product of all entries of `axis` but the one at each place, exact where entries are zero. */
export function productOfOthers(x: Expr, axis: number): Expr {
  const before = shifted(cumprod(x, { axis }), { axis, reverse: false }, 1, 1);
  const after = shifted(cumprod(x, { axis, reverse: true }), { axis, reverse: true }, 1, 1);
  return mul(before, after);
}
