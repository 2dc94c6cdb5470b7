/** How much interpreting a program takes, in elements: what decides how many runs the slow oracles join. */
import type { Expr } from '../../../src/expr.ts';
import type { Program } from '../../../src/program.ts';
import { graphRoots, programGraphs } from '../../../src/program.ts';
import { evaluateSize, factors, product } from '../../../src/size.ts';
import type { Size } from '../../../src/size.ts';
import { postorder } from '../../../src/walk.ts';
import { prepare } from '../run/expect.ts';

/** Elements of a shape where every symbol is 3. */
function elements(shape: readonly Size[]): number {
  const size = product(shape);
  return evaluateSize(size, Object.fromEntries(factors(size).symbols.map((symbol) => [symbol, 3])));
}

function nodeWork(node: Expr): number {
  const { lowering } = node.op;
  const inner = lowering.kind === 'contraction' ? elements(lowering.axes(node)) : 1;
  const read = lowering.kind === 'reduce' ? elements(node.args[0]?.shape ?? []) : 0;
  return elements(node.shape) * Math.max(1, inner) + read;
}

/** Elements that one run of three calls computes, at least 1. */
export function workOf(program: Program): number {
  const graphs = programGraphs(prepare(program).meaning);
  const work = graphs.map(({ graph }) =>
    postorder(graphRoots(graph)).reduce((sum, node) => sum + nodeWork(node), 0),
  );
  return Math.max(1, 3 * Math.max(0, ...work));
}
