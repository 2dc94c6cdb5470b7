/** The nodes of an entry as numbered lines, and which kernels compute each. */
import type { Expr } from '../../../src/expr.ts';
import { isScan, rootsOf, scanBody } from '../../../src/ops/scan.ts';
import { printNodes } from '../../../src/print.ts';
import type { Program } from '../../../src/program.ts';
import { allNodes, entryRoots } from '../../report/declarations.ts';
import { entryNames } from '../../report/passes.ts';
import type { Inspection } from '../../report/report.ts';

export interface NodeLine {
  readonly node: Expr;
  readonly text: string;
  readonly number: number;
  /** `folder/file.ts:line`; null where the engine does not tell. */
  readonly site: string | null;
  /** Numbers of the kernels, counted over all entries, that compute it or something made of it. */
  readonly kernels: readonly number[];
}

export interface EntryLines {
  readonly entry: string;
  readonly lines: readonly NodeLine[];
}

/** The nodes of a graph that `node` stands for: itself, or what a copy that the schedule made is a copy of. */
const standsFor = (node: Expr, graph: ReadonlySet<Expr>): readonly Expr[] =>
  graph.has(node) ? [node] : node.args;

/** Which kernels each node of `graph` belongs to: as compiled, and as declared. */
function kernelsOf({ kernels }: Inspection, entry: string, graph: ReadonlySet<Expr>): Map<Expr, number[]> {
  const found = new Map<Expr, number[]>();
  kernels.forEach(({ report, nodes, declared }, i) => {
    if (report.entry !== entry) return;
    const compiled = nodes.flatMap((node) => standsFor(node, graph));
    for (const node of new Set([...compiled, ...declared])) found.set(node, [...(found.get(node) ?? []), i]);
  });
  return found;
}

/** The lines of every entry of `program`: one of the inspection's stages. */
export function entryLines(inspection: Inspection, program: Program): EntryLines[] {
  return entryNames(program).map((entry) => {
    const roots = entryRoots(program, entry);
    const { text, number } = printNodes(roots);
    const texts = text.split('\n');
    const kernels = kernelsOf(inspection, entry, new Set(allNodes(roots)));
    const lines = [...number].map(([node, i]): NodeLine => ({
      node,
      text: texts[i] ?? '',
      number: i,
      site: siteOf(inspection, node),
      kernels: kernelsInside(node, kernels),
    }));
    return { entry, lines };
  });
}

/** The place of the first declared node that it comes from: the compiler's own places tell a reader nothing. */
function siteOf({ declarations }: Inspection, node: Expr): string | null {
  const [declared] = declarations.nodesOf(node);
  return declared ? declarations.describe(declared).site : null;
}

/** Those of the node, and of the body where it is a loop. */
function kernelsInside(node: Expr, kernels: ReadonlyMap<Expr, readonly number[]>): readonly number[] {
  const inside = isScan(node) ? [node, ...allNodes(rootsOf(scanBody(node)))] : [node];
  return [...new Set(inside.flatMap((each) => kernels.get(each) ?? []))];
}
