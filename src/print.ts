/** Graphs as text: one line a node, operands by number, the user's names behind. */
import type { Expr } from './expr.ts';
import { must } from './errors.ts';
import { showShape } from './describe.ts';
import type { Graph } from './program.ts';
import { graphRoots } from './program.ts';
import { slotName } from './slot.ts';
import { postorder } from './walk.ts';

/** Attributes that a line shows otherwise, or that are graphs of their own. */
const hidden: ReadonlySet<string> = new Set(['shape', 'dtype', 'body']);

function showAttrs(node: Expr): string {
  const entries = Object.entries(node.attrs).filter(([key]) => !hidden.has(key));
  return entries
    .map(([key, value]) => `${key}=${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`)
    .join(', ');
}

/** One line for each node that `roots` depend on. */
export function printNodes(roots: readonly Expr[]): {
  readonly text: string;
  readonly number: ReadonlyMap<Expr, number>;
} {
  const number = new Map<Expr, number>();
  const lines = postorder(roots).map((node, i) => {
    number.set(node, i);
    const operands = node.args.map((arg) => `%${must(number.get(arg), 'operand')}`);
    const slot = node.slot && node.slot.kind !== 'data' ? [JSON.stringify(slotName(node.slot))] : [];
    const attrs = showAttrs(node);
    const inside = [...slot, ...operands, ...(attrs ? [attrs] : [])].join(', ');
    const name = node.origin?.name && !node.slot ? `  # ${node.origin.name}` : '';
    return `%${i} ${showShape(node.shape)} ${node.dtype} = ${node.op.name}(${inside})${name}`;
  });
  return { text: lines.join('\n'), number };
}

/** The text of expressions. */
export function print(...roots: readonly Expr[]): string {
  const { text, number } = printNodes(roots);
  return `${text}\n-> ${roots.map((root) => `%${must(number.get(root), 'root')}`).join(', ')}\n`;
}

/** The text of a step graph, with its metrics, outputs and updates. */
export function printGraph(graph: Graph): string {
  const { text, number } = printNodes(graphRoots(graph));
  const at = (root: Expr): string => `%${must(number.get(root), 'root')}`;
  const lines = [
    ...graph.metrics.map(({ name, value, weight }) => `metric ${name} = ${at(value)} weight ${at(weight)}`),
    ...graph.outputs.map(({ name, expr }) => `output ${name} = ${at(expr)}`),
    ...graph.updates.map(({ slot, next }) => `${slot.kind} ${slotName(slot)} <- ${at(next)}`),
  ];
  return `${text}\n${lines.join('\n')}\n`;
}
