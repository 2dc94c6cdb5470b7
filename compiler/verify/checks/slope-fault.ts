/** Compares the derivatives of one expression at one point, found in three ways. */
import { must } from '../../../src/errors.ts';
import type { Expr } from '../../../src/expr.ts';
import { input } from '../../../src/declare.ts';
import { mul } from '../../../src/ops/arithmetic.ts';
import { sum } from '../../../src/ops/broadcast.ts';
import { evaluateSize, product } from '../../../src/size.ts';
import { postorder } from '../../../src/walk.ts';
import type { Data } from '../arb/inputs.ts';
import type { Draw } from '../draw.ts';
import { uniformIn } from '../draw.ts';
import {
  differences,
  dot,
  floatLeaves,
  forward,
  forwardTwice,
  reverse,
  reverseTwice,
  slopeAt,
} from './derivative.ts';
import type { Direction, Slope } from './derivative.ts';

export interface SlopeOptions {
  /** 1: the gradient; 2: the gradient of the gradient too. Default 1. */
  readonly order?: 1 | 2;
  /** How far reverse mode may be from dual numbers, relative to the sum of the magnitudes; default 1e-9. */
  readonly tolerance?: number;
}

/** What was found at a point. */
export interface SlopeResult {
  /** What is wrong, in words; null where nothing is. */
  readonly fault: string | null;
  readonly compared: number;
  /** Reasons why a comparison was left out. */
  readonly skipped: readonly string[];
}

/** What central differences can tell apart. */
const differenceTolerance = 1e-6;

/** Numbers of magnitude 0.25 to 1, so that nothing vanishes by chance. */
function drawDirection(draw: Draw, count: number): number[] {
  return Array.from({ length: count }, () => (draw.int(0, 1) === 0 ? -1 : 1) * uniformIn(draw, 0.25, 1));
}

/** The rank-0 value of an expression: itself, or the sum of its elements with random weights. */
function weighted(expr: Expr, draw: Draw, at: Data): { value: Expr; at: Data } {
  if (expr.shape.length === 0) return { value: expr, at };
  const weight = input('weight of elements', expr.shape, expr.dtype);
  const slot = must(weight.slot, 'slot of a weight');
  const count = evaluateSize(product(expr.shape), at.sizes);
  const data = new Map([...at.data, [slot, drawDirection(draw, count)] as const]);
  return { value: sum(mul(expr, weight as typeof expr)) as Expr, at: { ...at, data } };
}

/** The point at which `expr` is differentiated with respect to `wrt`, by default all float leaves. */
export function pointOf(expr: Expr, wrt: readonly Expr[] | null, at: Data, draw: Draw): Slope {
  const variables = wrt ?? floatLeaves(expr, at.data);
  const { value, at: whole } = weighted(expr, draw, at);
  return slopeAt(value, variables, whole.data, whole.sizes);
}

/** Compares the derivatives at a point along a random direction. */
export function slopeFault(of: Slope, draw: Draw, options: SlopeOptions = {}): SlopeResult {
  const draws = (): Direction =>
    of.leaves.map(({ slot }) => drawDirection(draw, of.data.get(must(slot, 'slot'))?.length ?? 0));
  const along = draws();
  if (along.every((row) => row.length === 0)) return { fault: null, compared: 0, skipped: ['nothing moves'] };
  const firstOrder = compareFirst(of, along, options);
  if (firstOrder.fault !== null || options.order !== 2) return firstOrder;
  const second = compareSecond(of, along, draws(), options);
  return {
    fault: second.fault,
    compared: firstOrder.compared + second.compared,
    skipped: [...firstOrder.skipped, ...second.skipped],
  };
}

const show = (value: number): string => value.toPrecision(12);

function compareFirst(of: Slope, along: Direction, { tolerance = 1e-9 }: SlopeOptions): SlopeResult {
  const gradient = reverse(of);
  const actual = gradient.reduce((total, row, i) => total + dot(row, along[i] ?? []), 0);
  const size = gradient.reduce(
    (total, row, i) => total + dot(row.map(Math.abs), (along[i] ?? []).map(Math.abs)),
    0,
  );
  const expected = forward(of, along);
  if (!Number.isFinite(expected)) return { fault: null, compared: 0, skipped: ['the slope is not finite'] };
  const scale = size + Math.abs(expected);
  if (!(Math.abs(actual - expected) <= tolerance * scale + 1e-280)) {
    const fault = `reverse mode gives the slope ${show(actual)}, dual numbers ${show(expected)}`;
    return { fault, compared: 1, skipped: [] };
  }
  return compareDifferences(of, along, expected, scale);
}

/** Derivatives that do not follow the value: what is stopped, or given by hand. */
const byHand: ReadonlySet<string> = new Set(['stopGradient', 'withGradient', 'standardized']);

function compareDifferences(of: Slope, along: Direction, expected: number, scale: number): SlopeResult {
  const estimate = differences(of, along);
  if (estimate.kink) return { fault: null, compared: 1, skipped: ['a kink is near'] };
  const allowed = differenceTolerance * (scale + 1e-6);
  if (!(estimate.error <= allowed))
    return { fault: null, compared: 1, skipped: ['differences do not settle'] };
  if (Math.abs(estimate.value - expected) <= allowed + estimate.error)
    return { fault: null, compared: 2, skipped: [] };
  if (postorder([of.value]).some(({ op }) => byHand.has(op.name)))
    return { fault: null, compared: 1, skipped: ['derivatives given by hand are not the slope'] };
  const fault = `dual numbers give the slope ${show(expected)}, differences ${show(estimate.value)}`;
  return { fault, compared: 2, skipped: [] };
}

function compareSecond(
  of: Slope,
  along: Direction,
  across: Direction,
  { tolerance = 1e-9 }: SlopeOptions,
): SlopeResult {
  const expected = forwardTwice(of, along, across);
  if (!Number.isFinite(expected))
    return { fault: null, compared: 0, skipped: ['the curvature is not finite'] };
  const { value, size } = reverseTwice(of, along, across);
  if (Math.abs(value - expected) <= 10 * tolerance * (size + Math.abs(expected)) + 1e-280)
    return { fault: null, compared: 1, skipped: [] };
  const fault = `reverse mode twice gives the curvature ${show(value)}, dual numbers ${show(expected)}`;
  return { fault, compared: 1, skipped: [] };
}
