/** How a rewrite treats the graph around a node: which nodes count as one, and which replacements it takes. */
import type { Expr } from '../../src/expr.ts';
import { postorder } from '../../src/walk.ts';
import { Interner } from '../intern.ts';
import type { Same } from './match.ts';
import { replacedNodes } from './replaced.ts';
import { totalWork } from './work.ts';

export interface Policy {
  /** The node to go on with for `node`, whose operands are in final form. */
  stands(node: Expr): Expr;
  readonly same: Same;
  /** A fixed order of nodes. */
  number(node: Expr): number;
  /** Called once for each node, operands first, when its final form is known. */
  settled(node: Expr, final: Expr): void;
  /** What `by`, with the new nodes `created`, leaves unused, `node` first; null where `node` must stay as it is. */
  accept(node: Expr, by: Expr, created: readonly Expr[]): readonly Expr[] | null;
}

/** Equal nodes become one, and no replacement makes the graph cost more. */
export class Merging implements Policy {
  readonly #interner = new Interner();
  /** How many nodes and roots read a node; 1 for those that rules make. */
  readonly #uses = new Map<Expr, number>();

  constructor(roots: readonly Expr[]) {
    for (const root of roots) this.#use(root, 1);
    for (const { args } of postorder(roots)) for (const arg of args) this.#use(arg, 1);
  }

  #use(node: Expr, times: number): void {
    this.#uses.set(node, (this.#uses.get(node) ?? 0) + times);
  }

  stands(node: Expr): Expr {
    return this.#interner.of(node);
  }

  readonly same: Same = (x, y) => x === y;

  number(node: Expr): number {
    return this.#interner.number(node);
  }

  settled(node: Expr, final: Expr): void {
    if (node !== final) this.#use(final, this.#uses.get(node) ?? 1);
  }

  accept(node: Expr, by: Expr, created: readonly Expr[]): readonly Expr[] | null {
    const unused = replacedNodes(node, by, created, (each) => (this.#uses.get(each) ?? 1) <= 1);
    return totalWork(created) <= totalWork(unused) ? unused : null;
  }
}
