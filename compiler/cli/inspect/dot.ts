/** The graph of one entry in DOT, for Graphviz. */
import type { EntryLines } from './graphs.ts';

const quote = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

/** Nodes with their operator and shape; edges run from operands to results. */
export function dotOf({ entry, lines }: EntryLines): string {
  const number = new Map(lines.map(({ node, number: own }) => [node, own]));
  const nodes = lines.map(({ node, number: own }) => {
    const name = node.origin?.name ?? node.op.name;
    return `  n${own} [label=${quote(`${name}\n[${node.shape.join(', ')}]`).replace(/\n/g, '\\n')}];`;
  });
  const edges = lines.flatMap(({ node, number: own }) =>
    node.args.map((arg) => `  n${number.get(arg) ?? 0} -> n${own};`),
  );
  return [
    `digraph ${quote(entry)} {`,
    '  node [shape=box, fontname="monospace"];',
    ...nodes,
    ...edges,
    '}',
    '',
  ].join('\n');
}
