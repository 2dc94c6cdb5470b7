/**
 * Unstable spellings become safe ones, before differentiation and in every mode. The equations are those of real
 * numbers; the right sides are never less accurate.
 */
import { must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import { postorder } from '../../src/walk.ts';
import { gradientOp } from '../../src/ops/control.ts';
import { checkpointOp, withGradientOp } from '../../src/ops/custom.ts';
import { Keys } from '../intern.ts';
import type { Same } from '../rewrite/match.ts';
import type { Policy } from '../rewrite/policy.ts';
import { replacedNodes } from '../rewrite/replaced.ts';
import type { Report } from '../rewrite/rewrite.ts';
import { rewrite } from '../rewrite/rewrite.ts';
import { stable } from './rules.ts';

/** Operands of these, from the second on, are known by identity: what is differentiated flows through them. */
const byIdentity: ReadonlySet<string> = new Set(
  [gradientOp, checkpointOp, withGradientOp].map(({ name }) => name),
);

/** Declared graphs: every node keeps its identity, and no replacement bypasses a variable of a derivative. */
class Declared implements Policy {
  readonly #variables: Set<Expr>;
  readonly #keys = new Keys();
  readonly #byKey = new Map<string, number>();
  /** One number for all nodes that compute the same, given when it is asked for. */
  readonly #numbers = new Map<Expr, number>();
  readonly #numbered = new Set<Expr>();
  #next = 0;

  constructor(roots: readonly Expr[]) {
    const marked = postorder(roots).filter(({ op }) => byIdentity.has(op.name));
    this.#variables = new Set(marked.flatMap(({ args }) => args.slice(1)));
  }

  stands(node: Expr): Expr {
    return node;
  }

  readonly same: Same = (x, y) => this.number(x) === this.number(y);

  settled(node: Expr, final: Expr): void {
    if (this.#variables.has(node)) this.#variables.add(final);
  }

  accept(node: Expr, by: Expr, created: readonly Expr[]): readonly Expr[] | null {
    const unused = replacedNodes(node, by, created);
    return unused.slice(1).some((each) => this.#variables.has(each)) ? null : unused;
  }

  number(node: Expr): number {
    for (const each of postorder([node], this.#numbered)) this.#numbers.set(each, this.#numberOf(each));
    return must(this.#numbers.get(node), 'number');
  }

  /** A variable equals nothing else. */
  #numberOf(node: Expr): number {
    const operands = node.args.map((arg) => must(this.#numbers.get(arg), 'number of an operand'));
    const key = this.#variables.has(node) ? `variable ${this.#next}` : this.#keys.of(node, operands);
    const number = this.#byKey.get(key) ?? this.#next++;
    this.#byKey.set(key, number);
    return number;
  }
}

/** The same values and derivatives, as accurate or more so; `report` tells each use. */
export function stabilize(roots: readonly Expr[], report?: Report): Expr[] {
  return rewrite(roots, {
    rules: stable,
    policy: (of) => new Declared(of),
    ...(report ? { report } : {}),
  });
}
