/** The same graph behind fewer rewrites: no bit may change, on any target. */
import type { Rule } from '../../compiler/rewrite/rule.ts';
import { allRules, stagesOf } from '../../compiler/rewrite/stages.ts';
import type { Stage } from '../../compiler/rewrite/stages.ts';
import type { Lowered } from '../../compiler/lowered.ts';
import { lower } from '../../compiler/lowered.ts';
import { optimize } from '../../compiler/pipeline.ts';
import type { Case } from '../../compiler/verify/case/case.ts';
import { programOf, runOf } from '../../compiler/verify/case/case.ts';
import { firedRules } from '../../compiler/verify/case/bisect.ts';
import type { Draw } from '../../compiler/verify/draw.ts';
import { chance, pick } from '../../compiler/verify/draw.ts';
import { differentBits } from '../../compiler/verify/run/compare.ts';
import { copied, observe } from '../../compiler/verify/run/observe.ts';
import type { Observed } from '../../compiler/verify/run/observe.ts';
import { showDifference } from '../../compiler/verify/run/show.ts';
import { interpretedModule } from '../../compiler/verify/targets.ts';
import type { Target } from '../../compiler/verify/targets.ts';
import type { Program } from '../../src/program.ts';
import type { StepModule } from '../../runtime/contract.ts';

export interface Fewer {
  readonly name: string;
  readonly stages: readonly Stage[];
  /** The rule that is alone; null where there is none. */
  readonly rule: string | null;
}

/** Rules that keep every bit. */
export const exactRules: readonly Rule[] = allRules.filter(({ exact }) => exact);

/** No rewrites, or alone one rule of those that fire in the case. */
export function fewerRewrites(draw: Draw, of: Case): Fewer {
  const fired = new Set(firedRules(of, stagesOf('strict')));
  const rules = exactRules.filter(({ name }) => fired.has(name));
  if (rules.length === 0 || chance(draw, 30)) return { name: 'no rewrites', stages: [], rule: null };
  const rule = pick(draw, rules);
  const stages = [{ name: 'alone', rules: [rule] }];
  return { name: `rule ${rule.name} alone`, stages, rule: rule.name };
}

function watch(program: Program, module: StepModule, of: Case): Observed[] {
  const run = runOf(of);
  const step = module.create({ capacity: run.capacity, seed: run.seed });
  return run.calls.flatMap((call) => copied(observe(program, step, call)));
}

/** Where the bits behind fewer rewrites are others than in `whole`, behind all of them; and what was compiled. */
export function rewriteFault(
  of: Case,
  { name, stages }: Fewer,
  targets: readonly Target[],
  whole: Lowered = lower(optimize(programOf(of))),
): { readonly lines: readonly string[]; readonly program: Program } {
  const program = programOf(of);
  const lowered = lower(optimize(program, () => {}, { stages }));
  const all = { name: 'all rewrites', seen: watch(program, interpretedModule(whole), of) };
  const engines = [
    { name, module: interpretedModule(lowered) },
    ...targets.flatMap((target) => {
      const module = target.fromLowered?.(lowered);
      return module ? [{ name: `${name}, ${target.name}`, module }] : [];
    }),
  ];
  for (const { name: engine, module } of engines) {
    const difference = differentBits(all, { name: engine, seen: watch(program, module, of) });
    if (difference) return { lines: showDifference(difference), program: lowered.program };
  }
  return { lines: [], program: lowered.program };
}
