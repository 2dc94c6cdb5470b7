/** Derivatives along directions, measured in ways that share nothing with the derivative rules. */
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import type { Algebra } from '../../src/algebra/algebra.ts';
import { dualAlgebra, dualOver, seed } from '../../src/algebra/dual.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { isFloat } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import { interpret } from '../../src/interpret.ts';
import { evaluateSize } from '../../src/size.ts';
import type { Slot } from '../../src/slot.ts';
import type { Draw, Operand } from './draw.ts';

/** A function of operands, the directions in which they move, and the weights of its elements. */
export interface Point {
  readonly value: Expr;
  readonly operands: readonly Operand[];
  /** One for each operand; zeros for those that are not floats. */
  readonly directions: readonly (readonly number[])[];
  readonly weights: readonly number[];
}

/** The number of elements of an expression without named sizes. */
export function countOf({ shape }: Expr): number {
  return shape.reduce<number>((total, size) => total * evaluateSize(size, {}), 1);
}

/** A function of drawn operands, moving along drawn directions. */
export function pointAt(value: Expr, operands: readonly Operand[], draw: Draw): Point {
  const directions = directionsFor(operands, (n) => draw.directions(n));
  return { value, operands, directions, weights: draw.directions(countOf(value)) };
}

/** The elements of several expressions, with the operands bound. */
export function evaluate(roots: readonly Expr[], operands: readonly Operand[]): (readonly number[])[] {
  const slots = new Map(operands.map(({ slot, data }) => [slot, data]));
  return interpret(float64Algebra, expandGradients(roots), { slots, sizes: {} }).map(({ data }) => data);
}

function run<T>(
  k: Algebra<T>,
  value: Expr,
  operands: readonly Operand[],
  lift: (x: number, i: number, j: number) => T,
) {
  const slots = new Map<Slot, T[]>(
    operands.map(({ slot, data }, i) => [slot, data.map((x, j) => lift(x, i, j))]),
  );
  const [result] = interpret(k, [value], { slots, sizes: {} });
  return result?.data ?? [];
}

const at = (values: readonly (readonly number[])[], i: number, j: number): number => values[i]?.[j] ?? 0;

/** The slope of the weighted sum along the directions, by dual numbers. */
export function dualSlope({ value, operands, directions, weights }: Point): number {
  const result = run(dualAlgebra, value, operands, (x, i, j) => seed(x, at(directions, i, j)));
  return result.reduce((sum, { tangent }, i) => sum + tangent * (weights[i] ?? 0), 0);
}

/** The mixed second derivative of the weighted sum along two families of directions, by dual numbers of duals. */
export function dualCurvature(point: Point, second: readonly (readonly number[])[]): number {
  const { value, operands, directions, weights } = point;
  const result = run(dualOver(dualAlgebra), value, operands, (x, i, j) =>
    seed(seed(x, at(directions, i, j)), seed(at(second, i, j), 0)),
  );
  return result.reduce((sum, { tangent }, i) => sum + tangent.tangent * (weights[i] ?? 0), 0);
}

/** The slope by central differences of steps h and h / 2, extrapolated (Richardson): the error is of order h^4. */
export function differenceSlope(point: Point, h: number = 2 ** -9): number {
  const { value, operands, directions, weights } = point;
  const moved = (step: number): readonly number[] =>
    run(float64Algebra, value, operands, (x, i, j) => x + step * at(directions, i, j));
  const central = (step: number): number => {
    const behind = moved(-step);
    // Infinities do not move.
    const rise = moved(step).map((y, i) => (y === behind[i] ? 0 : y - (behind[i] ?? 0)));
    return rise.reduce((sum, y, i) => sum + y * (weights[i] ?? 0), 0) / (2 * step);
  };
  return (4 * central(h / 2) - central(h)) / 3;
}

/** Zeros for operands that do not move. */
export function directionsFor(operands: readonly Operand[], draw: (count: number) => number[]): number[][] {
  return operands.map(({ leaf, data }) => (isFloat(leaf.dtype) ? draw(data.length) : data.map(() => 0)));
}

/** The error of `actual`, relative to the larger of the two and 1. */
export function relative(actual: number, expected: number): number {
  if (Object.is(actual, expected) || actual === expected) return 0;
  return Math.abs(actual - expected) / Math.max(1, Math.abs(actual), Math.abs(expected));
}
