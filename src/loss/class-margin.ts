/** Margins between the scores of classes. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { add, div, square, sub } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { eq, lt, logicalAnd, logicalNot, ne, where } from '../ops/compare.ts';
import { relu } from '../ops/exponential.ts';
import { iota, sizeOf } from '../ops/leaves.ts';
import { min } from '../ops/reduce.ts';
import { unsqueeze } from '../ops/reshape.ts';
import { within } from '../ranges.ts';
import type { Same, Shape } from '../shape-types.ts';
import type { Weights } from './checks.ts';
import { checkDType, checkOption, checkShapeIs, weightsOf } from './checks.ts';
import type { Labels, WithoutClasses } from './classes.ts';
import { chosenBy, classesOf, labelsFor, pick, spreadOverClasses } from './classes.ts';
import type { MarginOption, WithoutLast } from './margin.ts';
import type { Float, Reduced, Reduction, ReductionOption } from './reduction.ts';
import { reduceLoss } from './reduction.ts';

type Bool = Expr<Shape, 'bool'>;

export interface MultiMarginOptions<R extends Reduction> extends ReductionOption<R>, MarginOption {
  /** The power, 1 or 2; default 1. */
  readonly p?: 1 | 2;
  /** One factor per class, that of the target. */
  readonly weight?: Weights;
}

/** The mean over classes j other than the target y of max(0, margin - x_y + x_j)^p. Default margin 1. */
export function multiMargin<
  S extends Shape,
  T extends Shape,
  D extends FloatDType,
  R extends Reduction = 'mean',
>(
  scores: Expr<S, D>,
  target: Expr<T, 'int32'> & Same<T, WithoutClasses<S>>,
  options: MultiMarginOptions<R> = {},
): Expr<Reduced<WithoutClasses<S>, R>, D> {
  const what = 'multiMargin';
  const { margin = 1, p = 1 } = options;
  checkOption(what, p === 1 || p === 2, `p is ${String(p)}, not 1 or 2`);
  const classes = classesOf(what, scores);
  const { axis } = classes;
  const labels = labelsFor(what, classes, target, null);
  const own = unsqueeze(pick(scores, labels, classes), axis) as Float;
  const short = relu(add(sub(classes.scores, own), margin));
  const others = where(chosenBy(labels, classes), 0, p === 1 ? short : square(short)) as Float;
  const given = weightsOf(what, options.weight, scores);
  const weight = given && pick(spreadOverClasses(what, given, classes), labels, classes);
  const losses = div(sum(others, { axis }) as Float, sizeOf([classes.count]));
  return reduceLoss(what, losses, { reduction: options.reduction, weight }) as unknown as Expr<
    Reduced<WithoutClasses<S>, R>,
    D
  >;
}

/**
 * The mean over classes of max(0, 1 - x_j + x_i), summed over target classes j and all other classes i. A row of the
 * target names its classes first; the rest of it, from the first -1 on, is not read.
 */
export function multiLabelMargin<
  S extends Shape,
  T extends Shape,
  D extends FloatDType,
  R extends Reduction = 'mean',
>(
  scores: Expr<S, D>,
  target: Expr<T, 'int32'> & Same<T, S>,
  options: ReductionOption<R> = {},
): Expr<Reduced<WithoutLast<S>, R>, D> {
  const what = 'multiLabelMargin';
  const x = scores as Float;
  checkShapeIs(what, target as Expr, x.shape, x);
  checkDType(what, target as Expr, 'int32', x);
  const { named, belongs } = namedClasses(target as Labels);
  const own = sum(where(named, unsqueeze(x, -2), 0), { axis: -1, keepdims: true }) as Float;
  const short = relu(add(sub(unsqueeze(x, -2) as Float, own), 1));
  const reads = sum(named, { axis: -1, keepdims: true }) as unknown as Labels;
  const counts = logicalAnd(eq(reads, 1) as Bool, unsqueeze(logicalNot(belongs), -2) as Bool);
  const total = sum(where(counts as Bool, short, 0), { axis: [-2, -1] }) as Float;
  const losses = div(total, sizeOf(x.shape.slice(-1)));
  return reduceLoss(what, losses, options) as unknown as Expr<Reduced<WithoutLast<S>, R>, D>;
}

/** Of labels [..., C]: whether entry j names class c [..., C, C], and whether any entry does [..., C]. */
function namedClasses(target: Labels): { readonly named: Bool; readonly belongs: Bool } {
  const { shape } = target;
  const count = shape.at(-1);
  const labels = typeof count === 'number' ? within(target, { low: -1, high: count, except: [] }) : target;
  const places = iota(shape, shape.length - 1) as Labels;
  const ends = where(lt(labels, 0) as Bool, places, 2147483647);
  const end = min(ends, { axis: -1, keepdims: true }) as Labels;
  const read = unsqueeze(lt(places, end), -1) as Bool;
  const classes = iota([...shape, ...shape.slice(-1)], shape.length) as Labels;
  const named = logicalAnd(eq(classes, unsqueeze(labels, -1) as Labels) as Bool, read) as Bool;
  return { named, belongs: ne(sum(named, { axis: -2 }) as unknown as Labels, 0) as Bool };
}
