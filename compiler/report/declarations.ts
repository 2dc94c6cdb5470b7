/** Which declared nodes the nodes of a compiled graph come from. */
import type { Expr } from '../../src/expr.ts';
import type { Origin } from '../../src/origin.ts';
import type { Program } from '../../src/program.ts';
import { graphRoots, programGraphs } from '../../src/program.ts';
import { isScan, rootsOf, scanBody } from '../../src/ops/scan.ts';
import { slotName } from '../../src/slot.ts';
import { postorder } from '../../src/walk.ts';
import { originParts } from '../origins.ts';
import { constantValue } from '../rewrite/views.ts';
import type { Call } from '../schedule/call.ts';

/** A node as the user declared it. */
export interface Declaration {
  /** The user's name; null where there is none. */
  readonly name: string | null;
  readonly operator: string;
  /** `folder/file.ts:line`; null where the engine does not tell. */
  readonly site: string | null;
}

/** All nodes that `roots` depend on, those in bodies of loops too. */
export function allNodes(roots: readonly Expr[]): Expr[] {
  return postorder(roots).flatMap((node) =>
    isScan(node) ? [...allNodes(rootsOf(scanBody(node))), node] : [node],
  );
}

/** What an entry of a program must compute. */
export function entryRoots(program: Program, entry: string): readonly Expr[] {
  if (entry === 'initial') return program.initial.map(({ value }) => value);
  const found = programGraphs(program).find(({ entry: name }) => name === entry);
  return found ? graphRoots(found.graph) : [];
}

export class Declarations {
  readonly #byOrigin = new Map<Origin, Expr>();
  readonly #known = new Map<Expr, Declaration>();

  /** `declared` is the program before any pass. */
  constructor(declared: Program) {
    const roots = ['step', 'evaluate', 'predict', 'initial'].flatMap((entry) => entryRoots(declared, entry));
    for (const node of allNodes(roots)) if (node.origin) this.#byOrigin.set(node.origin, node);
  }

  /**
   * The declared nodes that `node` comes from, the nearest first; none for what the compiler made by itself, and for a
   * constant, which stands for all of its value.
   */
  nodesOf(node: Expr): Expr[] {
    if (constantValue(node) !== null) return [];
    return originParts(node.origin).flatMap((part) => this.#byOrigin.get(part) ?? []);
  }

  /** A declared node for a reader. */
  describe(node: Expr): Declaration {
    const known = this.#known.get(node);
    if (known) return known;
    const declaration = {
      name: node.slot ? slotName(node.slot) : (node.origin?.name ?? null),
      operator: node.op.name,
      site: node.origin?.site() ?? null,
    };
    this.#known.set(node, declaration);
    return declaration;
  }
}

/**
 * The nodes that each call computes, operands first: those that it stores, and those that it computes on the way to
 * them.
 */
export function computedNodes(calls: readonly Call[]): Map<Call, Expr[]> {
  const stored = new Set(calls.flatMap(({ nodes }) => nodes));
  const order = new Map(postorder([...stored]).map((node, i) => [node, i]));
  const rank = (node: Expr): number => order.get(node) ?? -1;
  return new Map(
    calls.map((call) => [call, computedBy(call.nodes, stored).sort((a, b) => rank(a) - rank(b))]),
  );
}

function computedBy(nodes: readonly Expr[], stored: ReadonlySet<Expr>): Expr[] {
  const found = new Set<Expr>(nodes);
  const stack = [...nodes];
  for (let node = stack.pop(); node; node = stack.pop()) {
    for (const arg of node.args) {
      if (found.has(arg) || stored.has(arg) || arg.slot) continue;
      found.add(arg);
      stack.push(arg);
    }
  }
  return [...found];
}
