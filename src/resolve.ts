/** Resolves what a declared graph leaves open: the mode, effects on state, and the numbering of random streams. */
import type { Expr } from './expr.ts';
import { must } from './errors.ts';
import { add } from './ops/arithmetic.ts';
import { cast } from './ops/cast.ts';
import { byModeOp, withUpdateOp } from './ops/control.ts';
import { apply } from './ops/define.ts';
import { constant, slotLeaf, stateOp } from './ops/leaves.ts';
import { randomOp, uniformOp } from './ops/random.ts';
import type { RandomAttrs } from './ops/random.ts';
import type { Graph, NamedExpr, Update } from './program.ts';
import { graphRoots } from './program.ts';
import type { ParameterSlot, Slot, StateSlot } from './slot.ts';
import { mapGraph, postorder, rebuild } from './walk.ts';

const zero = { name: 'zeros', value: (): Expr => constant(0, 'int32') };
const counter = (name: string): StateSlot => ({
  kind: 'state',
  name,
  shape: [],
  dtype: 'int32',
  init: zero,
  scope: () => null,
});

/** Gives every random node its stream, and keeps the counter that makes each step's numbers new. */
export class Streams {
  readonly seed: StateSlot = counter('seed');
  readonly step: StateSlot = counter('step');
  readonly #seedLeaf = slotLeaf(stateOp, this.seed);
  readonly #stepLeaf = slotLeaf(stateOp, this.step);
  readonly #numbers = new Map<Slot, number>();

  /** The number of the present step, from 1, as a rank-0 float64. */
  count(): Expr<[], 'float64'> {
    return cast(this.#next(), 'float64') as Expr<[], 'float64'>;
  }

  #next(): Expr<[]> {
    return add(this.#stepLeaf as Expr<[], 'int32'>, 1);
  }

  /** The numbered node that stands for a declared `uniform`. Initial values are drawn at step -1. */
  resolve(node: Expr, phase: 'step' | 'initial'): Expr {
    const slot = must(node.slot, 'slot of uniform');
    if (!this.#numbers.has(slot)) this.#numbers.set(slot, this.#numbers.size);
    const stream = must(this.#numbers.get(slot), 'stream');
    const when = phase === 'step' ? this.#stepLeaf : constant(-1, 'int32');
    return apply(randomOp, [this.#seedLeaf, when], { ...(node.attrs as RandomAttrs), stream });
  }

  /** The update that counts steps, where anything reads the counter. */
  updates(graph: Graph): Update[] {
    const used = postorder(graphRoots(graph)).includes(this.#stepLeaf);
    return used ? [{ slot: this.step, next: this.#next() }] : [];
  }

  initialValue(slot: ParameterSlot | StateSlot): Expr {
    const declared = slot.init.value(slot.shape, slot.dtype);
    const resolve = (node: Expr, args: readonly Expr[]): Expr =>
      node.op.name === uniformOp.name ? this.resolve(node, 'initial') : rebuild(node, args);
    return mapGraph([declared], resolve)(declared);
  }

  seedIsUsed(roots: readonly Expr[]): boolean {
    return postorder(roots).includes(this.#seedLeaf);
  }
}

export interface Resolved {
  /** One for each declared root, in order. */
  readonly exprs: readonly Expr[];
  readonly updates: readonly Update[];
}

/**
 * The declared roots in one mode. A state that is updated twice passes its value on in declaration order: what a layer
 * reads of its state when it is applied again is what the application before has left.
 */
export function resolveModes(
  mode: 'train' | 'evaluate',
  roots: readonly NamedExpr[],
  streams: Streams,
): Resolved {
  const chosen = mode === 'train' ? 0 : 1;
  const next = new Updates();
  const find = mapGraph(
    roots.map(({ expr }) => expr),
    (node, args) => {
      if (node.op.name === byModeOp.name) return must(args[chosen], 'mode');
      if (node.op.name === uniformOp.name) return streams.resolve(node, 'step');
      if (node.op.name !== withUpdateOp.name) return rebuild(node, args);
      next.add(node.slot as StateSlot, must(args[1], 'next'));
      return must(args[0], 'value');
    },
  );
  const exprs = roots.map(({ expr }) => find(expr));
  return { exprs, updates: mode === 'train' ? next.all() : [] };
}

/**
 * Updates of state in declaration order. They come in rounds, of which each updates a slot at most once: one
 * application of a layer, or of several layers. Within a round all slots have the values of the round before.
 */
class Updates {
  readonly #next = new Map<Slot, Expr>();
  readonly #round = new Set<Slot>();
  #before: ReadonlyMap<Slot, Expr> = new Map();

  add(slot: StateSlot, proposed: Expr): void {
    if (this.#round.has(slot)) {
      this.#before = new Map(this.#next);
      this.#round.clear();
    }
    this.#round.add(slot);
    this.#next.set(slot, substitute(proposed, this.#before));
  }

  all(): Update[] {
    return [...this.#next].map(([slot, expr]): Update => ({ slot: slot as StateSlot, next: expr }));
  }
}

function substitute(root: Expr, values: ReadonlyMap<Slot, Expr>): Expr {
  if (values.size === 0) return root;
  return mapGraph([root], (node, args) => {
    const value = node.slot && node.args.length === 0 ? values.get(node.slot) : undefined;
    return value ?? rebuild(node, args);
  })(root);
}
