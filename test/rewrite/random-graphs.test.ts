import { describe, expect, test } from 'vitest';
import type { Expr } from '../../src/index.ts';
import type { DType } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';
import { print } from '../../src/print.ts';
import { postorder } from '../../src/walk.ts';
import { intern } from '../../compiler/intern.ts';
import type { Rule } from '../../compiler/rewrite/rule.ts';
import { allRules, runStage, stagesOf } from '../../compiler/rewrite/stages.ts';
import { totalWork } from '../../compiler/rewrite/work.ts';
import type { Draw } from '../../compiler/verify/draw.ts';
import { drawFrom, pick } from '../../compiler/verify/draw.ts';
import { graphInputs, randomGraph } from './random-graph.ts';
import { compiled, sameBits } from './run.ts';
import { element } from './values.ts';

const seed = 41;
const [batches, perBatch] = [50, 10];
const strict = stagesOf('strict');
const everything = must(strict.at(-1), 'stage');

/** Random graphs over common inputs, and elements for those. */
interface Batch {
  readonly graphs: readonly (readonly Expr[])[];
  readonly data: Readonly<Record<string, readonly number[]>>;
}

function elementsOf({ shape, dtype }: Expr, draw: (dtype: DType) => number): number[] {
  return Array.from({ length: shape.reduce<number>((total, size) => total * Number(size), 1) }, () =>
    draw(dtype),
  );
}

function drawBatch(draw: Draw): Batch {
  const inputs = graphInputs();
  const graphs = Array.from({ length: perBatch }, () => randomGraph(draw, inputs, draw.int(5, 18)));
  const named = inputs.flatMap((node) =>
    node.slot?.kind === 'input' ? [[node.slot.name, node] as const] : [],
  );
  const data = named.map(
    ([name, node]) => [name, elementsOf(node, (dtype) => element(draw, dtype))] as const,
  );
  return { graphs, data: Object.fromEntries(data) };
}

const draw = drawFrom(seed);
const all = Array.from({ length: batches }, () => drawBatch(draw));

/** Throws where the values of `roots` differ in a bit from those of the graphs as they are. */
function expectSameBits(
  { graphs }: Batch,
  actual: readonly (readonly number[])[],
  expected: readonly (readonly number[])[],
): void {
  graphs.flat().forEach((root, i) => {
    const [x, y] = [must(expected[i], 'value'), must(actual[i], 'value')];
    expect(sameBits(x, y), `${x.join(' ')} became ${y.join(' ')} in\n${print(root)}`).toBe(true);
  });
}

/** One of the rules that fire in a graph. */
function someRule(graph: readonly Expr[]): Rule | null {
  const fired = new Set<string>();
  runStage(everything, graph, ({ rule }) => fired.add(rule));
  const rules = allRules.filter(({ name }) => fired.has(name));
  return rules.length > 0 ? pick(draw, rules) : null;
}

describe(`of ${batches * perBatch} random graphs (seed ${seed})`, () => {
  const plain = all.map(({ graphs, data }) => compiled(graphs.flat())(data));

  test('every bit stays with all rewrites', () => {
    all.forEach((batch, i) => {
      const rewritten = compiled(batch.graphs.flat(), strict);
      expectSameBits(batch, rewritten(batch.data), must(plain[i], 'values'));
    });
  });

  test('every bit stays with one rule alone', () => {
    all.forEach((batch, i) => {
      const rewritten = batch.graphs.flatMap((graph) => {
        const rule = someRule(graph);
        return rule ? runStage({ name: rule.name, rules: [rule] }, graph) : graph;
      });
      expectSameBits(batch, compiled(rewritten)(batch.data), must(plain[i], 'values'));
    });
  });

  test('none costs more after all rewrites', () => {
    for (const graph of all.flatMap(({ graphs }) => graphs)) {
      const [before, after] = [intern(graph), runStage(everything, graph)];
      expect(totalWork(postorder(after)), print(...graph)).toBeLessThanOrEqual(totalWork(postorder(before)));
    }
  });
});
