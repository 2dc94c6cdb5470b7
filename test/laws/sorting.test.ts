import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { argSort, sort, topK } from 'adjoint';
import type { Expr, Shape } from 'adjoint';
import { mergeRunsOp } from '../../src/ops/merge-sort.ts';
import { postorder } from '../../src/walk.ts';
import { lawSeed, operand } from './draw.ts';
import { runLowering } from './lowering.ts';
import { evaluate } from './measure.ts';

type Float = Expr<Shape, 'float64'>;

/** Stable, NaN as the largest: what sorting must give, by the engine's own sort. */
function placesInOrder(data: readonly number[], descending: boolean): number[] {
  const key = (x: number): number =>
    Number.isNaN(x) ? Number.POSITIVE_INFINITY : Math.min(x, Number.MAX_VALUE);
  const sign = descending ? -1 : 1;
  return data.map((_, i) => i).sort((i, j) => sign * (key(data[i] ?? 0) - key(data[j] ?? 0)));
}

/** Runs every node below `root` through its kernel; the entries are the only operand. */
function runKernels(root: Expr, entries: readonly number[]): readonly number[] {
  const values = new Map<Expr, readonly number[]>();
  for (const node of postorder([root])) {
    const operands = node.args.map((arg) => values.get(arg) ?? []);
    values.set(node, node.slot ? entries : (runLowering(node, operands) ?? []));
  }
  return values.get(root) ?? [];
}

/** Few values, so that there are ties, and some NaN. */
const entries = (size: number): fc.Arbitrary<number[]> =>
  fc.array(fc.constantFrom(-2, -1, 0, 0.5, 1, 7, Number.NaN), { minLength: size, maxLength: size });

describe(`sorting, with entries drawn from seed ${lawSeed}`, () => {
  for (const size of [1, 2, 3, 64, 65, 100, 129]) {
    for (const descending of [false, true]) {
      const order = descending ? 'descending' : 'ascending';
      it(`${size} entries in ${order} order stand as a stable sort puts them`, () => {
        fc.assert(
          fc.property(entries(size), (data) => {
            const x = operand('x', { shape: [size] }, data);
            const root = argSort(x.leaf as Float, { descending });
            const expected = placesInOrder(data, descending);
            expect(evaluate([root], [x])[0]).toEqual(expected);
            expect(runKernels(root, data)).toEqual(expected);
          }),
          { seed: lawSeed, numRuns: 5 },
        );
      });
    }
  }

  it('long axes are merged in as many passes as halvings', () => {
    const { leaf } = operand('x', { shape: [2, 100] }, []);
    const passes = postorder([argSort(leaf as Float)]).filter(({ op }) => op.name === mergeRunsOp.name);
    expect(passes.map(({ attrs }) => attrs['width'])).toEqual([1, 2, 4, 8, 16, 32, 64]);
  });

  it('values and places belong together', () => {
    const data = [3, 1, 2, 9, 7, 8];
    const x = operand('x', { shape: [2, 3] }, data);
    const { values, indices } = sort(x.leaf as Float, { axis: 0, descending: true });
    const best = topK(x.leaf as Float, 2);
    const results = evaluate([values, indices, best.values, best.indices], [x]);
    expect(results).toEqual([
      [9, 7, 8, 3, 1, 2],
      [1, 1, 1, 0, 0, 0],
      [3, 2, 9, 8],
      [0, 2, 0, 2],
    ]);
  });
});
