/**
 * Rewrite rules. A rule is a named equation between graphs, written with the operators that users call:
 * `rule('neg-neg', (x) => [neg(neg(x)), x])`. What the left side describes becomes what the right side says.
 */
import type { FloatDType } from '../../src/dtype.ts';
import { isFloat } from '../../src/dtype.ts';
import { InternalError, must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import type { Op } from '../../src/ops/define.ts';
import { placeholder } from '../../src/ops/scan.ts';
import type { Shape } from '../../src/shape-types.ts';
import type { Pattern, Same } from './match.ts';
import { match } from './match.ts';
import { constantValue } from './views.ts';

export type Float = Expr<Shape, FloatDType>;
export type Bool = Expr<Shape, 'bool'>;

/** What a hole stands for: any number, a float, a bool, or the same constant in every element. */
export type HoleKind = 'number' | 'float' | 'bool' | 'constant';

type HoleType<K extends HoleKind> = K extends 'bool' ? Bool : Float;
export type Holes<K extends readonly HoleKind[]> = { readonly [I in keyof K]: HoleType<K[I]> };

/** What rules may ask about the graph around a node. */
export interface Facts {
  readonly same: Same;
  /** A number for each node: one that was met earlier has a smaller one. */
  number(node: Expr): number;
}

export interface Rule {
  readonly name: string;
  /** Whether both sides have the same bits, NaN payloads excepted. Inexact rules run only in `fast`. */
  readonly exact: boolean;
  /** The operator at the root of what is replaced; null for any. */
  readonly op: string | null;
  /** What stands for `node`, or null where the rule says nothing of it. */
  readonly apply: (node: Expr, facts: Facts) => Expr | null;
  /** The equation, where the rule is one. */
  readonly law: Law | null;
}

/** An equation over holes. */
export interface Law {
  readonly holes: readonly HoleKind[];
  readonly sides: (...holes: readonly Expr[]) => readonly [left: Expr, right: Expr];
}

export interface RuleOptions<K extends readonly HoleKind[]> {
  /** What each hole stands for; by default any number. */
  readonly holes?: K;
  /** Default true. */
  readonly exact?: boolean;
}

const accepts: Readonly<Record<HoleKind, (node: Expr) => boolean>> = {
  number: ({ dtype }) => dtype !== 'bool',
  float: ({ dtype }) => isFloat(dtype),
  bool: ({ dtype }) => dtype === 'bool',
  constant: (node) => constantValue(node) !== null,
};

function patternOf({ holes, sides }: Law): Pattern {
  const leaves = holes.map((kind) => placeholder(kind, [], kind === 'bool' ? 'bool' : 'float32'));
  const kinds = new Map(leaves.map((leaf, i) => [leaf, accepts[must(holes[i], 'hole')]]));
  return { root: sides(...leaves)[0], holes: leaves, accepts: kinds };
}

/**
 * The equation of elementwise operators whose two sides `law` makes of its holes. It holds for tensors of every shape,
 * and for every element type that both the operators and the holes take.
 */
export function rule<const K extends readonly HoleKind[] = readonly 'number'[]>(
  name: string,
  law: (...holes: Holes<K>) => readonly [Expr, Expr],
  options: RuleOptions<K> = {},
): Rule {
  const holes = options.holes ?? Array.from({ length: law.length }, (): HoleKind => 'number');
  const equation: Law = { holes, sides: law as unknown as Law['sides'] };
  const pattern = patternOf(equation);
  return {
    name,
    exact: options.exact ?? true,
    op: pattern.root.op.name,
    law: equation,
    apply: (node, facts) => {
      const bound = match(pattern, node, facts.same);
      return bound && equation.sides(...bound)[1];
    },
  };
}

/** A rule that depends on attributes or shapes: what `rewrite` makes of a node of `op`, where it is not null. */
export function local(
  name: string,
  op: Pick<Op, 'name'> | null,
  rewrite: (node: Expr, facts: Facts) => Expr | null,
  options: { readonly exact?: boolean } = {},
): Rule {
  return { name, exact: options.exact ?? true, op: op?.name ?? null, apply: rewrite, law: null };
}

/** Operand `i` of a node that has one. */
export function operand(node: Expr, i = 0): Expr {
  return must(node.args[i], `operand ${i} of ${node.op.name}`);
}

/** Throws unless `by` can stand for `node`. */
export function checkReplacement(name: string, node: Expr, by: Expr): void {
  const [before, after] = [node, by].map(({ shape, dtype }) => `${dtype} [${shape.join(', ')}]`);
  if (before !== after) throw new InternalError(`rule ${name} makes ${after} of ${node.op.name} ${before}`);
}
