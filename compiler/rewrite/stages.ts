/** The stages of rewriting, by name. Each also runs the rules of those before it, for what it brings to light. */
import type { Expr } from '../../src/expr.ts';
import { canonicalize } from './canonicalize.ts';
import { contraction } from './contraction.ts';
import { fast } from './fast.ts';
import { fold } from './fold.ts';
import { movement } from './movement.ts';
import { Merging } from './policy.ts';
import type { Report } from './rewrite.ts';
import { rewrite } from './rewrite.ts';
import type { Rule } from './rule.ts';
import { simplify } from './simplify.ts';

export interface Stage {
  readonly name: string;
  readonly rules: readonly Rule[];
}

/** `strict` keeps every bit; `fast` also rounds differently where that saves work. */
export type Numerics = 'strict' | 'fast';

const own: readonly Stage[] = [
  { name: 'canonicalize', rules: [...fold, ...canonicalize] },
  { name: 'simplify', rules: simplify },
  { name: 'movement', rules: movement },
  { name: 'contraction', rules: contraction },
];

const inexact: Stage = { name: 'fast', rules: fast };

/** Every rule, once. */
export const allRules: readonly Rule[] = [...own, inexact].flatMap(({ rules }) => rules);

/** The stages that run under `numerics`. */
export function stagesOf(numerics: Numerics): Stage[] {
  const stages = numerics === 'fast' ? [...own, inexact] : own;
  return stages.map(({ name }, i) => ({ name, rules: stages.slice(0, i + 1).flatMap(({ rules }) => rules) }));
}

/** The same values, from graphs of which the rules of `stage` say nothing more. */
export function runStage(stage: Stage, roots: readonly Expr[], report?: Report): Expr[] {
  return rewrite(roots, {
    rules: stage.rules,
    policy: (of) => new Merging(of),
    ...(report ? { report } : {}),
  });
}
