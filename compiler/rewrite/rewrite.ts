/**
 * Runs rules over a graph to a fixed point: operands first, each node until no rule says anything of it. A node is
 * looked at once for each rewrite that makes it, so the time is linear in the graph and the rewrites.
 */
import { InternalError, must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { isScan, rewriteBody } from '../../src/ops/scan.ts';
import { postorder } from '../../src/walk.ts';
import { Origins, joinOrigins, unnamed, withOrigin } from '../origins.ts';
import { withArgs } from '../rebuild.ts';
import type { Policy } from './policy.ts';
import { createdNodes } from './replaced.ts';
import type { Rule } from './rule.ts';
import { checkReplacement } from './rule.ts';

/** A rule that fired: what it replaced, and by what. */
export interface Firing {
  readonly rule: string;
  readonly node: Expr;
  readonly by: Expr;
}

export type Report = (firing: Firing) => void;

export interface RewriteOptions {
  readonly rules: readonly Rule[];
  /** How the graph of these roots is treated: the whole, or the body of a loop. */
  readonly policy: (roots: readonly Expr[]) => Policy;
  readonly report?: Report;
}

/** The same values, from graphs of which no rule says anything more. Bodies of loops are rewritten too. */
export function rewrite(roots: readonly Expr[], options: RewriteOptions): Expr[] {
  return new Rewriter(roots, options).run();
}

interface Frame {
  readonly node: Expr;
  /** The number of operands that are in final form. */
  ready: number;
  /** The node over operands in final form, and what a rule put in its place. */
  rewritten: { readonly from: Expr; readonly to: Expr } | null;
}

const frame = (node: Expr): Frame => ({ node, ready: 0, rewritten: null });

/** Rules that go round in circles are a fault; no graph needs this many rewrites of each node. */
const mostPerNode = 100;

class Rewriter {
  readonly #roots: readonly Expr[];
  readonly #options: RewriteOptions;
  readonly #policy: Policy;
  readonly #rulesOf: (op: string) => readonly Rule[];
  readonly #origins = new Origins();
  /** The final form of each node met; a node in final form is its own. */
  readonly #final = new Map<Expr, Expr>();
  readonly #mostFirings: number;
  #firings = 0;

  constructor(roots: readonly Expr[], options: RewriteOptions) {
    this.#roots = roots;
    this.#options = options;
    this.#policy = options.policy(roots);
    this.#rulesOf = byOperator(options.rules);
    this.#mostFirings = mostPerNode * (postorder(roots).length + 1);
  }

  run(): Expr[] {
    for (const root of this.#roots) this.#settle(root);
    return this.#origins.settle(this.#roots.map((root) => this.#finalOf(root)));
  }

  #finalOf(node: Expr): Expr {
    return must(this.#final.get(node), `final form of ${node.op.name}`);
  }

  #settle(root: Expr): void {
    const stack = this.#final.has(root) ? [] : [frame(root)];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = top.rewritten ? top.rewritten.to : top.node.args[top.ready++];
      if (next && !this.#final.has(next)) stack.push(frame(next));
      else if (top.rewritten || !next) this.#step(top, stack);
    }
  }

  /** Goes on with a node whose operands, or what replaces it, are in final form. */
  #step(at: Frame, stack: Frame[]): void {
    if (at.rewritten) {
      const { from, to } = at.rewritten;
      this.#origins.add(this.#finalOf(to), from);
      this.#finish(at.node, from, this.#finalOf(to));
      stack.pop();
      return;
    }
    const candidate = this.#rebuilt(at.node);
    const from = this.#policy.stands(candidate);
    if (from !== candidate) this.#origins.add(from, candidate);
    const known = this.#final.get(from);
    const to = known ? null : this.#replacement(from);
    if (to) {
      at.rewritten = { from, to };
      return;
    }
    this.#finish(at.node, from, known ?? from);
    stack.pop();
  }

  #finish(node: Expr, from: Expr, final: Expr): void {
    this.#final.set(from, final);
    this.#final.set(node, final);
    this.#policy.settled(node, final);
  }

  #rebuilt(node: Expr): Expr {
    const args = node.args.map((arg) => this.#finalOf(arg));
    if (!isScan(node)) return withArgs(node, args);
    return rewriteBody(node, args, (roots) => rewrite(roots, this.#options));
  }

  /** What the first rule that fires puts in the place of `node`. */
  #replacement(node: Expr): Expr | null {
    for (const rule of this.#rulesOf(node.op.name)) {
      const by = rule.apply(node, this.#policy);
      if (!by || by === node) continue;
      checkReplacement(rule.name, node, by);
      const created = createdNodes(by, (each) => each === node || this.#final.has(each));
      const unused = this.#policy.accept(node, by, created);
      if (!unused) continue;
      this.#count(rule);
      const adopted = adopt(by, created, unused);
      this.#options.report?.({ rule: rule.name, node, by: adopted });
      return adopted;
    }
    return null;
  }

  #count({ name }: Rule): void {
    if (++this.#firings <= this.#mostFirings) return;
    throw new InternalError(`rewriting does not end: rule ${name} fires again and again`);
  }
}

/** The rules that may apply to an operator, in their order. */
function byOperator(rules: readonly Rule[]): (op: string) => readonly Rule[] {
  const found = new Map<string, readonly Rule[]>();
  return (op) => {
    const known = found.get(op) ?? rules.filter((rule) => rule.op === null || rule.op === op);
    found.set(op, known);
    return known;
  };
}

/** `by` with its new nodes coming from where the replaced ones came from; only the result takes over the name. */
function adopt(by: Expr, created: readonly Expr[], [node, ...others]: readonly Expr[]): Expr {
  const origin = node?.origin ?? null;
  const whole = joinOrigins([origin, ...others.map((each) => each.origin)], origin?.name ?? null);
  const adopted = new Map<Expr, Expr>();
  for (const each of created) {
    const copy = withArgs(
      each,
      each.args.map((arg) => adopted.get(arg) ?? arg),
    );
    adopted.set(each, withOrigin(copy, each === by ? whole : unnamed(whole)));
  }
  return adopted.get(by) ?? by;
}
