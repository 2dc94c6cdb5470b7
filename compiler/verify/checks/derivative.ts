/**
 * Derivatives by three ways that share no code: the compiler's reverse mode, dual numbers over the meanings, and
 * central differences extrapolated to step zero. All in float64, whatever the declared element types.
 */
import type { Algebra } from '../../../src/algebra/algebra.ts';
import type { Dual, DualNumber } from '../../../src/algebra/dual.ts';
import { dualAlgebra, dualOver, seed } from '../../../src/algebra/dual.ts';
import { float64Algebra } from '../../../src/algebra/float64.ts';
import { isFloat } from '../../../src/dtype.ts';
import { must } from '../../../src/errors.ts';
import type { Expr } from '../../../src/expr.ts';
import { interpret } from '../../../src/interpret.ts';
import { gradientOp } from '../../../src/ops/control.ts';
import { apply } from '../../../src/ops/define.ts';
import { input } from '../../../src/declare.ts';
import type { Slot } from '../../../src/slot.ts';
import { mapGraph, postorder, rebuild } from '../../../src/walk.ts';
import { expandGradients } from '../../differentiate/expand.ts';

type Numbers = ReadonlyMap<Slot, readonly number[]>;

/** A rank-0 value, the leaves that it moves with, and what everything that it reads holds. */
export interface Slope {
  readonly value: Expr;
  readonly leaves: readonly Expr[];
  readonly data: Numbers;
  readonly sizes: Readonly<Record<string, number>>;
}

/** A direction for each leaf. */
export type Direction = readonly (readonly number[])[];

const slotOf = (leaf: Expr): Slot => must(leaf.slot, 'slot of a leaf');

/** The value of `roots` over an algebra; `lift` makes elements of leaf `i`, where it is one that moves. */
function run<T>(
  k: Algebra<T>,
  roots: readonly Expr[],
  { leaves, data, sizes }: Slope,
  lift: (value: number, leaf: number, element: number) => T,
): readonly (readonly T[])[] {
  const slots = new Map<Slot, readonly T[]>();
  for (const [slot, values] of data) slots.set(slot, values.map(k.constant));
  leaves.forEach((leaf, i) => {
    const values = data.get(slotOf(leaf)) ?? [];
    slots.set(
      slotOf(leaf),
      values.map((value, j) => lift(value, i, j)),
    );
  });
  return interpret(k, roots, { slots, sizes }).map((tensor) => tensor.data);
}

const first = <T>(results: readonly (readonly T[])[]): T => must(results[0]?.[0], 'value');

/** The derivatives by the compiler, element by element. */
export function reverse(of: Slope): readonly (readonly number[])[] {
  const gradients = of.leaves.map((leaf) => apply(gradientOp, [of.value, leaf], {}));
  return run(float64Algebra, expandGradients(gradients), of, (value) => value);
}

/** The slope along `direction` by dual numbers. */
export function forward(of: Slope, direction: Direction): number {
  const lift = (value: number, i: number, j: number): Dual => seed(value, direction[i]?.[j] ?? 0);
  return first(run(dualAlgebra, expandGradients([of.value]), of, lift)).tangent;
}

/** The value itself, `by` steps along `direction`. */
function moved(of: Slope, direction: Direction, by: number): number {
  const roots = expandGradients([of.value]);
  return first(run(float64Algebra, roots, of, (value, i, j) => value + by * (direction[i]?.[j] ?? 0)));
}

/** A slope with what it may be off by. */
export interface Estimate {
  readonly value: number;
  readonly error: number;
  /** Whether the slopes on both sides differ: what lies between them is no derivative. */
  readonly kink: boolean;
}

const rows = 7;

/**
 * The slope along `direction` by Richardson's extrapolation of central differences with steps h, h/2, h/4, ... The
 * error is the distance between the best entry and its neighbors: where digits cancel, it is large.
 */
export function differences(of: Slope, direction: Direction, step: number = 2 ** -5): Estimate {
  const here = moved(of, direction, 0);
  let row: number[] = [];
  let best = { value: Number.NaN, error: Infinity };
  const bends: number[] = [];
  for (let i = 0, h = step; i < rows; i++, h /= 2) {
    const [above, below] = [moved(of, direction, h), moved(of, direction, -h)];
    bends.push(Math.abs(above - 2 * here + below) / h);
    const next = [(above - below) / (2 * h)];
    for (let j = 0, factor = 4; j < i; j++, factor *= 4) {
      const [finer, coarser] = [must(next[j], 'entry'), must(row[j], 'entry')];
      const value = finer + (finer - coarser) / (factor - 1);
      const error = Math.max(Math.abs(value - finer), Math.abs(value - coarser));
      if (error < best.error) best = { value, error };
      next.push(value);
    }
    row = next;
  }
  return { ...best, kink: bendsStay(bends, Math.abs(best.value)) };
}

/** Where a function is smooth, slopes to the left and to the right meet as the step halves; at a kink they do not. */
function bendsStay(bends: readonly number[], slope: number): boolean {
  const [before, last] = [bends.at(-2) ?? 0, bends.at(-1) ?? 0];
  return last > 0.75 * before && last > 1e-6 * (slope + 1e-6);
}

/** The second derivative along two directions by dual numbers of dual numbers. */
export function forwardTwice(of: Slope, along: Direction, across: Direction): number {
  const k = dualOver(dualAlgebra);
  const lift = (value: number, i: number, j: number): DualNumber<Dual> =>
    seed(seed(value, along[i]?.[j] ?? 0), seed(across[i]?.[j] ?? 0, 0));
  return first(run(k, expandGradients([of.value]), of, lift)).tangent.tangent;
}

/** The second derivative along two directions by the compiler: the gradient of the gradient. */
export function reverseTwice(
  of: Slope,
  along: Direction,
  across: Direction,
): { readonly value: number; readonly size: number } {
  const gradients = of.leaves.map((leaf) => apply(gradientOp, [of.value, leaf], {}));
  const weights = gradients.map((node, i) => input(`direction ${i}`, node.shape, node.dtype));
  const data = new Map(of.data);
  weights.forEach((weight, i) => data.set(slotOf(weight), along[i] ?? []));
  const second = gradients.flatMap((node, i) =>
    of.leaves.map((leaf) => apply(gradientOp, [node, leaf, must(weights[i], 'weight')], {})),
  );
  const results = run(float64Algebra, expandGradients(second), { ...of, data }, (value) => value);
  let [value, size] = [0, 0];
  results.forEach((row, i) => {
    const direction = across[i % of.leaves.length] ?? [];
    value += dot(row, direction);
    size += dot(row.map(Math.abs), direction.map(Math.abs));
  });
  return { value, size };
}

export function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + (value === 0 ? 0 : value * (y[i] ?? 0)), 0);
}

/** `value` with the inner nodes among `wrt` cut out: each stands alone, as a leaf with the value it had. */
export function slopeAt(
  value: Expr,
  wrt: readonly Expr[],
  data: Numbers,
  sizes: Readonly<Record<string, number>>,
): Slope {
  const inner = wrt.filter((node) => node.args.length > 0);
  const values = interpret(float64Algebra, expandGradients(inner), { slots: data, sizes });
  const cut = new Map(inner.map((node, i) => [node, input(`inner ${i}`, node.shape, node.dtype)]));
  const all = new Map(data);
  inner.forEach((node, i) => all.set(slotOf(must(cut.get(node), 'leaf')), values[i]?.data ?? []));
  const find = mapGraph([value], (node, args) => cut.get(node) ?? rebuild(node, args));
  return { value: find(value), leaves: wrt.map((node) => cut.get(node) ?? node), data: all, sizes };
}

/** The float leaves of `value` that have data. */
export function floatLeaves(value: Expr, data: Numbers): Expr[] {
  return postorder([value]).filter(
    ({ slot, args, dtype }) => slot !== null && args.length === 0 && data.has(slot) && isFloat(dtype),
  );
}
