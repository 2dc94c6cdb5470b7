/** Recognizes convolutions among loops, by what they compute. */
import type { Axis, Statement } from '../../../../src/kernel/language.ts';
import { isAxis } from '../../loops/linear.ts';
import { readsBeyond } from '../kernels/reach.ts';
import { expanded } from '../../loops/scalar-tree.ts';
import type { Nest } from './nest.ts';
import { definitionsOf, nestOf } from './nest.ts';
import type { Source } from '../../loops/source.ts';
import { sourceOf } from '../../loops/source.ts';

type Loop = Extract<Statement, { kind: 'loop' }>;

/**
 * Sums, over `reduced` in order, of an operand under windows times another operand that depends on one further
 * loop, `filter`: its own loops are `places`.
 */
export interface Convolution {
  readonly nest: Nest;
  readonly reduced: readonly Axis[];
  readonly places: readonly Axis[];
  readonly filter: Axis;
  readonly source: Source;
  readonly other: Source;
}

/** Axes that a factor depends on. */
function axesOf({ rest, windows }: Source): Set<Axis> {
  const own = rest.flatMap(({ of }) => (of !== null && isAxis(of) ? [of] : []));
  return new Set([...own, ...windows.flatMap(({ position }) => [...position.factors.keys()])]);
}

/** Whether an index is made of counters and numbers, and of what does not change in the nest. */
function isPlain({ rest }: Source): boolean {
  return rest.every(
    ({ of, symbols }) => symbols.length === 0 && (of === null || isAxis(of) || of.kind === 'var'),
  );
}

/** The convolution that `statement` computes, or null where it is something else. */
export function matchConvolution(statement: Loop): Convolution | null {
  const nest = nestOf(statement);
  if (!nest || nest.axes.length < 2) return null;
  const { combine, order, axes: reduced, value, var: of } = nest.reduce;
  if (combine !== 'sum' || order !== 'sequential' || !of.dtype.startsWith('float')) return null;
  const [x, y] = value.kind === 'prim' && value.prim === 'mul' ? value.args : [];
  if (!x || !y) return null;
  const definitions = definitionsOf(nest);
  const sources = [sourceOf(expanded(x, definitions)), sourceOf(expanded(y, definitions))];
  const [a, b] = sources;
  if (!a || !b || !isPlain(a) || !isPlain(b)) return null;
  return inRoles(nest, reduced, a, b) ?? inRoles(nest, reduced, b, a);
}

function inRoles(nest: Nest, reduced: readonly Axis[], source: Source, other: Source): Convolution | null {
  const [used, usedByOther] = [axesOf(source), axesOf(other)];
  const places = nest.axes.filter((axis) => used.has(axis));
  const [filter, ...more] = nest.axes.filter((axis) => usedByOther.has(axis));
  if (!filter || more.length > 0 || other.windows.length > 0) return null;
  const covered = nest.axes.every((axis) => axis === filter || used.has(axis));
  if (!covered || used.has(filter) || places.length === 0) return null;
  const isWindowed = source.windows.length > 0 || reduced.length > 1;
  return isWindowed ? { nest, reduced, places, filter, source, other } : null;
}

/** Columns beyond the last one are computed where they do not fill a vector. */
export function canSpread({ nest }: Convolution, column: Axis): boolean {
  const whole = typeof column.size === 'number' && column.size % 4 === 0;
  return whole || !readsBeyond([...nest.lets, ...nest.after], column);
}
