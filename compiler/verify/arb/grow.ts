/** Grows cases: expressions over inputs, and states that they update. */
import { state } from '../../../src/declare.ts';
import { isFloat } from '../../../src/dtype.ts';
import type { Expr } from '../../../src/expr.ts';
import { postorder } from '../../../src/walk.ts';
import { Case, sizesAreTold } from '../case/case.ts';
import type { StateUpdate } from '../case/case.ts';
import type { Draw } from '../draw.ts';
import { chance, pick } from '../draw.ts';
import { Growth } from './growth.ts';
import type { GrowthOptions, Row } from './growth.ts';
import { rows as everyRow } from './rows/all.ts';
import { drawElements } from './values.ts';

export interface CaseOptions extends GrowthOptions {
  /** How many nodes are grown at most; what builders compose counts once. Default 8. */
  readonly steps?: number;
  /** Ways to grow; default all. */
  readonly rows?: readonly Row[];
  /** Whether states may be updated; default true. */
  readonly updates?: boolean;
}

/** A graph of at least one grown node. */
export function growNodes(g: Growth, { steps = 8, rows = everyRow }: CaseOptions): void {
  const wanted = g.draw.int(1, steps);
  for (let grown = 0; grown < wanted;) {
    const node = pick(g.draw, rows).grow(g);
    grown++;
    if (node && g.isSmall(node)) g.add(node);
  }
  if (g.nodes.length === 0) g.leaf(g.shape());
}

/** Nodes that nothing else reads. */
function ends(nodes: readonly Expr[]): Expr[] {
  const read = new Set(postorder(nodes).flatMap(({ args }) => args));
  return [...new Set(nodes)].filter((node) => !read.has(node) && node.args.length > 0);
}

/** Reads some inputs as states, and lets grown values be what a step leaves in states. */
function withUpdates(g: Growth, found: readonly Expr[]): { outputs: Expr[]; updates: StateUpdate[] } {
  const updates: StateUpdate[] = [];
  const outputs: Expr[] = [];
  for (const next of found) {
    const known = next.shape.every((size) => typeof size === 'number');
    if (!known || !isFloat(next.dtype) || chance(g.draw, 30)) {
      outputs.push(next);
      continue;
    }
    const kept = state(`s${updates.length}`, next.shape, { dtype: next.dtype });
    if (kept.slot)
      g.data.set(kept.slot, drawElements(g.draw, next.dtype, g.count(next.shape), { special: false }));
    updates.push({ state: kept, next });
  }
  return { outputs, updates };
}

/** One random case. A graph that names a size which none of its inputs tells is grown again. */
export function growCase(draw: Draw, options: CaseOptions = {}): Case {
  for (;;) {
    const grown = growOnce(draw, options);
    if (sizesAreTold(grown)) return grown;
  }
}

function growOnce(draw: Draw, options: CaseOptions): Case {
  const g = new Growth(draw, options);
  const stateful = (options.updates ?? true) && chance(draw, 25);
  if (stateful) plantStates(g);
  growNodes(g, options);
  const found = ends(g.nodes);
  const roots = found.length > 0 ? found : [pick(draw, g.nodes)];
  const { data, sizes } = g;
  if (!stateful) return new Case({ outputs: roots, updates: [], data, sizes });
  return new Case({ ...crossed(g, withUpdates(g, roots)), data, sizes });
}

/** States that grown nodes may read. */
function plantStates(g: Growth): void {
  const shape = g.knownShape(pick(g.draw, [0, 1, 2]));
  for (let i = 0; i < g.draw.int(1, 3); i++) {
    const node = state(`r${i}`, shape, { dtype: g.dtype });
    if (node.slot) g.data.set(node.slot, drawElements(g.draw, g.dtype, g.count(shape), { special: false }));
    g.add(node);
  }
}

/** Lets states that are read be updated too, also by each other: what an update in place must survive. */
function crossed(
  g: Growth,
  { outputs, updates }: { outputs: Expr[]; updates: StateUpdate[] },
): { outputs: Expr[]; updates: StateUpdate[] } {
  const read = g.nodes.filter(({ slot, args }) => slot?.kind === 'state' && args.length === 0);
  const more = read.flatMap((kept): StateUpdate[] => {
    const same = (x: Expr): boolean =>
      x.dtype === kept.dtype &&
      x.shape.length === kept.shape.length &&
      String(x.shape) === String(kept.shape);
    const next = chance(g.draw, 70) ? g.find(same) : null;
    return next ? [{ state: kept, next }] : [];
  });
  return { outputs, updates: [...updates, ...more] };
}
