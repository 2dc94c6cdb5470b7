/** Finds the left side of an equation in a graph, by structure. */
import { must } from '../../src/errors.ts';
import { roundTo } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import { constantOp } from '../../src/ops/leaves.ts';
import type { Seen } from './views.ts';
import { constantValue, underViews } from './views.ts';

export interface Pattern {
  readonly root: Expr;
  /** Leaves of the pattern, in the order of the equation's parameters. */
  readonly holes: readonly Expr[];
  /** What each hole accepts. */
  readonly accepts: ReadonlyMap<Expr, (node: Expr) => boolean>;
}

/** Whether two nodes compute the same from the same. */
export type Same = (x: Expr, y: Expr) => boolean;

type Bindings = ReadonlyMap<Expr, Expr>;

/** Operators whose operands may be exchanged: the same bits, NaN payloads excepted. */
export const commutative: ReadonlySet<string> = new Set([
  'add',
  'mul',
  'maximum',
  'minimum',
  'eq',
  'ne',
  'and',
  'or',
  'xor',
]);

/** What each hole of `pattern` stands for in `node`, or null where the pattern does not fit. */
export function match(pattern: Pattern, node: Expr, same: Same): Expr[] | null {
  const matcher = new Matcher(pattern, same);
  if (!matcher.mayFit(pattern.root, node)) return null;
  for (const bindings of matcher.fits(pattern.root, node, new Map())) {
    return pattern.holes.map((hole) => must(bindings.get(hole), 'hole'));
  }
  return null;
}

/** Whether every element of `node` is the number of the constant `part`, in the node's element type. */
function isConstant(part: Expr, node: Expr): boolean {
  return Object.is(constantValue(node), roundTo(node.dtype, Number(part.attrs['value'])));
}

class Matcher {
  readonly #pattern: Pattern;
  readonly #same: Same;

  constructor(pattern: Pattern, same: Same) {
    this.#pattern = pattern;
    this.#same = same;
  }

  /** Whether the operators are those of `part`, whatever holes stand for: a quick answer for almost all nodes. */
  mayFit(part: Expr, node: Expr): boolean {
    const accepts = this.#pattern.accepts.get(part);
    if (accepts) return accepts(node);
    if (part.op.name === constantOp.name) return isConstant(part, node);
    const seen = this.#seen(part, node);
    if (!seen) return false;
    const { args } = seen.node;
    const inOrder = part.args.every((each, i) => this.#fitsAt(each, args[i]));
    return (
      inOrder ||
      (commutative.has(part.op.name) && part.args.every((each, i) => this.#fitsAt(each, args[1 - i])))
    );
  }

  #fitsAt(part: Expr, node: Expr | undefined): boolean {
    return node !== undefined && this.mayFit(part, node);
  }

  /** Every way in which `part` of the pattern fits `node`, given what holes stand for already. */
  *fits(part: Expr, node: Expr, bound: Bindings): Generator<Bindings> {
    const accepts = this.#pattern.accepts.get(part);
    if (accepts) {
      const earlier = bound.get(part);
      if (earlier ? this.#same(earlier, node) : accepts(node)) yield new Map([...bound, [part, node]]);
      return;
    }
    if (part.op.name === constantOp.name) {
      if (isConstant(part, node)) yield bound;
      return;
    }
    const seen = this.#seen(part, node);
    if (!seen) return;
    const operands = seen.node.args.map(seen.through);
    yield* this.#allFit(part.args, operands, bound);
    if (commutative.has(part.op.name)) yield* this.#allFit(part.args, operands.toReversed(), bound);
  }

  *#allFit(parts: readonly Expr[], nodes: readonly Expr[], bound: Bindings): Generator<Bindings> {
    const [part, ...others] = parts;
    const [node, ...rest] = nodes;
    if (!part || !node) {
      yield bound;
      return;
    }
    for (const next of this.fits(part, node, bound)) yield* this.#allFit(others, rest, next);
  }

  /**
   * The application of the part's operator that `node` is. What is done to each element of a view can be done before:
   * below the root, a function of one operand is also found under views.
   */
  #seen(part: Expr, node: Expr): Seen | null {
    if (part.args.length === 1 && part !== this.#pattern.root) {
      for (const seen of underViews(node)) if (seen.node.op.name === part.op.name) return seen;
      return null;
    }
    return node.op.name === part.op.name ? { node, through: (other) => other } : null;
  }
}
