/** Class axes and class indices, shared by the losses of classifiers. */
import { AdjointError, must } from '../errors.ts';
import { describe, nameOf, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { broadcastTo, sum } from '../ops/broadcast.ts';
import { eq, where } from '../ops/compare.ts';
import { iota } from '../ops/leaves.ts';
import { reshape, unsqueeze } from '../ops/reshape.ts';
import { within } from '../ranges.ts';
import type { Dim, Shape } from '../shape-types.ts';
import { checkFloat, checkGiven, checkShapeIs } from './checks.ts';
import type { Float } from './reduction.ts';

export type Labels = Expr<Shape, 'int32'>;

/** The shape of class indices: that of the scores without the class axis, which is axis 1, or 0 of a vector. */
export type WithoutClasses<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [infer N extends Dim, Dim, ...infer R extends Shape]
    ? [N, ...R]
    : S extends readonly [Dim]
      ? []
      : Shape;

/** Scores of C classes: [C], [N, C] or [N, C, ...], with the class axis and the shape of their class indices. */
export interface Classes {
  /** What the user gave: messages speak of it. */
  readonly given: Expr;
  readonly scores: Float;
  readonly axis: number;
  /** The number of classes, or its name. */
  readonly count: Dim;
  /** The shape without the class axis. */
  readonly rest: readonly Dim[];
}

/** The classes of `scores`. Throws E-SHAPE-RANK for a scalar. */
export function classesOf(what: string, scores: Expr): Classes {
  checkGiven(what, 'prediction', scores);
  checkFloat(what, scores);
  const axis = scores.shape.length > 1 ? 1 : 0;
  const count = scores.shape[axis];
  if (count === undefined) {
    const headline = `${what}: ${nameOf(scores)} is a scalar and has no class axis`;
    throw new AdjointError(
      'E-SHAPE-RANK',
      headline,
      [describe(scores)],
      'Scores are [N, C], [N, C, ...] or [C].',
    );
  }
  return {
    given: scores,
    scores: scores as Float,
    axis,
    count,
    rest: scores.shape.filter((_, i) => i !== axis),
  };
}

/**
 * Class indices for `classes`. Throws E-SHAPE-SAME and E-DTYPE. Where they come from an input, data that are neither
 * in [0, C) nor `ignoreIndex` are refused when they arrive.
 */
export function labelsFor(what: string, classes: Classes, target: Expr, ignoreIndex: number | null): Labels {
  checkGiven(what, 'target', target);
  if (target.dtype !== 'int32') {
    const headline = `${what}: ${nameOf(target)} is ${target.dtype}; class indices are int32`;
    throw new AdjointError('E-DTYPE', headline, [describe(target)], labelHint(target));
  }
  checkShapeIs(what, target, classes.rest, classes.given);
  const { count } = classes;
  if (typeof count !== 'number') return target as Labels;
  const outside = ignoreIndex !== null && (ignoreIndex < 0 || ignoreIndex >= count);
  return within(target as Labels, { low: 0, high: count, except: outside ? [ignoreIndex] : [] });
}

function labelHint(target: Expr): string {
  if (target.slot?.kind !== 'input') return 'Convert it with cast("int32").';
  const shape = target.shape.map((size) => (typeof size === 'number' ? size : `'${size}'`)).join(', ');
  return `Did you mean input('${target.slot.name}', [${shape}], 'int32')?`;
}

/** Whether each score belongs to the class that `labels` names; false everywhere for an index outside the classes. */
export function chosenBy(labels: Labels, { scores, axis }: Classes): Expr<Shape, 'bool'> {
  return eq(iota(scores.shape, axis), unsqueeze(labels, axis) as Labels) as Expr<Shape, 'bool'>;
}

/** The entry of `values`, which has the shape of the scores, at each label; 0 for an index outside the classes. */
export function pick(values: Expr, labels: Labels, classes: Classes): Float {
  return sum(where(chosenBy(labels, classes), values, 0), { axis: classes.axis }) as Float;
}

/** One number per class, spread over the scores. Throws E-SHAPE-SAME unless there are C of them. */
export function spreadOverClasses(what: string, perClass: Expr, classes: Classes): Float {
  const { given, scores, axis, count } = classes;
  if (showShape(perClass.shape) !== showShape([count])) {
    const headline = `${what}: the class weights have shape ${showShape(perClass.shape)}, not ${showShape([count])}`;
    throw new AdjointError(
      'E-SHAPE-SAME',
      headline,
      [describe(given), describe(perClass)],
      'Give one per class.',
    );
  }
  const shape = scores.shape.map((_, i) => (i === axis ? must(count, 'classes') : 1));
  return broadcastTo(reshape(perClass, shape), scores.shape) as Float;
}
