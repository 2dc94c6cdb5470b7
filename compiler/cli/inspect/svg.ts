/** The graph of one entry as a picture: operands above results, one color for each kernel. */
import type { Edge } from '@dagrejs/dagre';
import { Graph, layout } from '@dagrejs/dagre';
import { slotName } from '../../../src/slot.ts';
import type { EntryLines, NodeLine } from './graphs.ts';
import { escapeText, hueOf } from './markup.ts';

const [characterWidth, nodeHeight, margin] = [7.3, 40, 16];

function titleOf({ node }: NodeLine): string {
  return node.slot ? slotName(node.slot) : (node.origin?.name ?? node.op.name);
}

/** What is drawn: numbers, views of numbers and hyper-parameters say little, and hide the rest. */
function isDrawn({ node }: NodeLine): boolean {
  if (node.op.name === 'constant' || node.slot?.kind === 'hyper') return false;
  return node.op.name !== 'broadcastTo' || node.args[0]?.op.name !== 'constant';
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A curve through the middles between `points`, from the first to the last. */
function curve(points: readonly Point[]): string {
  const show = ({ x, y }: Point): string => `${x.toFixed(1)} ${y.toFixed(1)}`;
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return '';
  const bends = rest.slice(0, -1).map((point, i) => {
    const next = rest[i + 1] ?? last;
    return `Q${show(point)} ${show({ x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 })}`;
  });
  return `M${show(first)}${bends.join('')}L${show(last)}`;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

function boxSvg(line: NodeLine, { x, y, width }: Box): string {
  const [kernel] = line.kernels;
  const fill = kernel === undefined ? '#f1f1ee' : `hsl(${hueOf(kernel)} 70% 90%)`;
  const stroke = kernel === undefined ? '#a9a9a2' : `hsl(${hueOf(kernel)} 45% 50%)`;
  return [
    `<g><title>${escapeText(line.text)}</title>`,
    `<rect x="${(x - width / 2).toFixed(1)}" y="${(y - nodeHeight / 2).toFixed(1)}" width="${width.toFixed(1)}" ` +
      `height="${nodeHeight}" rx="6" fill="${fill}" stroke="${stroke}"/>`,
    `<text x="${x.toFixed(1)}" y="${(y - 3).toFixed(1)}">${escapeText(titleOf(line))}</text>`,
    `<text class="shape" x="${x.toFixed(1)}" y="${(y + 12).toFixed(1)}">` +
      `${escapeText(`[${line.node.shape.join(', ')}]`)}</text></g>`,
  ].join('');
}

const style = `text { font: 12px ui-monospace, monospace; text-anchor: middle; fill: #222 }
.shape { font-size: 10px; fill: #666 } path { fill: none; stroke: #999 }`;

/** A picture that stands alone. */
export function svgOf({ lines }: EntryLines): string {
  const drawn = lines.filter(isDrawn);
  const graph = new Graph();
  graph.setGraph({ rankdir: 'TB', nodesep: 14, ranksep: 30, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  const ids = new Map(drawn.map((line) => [line.node, String(line.number)]));
  for (const line of drawn) {
    const longest = Math.max(titleOf(line).length, line.node.shape.join(', ').length + 2);
    graph.setNode(String(line.number), { width: longest * characterWidth + 18, height: nodeHeight });
  }
  for (const { node, number } of drawn)
    for (const arg of node.args) {
      const from = ids.get(arg);
      if (from !== undefined) graph.setEdge(from, String(number));
    }
  layout(graph);
  const { width = 0, height = 0 } = graph.graph() as { width?: number; height?: number };
  const edges = graph.edges().map((edge: Edge) => {
    const { points } = graph.edge(edge) as { points: readonly Point[] };
    return `<path d="${curve(points)}"/>`;
  });
  const boxes = drawn.map((line) => boxSvg(line, graph.node(String(line.number)) as Box));
  const size = `width="${Math.ceil(width)}" height="${Math.ceil(height)}"`;
  const view = `viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${view}>`,
    `<style>${style}</style><rect width="100%" height="100%" fill="#fff"/>`,
    ...edges,
    ...boxes,
    '</svg>',
    '',
  ].join('\n');
}
