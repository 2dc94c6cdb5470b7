/** Runs expressions by the reference interpreter, and checks their derivatives against dual numbers. */
import { expect } from 'vitest';
import type { DType, Expr, Shape } from 'adjoint';
import { add, gradient, input, mul, sum } from 'adjoint';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import type { Algebra } from '../../src/algebra/algebra.ts';
import type { Dual, DualNumber } from '../../src/algebra/dual.ts';
import { dualAlgebra, dualOver, seed, tangent } from '../../src/algebra/dual.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import type { Tensor } from '../../src/ops/define.ts';
import type { Slot } from '../../src/slot.ts';

export type Float = Expr<Shape, 'float64'>;
type Scalar = Expr<[], 'float64'>;

/** A generator of numbers in [-1, 1) with a fixed seed: the numbers of a test never change. */
export function numbersFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x80000000 - 1;
  };
}

export interface Point {
  readonly expr: Float;
  readonly data: readonly number[];
}

/** An input of literal shape with numbers in [-1, 1), from `draw`. */
export function point(name: string, shape: readonly number[], draw: () => number): Point {
  const count = shape.reduce((a, b) => a * b, 1);
  return { expr: input(name, shape, 'float64'), data: Array.from({ length: count }, draw) };
}

/** An input with the numbers given. */
export function given(name: string, shape: readonly number[], data: readonly number[], dtype: DType): Point {
  return { expr: input(name, shape, dtype) as Float, data };
}

/** The values of `roots` at `points`, over an algebra; `lift` makes its elements. */
function run<T>(
  k: Algebra<T>,
  roots: readonly Expr[],
  points: readonly Point[],
  lift: (value: number, point: number, element: number) => T,
): Tensor<T>[] {
  const slots = new Map<Slot, readonly T[]>();
  points.forEach(({ expr, data }, i) => {
    if (expr.slot)
      slots.set(
        expr.slot,
        data.map((value, j) => lift(value, i, j)),
      );
  });
  return interpret(k, roots, { slots, sizes: {} });
}

/** The values of `roots`, derivatives expanded. */
export function evaluate(roots: readonly Expr[], points: readonly Point[]): Tensor<number>[] {
  return run(float64Algebra, expandGradients(roots), points, (value) => value);
}

/** The numbers of one expression. */
export function numbersOf(root: Expr, points: readonly Point[] = []): readonly number[] {
  return evaluate([root], points)[0]?.data ?? [];
}

/** The sum over `terms` of tensor times weights, in fixed pseudorandom weights: a scalar that feels every element. */
export function weighted(outputs: readonly Float[], draw: () => number): { value: Scalar; points: Point[] } {
  const points = outputs.map(({ shape }, i) => point(`weight${i}`, shape as readonly number[], draw));
  const terms = outputs.map((output, i) => sum(mul(output, points[i]?.expr as Float)) as Scalar);
  return { value: terms.reduce((a, b) => add(a, b)), points };
}

const first = (tensors: readonly Tensor<number>[]): number => tensors[0]?.data[0] ?? Number.NaN;

function expectClose(what: string, actual: number, expected: number, tolerance: number): void {
  const error = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  expect(error, `${what}: ${actual} against ${expected}`).toBeLessThan(tolerance);
}

/**
 * Checks first and second derivatives of what `build` makes of `points`, along pseudorandom directions: reverse mode
 * against dual numbers (1e-12) and Richardson's differences (1e-6), its derivative against nested dual numbers.
 */
export function checkDerivatives(
  build: (...inputs: Float[]) => readonly Float[],
  points: readonly Point[],
  draw: () => number,
): void {
  const { value, points: weights } = weighted(build(...points.map(({ expr }) => expr)), draw);
  const all = [...points, ...weights];
  const [v, w] = [0, 1].map((i) =>
    points.map(({ expr, data }, j) => direction(`${i}.${j}`, expr, data, draw)),
  );
  if (!v || !w) throw new Error('two directions');
  const slope = dot(gradients(value, points), v);
  const curvature = dot(gradients(slope, points), w);
  const [s, c] = evaluate([slope, curvature], [...all, ...v, ...w]).map(({ data }) => data[0] ?? Number.NaN);

  const along = (d: readonly Point[], i: number, j: number): number => d[i]?.data[j] ?? 0;
  const forward = run<Dual>(dualAlgebra, [value], all, (x, i, j) => seed(x, along(v, i, j)));
  expectClose(
    'derivative against dual numbers',
    s ?? Number.NaN,
    tangent(forward[0]?.data[0] as Dual),
    1e-12,
  );
  const moved = (step: number): number =>
    first(run(float64Algebra, [value], all, (x, i, j) => x + step * along(v, i, j)));
  const central = (step: number): number => (moved(step) - moved(-step)) / (2 * step);
  expectClose(
    'derivative against differences',
    s ?? Number.NaN,
    (4 * central(5e-4) - central(1e-3)) / 3,
    1e-6,
  );
  const nested = dualOver<Dual>(dualAlgebra);
  const twice = run<DualNumber<Dual>>(nested, [value], all, (x, i, j) =>
    seed(seed(x, along(v, i, j)), seed(along(w, i, j), 0)),
  );
  const mixed = tangent(tangent(twice[0]?.data[0] as DualNumber<Dual>));
  expectClose('second derivative against nested dual numbers', c ?? Number.NaN, mixed, 1e-11);
}

function direction(name: string, expr: Float, data: readonly number[], draw: () => number): Point {
  return { expr: input(`direction${name}`, expr.shape, 'float64'), data: data.map(draw) };
}

function gradients(value: Scalar, points: readonly Point[]): Float[] {
  return gradient(
    value,
    points.map(({ expr }) => expr),
  );
}

function dot(tensors: readonly Float[], directions: readonly Point[]): Scalar {
  const terms = tensors.map((tensor, i) => sum(mul(tensor, directions[i]?.expr as Float)) as Scalar);
  return terms.reduce((a, b) => add(a, b));
}
