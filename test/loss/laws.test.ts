import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gradient, input, loss } from 'adjoint';
import type { Expr } from 'adjoint';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import type { Algebra } from '../../src/algebra/algebra.ts';
import { dualAlgebra, seed, tangent } from '../../src/algebra/dual.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';
import { interpret } from '../../src/interpret.ts';
import { asMetric } from '../../src/metric.ts';
import type { Slot } from '../../src/slot.ts';
import type { Domain, Operands } from './table.ts';
import { operands, rows, scalarLoss } from './table.ts';

/** One row of a batch. */
interface Example {
  readonly x: readonly number[];
  readonly z: readonly number[];
  readonly y: readonly number[];
  readonly label: number;
  readonly sign: number;
}

const three = (each: fc.Arbitrary<number>): fc.Arbitrary<number[]> =>
  fc.array(each, { minLength: 3, maxLength: 3 });
const between = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true, noDefaultInfinity: true });

const domains: Readonly<Record<Domain, fc.Arbitrary<number>>> = {
  real: between(-3, 3),
  share: between(0.01, 0.99),
  positive: between(0, 5),
  sign: fc.constantFrom(-1, 1),
  bit: fc.constantFrom(0, 1),
};

const exampleOf = (target: Domain, score: fc.Arbitrary<number>): fc.Arbitrary<Example> =>
  fc.record({
    x: three(score),
    z: three(score),
    y: three(domains[target]),
    label: fc.integer({ min: 0, max: 2 }),
    sign: fc.constantFrom(-1, 1),
  });

function bind<T>(
  k: Algebra<T>,
  { x, z, y, labels, signs }: Operands,
  batch: readonly Example[],
): Map<Slot, T[]> {
  const numbers = (values: readonly number[]): T[] => values.map((value) => k.constant(value));
  return new Map<Slot, T[]>([
    [x.slot as Slot, numbers(batch.flatMap((each) => each.x))],
    [z.slot as Slot, numbers(batch.flatMap((each) => each.z))],
    [y.slot as Slot, numbers(batch.flatMap((each) => each.y))],
    [labels.slot as Slot, numbers(batch.map((each) => each.label))],
    [signs.slot as Slot, numbers(batch.map((each) => each.sign))],
  ]);
}

function run(roots: readonly Expr[], given: Operands, batch: readonly Example[]): (readonly number[])[] {
  const slots = bind(float64Algebra, given, batch);
  const sizes = { N: batch.length };
  return interpret(float64Algebra, expandGradients(roots), { slots, sizes }).map(({ data }) => data);
}

const near = (found: number, expected: number, tolerance: number): boolean =>
  Object.is(found, expected) || Math.abs(found - expected) <= tolerance * Math.max(1, Math.abs(expected));

const fixed = { seed: 20, numRuns: 25 };
const names = Object.keys(rows);

describe.each(names)('%s (seed 20)', (name) => {
  const row = rows[name] as (typeof rows)[string];
  const given = operands();
  const batches = (score: fc.Arbitrary<number>, minLength: number): fc.Arbitrary<Example[]> =>
    fc.array(exampleOf(row.target, score), { minLength, maxLength: 5 });

  test('over two batches combines by numerator and denominator to that of all rows', () => {
    const { kind, value, weight } = asMetric(name, scalarLoss(row, given, 'mean'));
    expect(kind).toBe('mean');
    const property = fc.property(batches(domains.real, 1), batches(domains.real, 1), (first, second) => {
      const measured = [first, second, [...first, ...second]].map((batch) =>
        run([value, weight], given, batch).map((data) => data[0] ?? NaN),
      );
      const [[a = 0, u = 0] = [], [b = 0, v = 0] = [], [whole = NaN, all = NaN] = []] = measured;
      const sum = (u === 0 ? 0 : a * u) + (v === 0 ? 0 : b * v);
      return near(u + v, all, 1e-12) && near(sum / (u + v), whole, 1e-12);
    });
    fc.assert(property, fixed);
  });

  test('sums the losses of its elements where a sum is asked for', () => {
    const roots = [row.build(given, 'none'), scalarLoss(row, given, 'sum')];
    const property = fc.property(batches(domains.real, 0), (batch) => {
      const [each = [], [total = NaN] = []] = run(roots, given, batch);
      return near(
        total,
        each.reduce((a, b) => a + b, 0),
        1e-12,
      );
    });
    fc.assert(property, fixed);
  });

  test('has the derivative that dual numbers give, to 1e-12', () => {
    const value = scalarLoss(row, given, 'sum');
    const [dx, dz] = [gradient(value, given.x), gradient(value, given.z)];
    const property = fc.property(batches(domains.real, 1), domains.real, (batch, shift) => {
      const found = run([dx, dz], given, batch);
      return [given.x, given.z].every((leaf, which) => {
        const direction = (i: number): number => Math.cos(i + shift);
        const slots = bind(dualAlgebra, given, batch);
        const at = slots.get(leaf.slot as Slot) ?? [];
        slots.set(leaf.slot as Slot, at.map((x, i) => seed(x.value, direction(i)))); // prettier-ignore
        const [slope] = interpret(dualAlgebra, [value], { slots, sizes: { N: batch.length } });
        const expected = slope?.data[0] ? tangent(slope.data[0]) : NaN;
        const products = (found[which] ?? []).map((g, i) => g * direction(i));
        const scale = products.reduce((a, b) => a + Math.abs(b), 1);
        return Math.abs(products.reduce((a, b) => a + b, 0) - expected) <= 1e-12 * scale;
      });
    });
    fc.assert(property, fixed);
  });

  test('is never NaN, nor is its derivative, where scores are large, equal or zero', () => {
    const value = scalarLoss(row, given, 'mean');
    const roots = [row.build(given, 'none'), gradient(value, given.x), gradient(value, given.z)];
    const extreme = fc.constantFrom(0, 1, -1, 40, -40, 700, -700, 1e6, -1e6);
    const property = fc.property(batches(extreme, 1), (batch) =>
      run(roots, given, batch).every((data) => !data.some(Number.isNaN)),
    );
    fc.assert(property, { seed: 20, numRuns: 100 });
  });
});

test.each([
  ['bceWithLogits', (x: Expr<['N'], 'float64'>, y: Expr<['N'], 'float64'>) => loss.bceWithLogits(x, y)],
  ['softMargin', (x: Expr<['N'], 'float64'>, y: Expr<['N'], 'float64'>) => loss.softMargin(x, y)],
])('the second derivative of %s at 0 is 1/4', (_, build) => {
  const x = input('x', ['N'], 'float64');
  const y = input('y', ['N'], 'float64');
  const first = gradient(build(x as never, y as never), x);
  const second = gradient(first.sum(), x);
  const slots = new Map<Slot, number[]>([[x.slot as Slot, [0]], [y.slot as Slot, [1]]]); // prettier-ignore
  const [result] = interpret(float64Algebra, expandGradients([second]), { slots, sizes: { N: 1 } });
  expect(result?.data).toEqual([0.25]);
});
