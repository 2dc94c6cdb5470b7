/** Finds the step of the compiler after which values part: a pass, a rule of it, lowering, or a target. */
import { must } from '../../../src/errors.ts';
import type { Observer } from '../../pipeline.ts';
import { optimize } from '../../pipeline.ts';
import type { Stage } from '../../rewrite/stages.ts';
import { stagesOf } from '../../rewrite/stages.ts';
import type { Target } from '../targets.ts';
import { kernelTargetWith, targets as allTargets } from '../targets.ts';
import type { Case } from './case.ts';
import { programOf } from './case.ts';
import { checkCase } from './check.ts';

export interface Culprit {
  /** The name of a pass, `lower`, or `emit` and a target. */
  readonly step: string;
  /** Rules without any one of which the failure is gone. */
  readonly rules: readonly string[];
}

/** Whether the interpreter of kernels, behind `stages`, fails on the case. */
function failsBehind(of: Case, stages: readonly Stage[]): boolean {
  return checkCase(of, [], kernelTargetWith('kernel', { stages })).failure !== null;
}

/** The rules that fire when the case is compiled, each once. */
export function firedRules(of: Case, stages: readonly Stage[]): string[] {
  const fired = new Set<string>();
  const observe: Observer = (_pass, _program, firings) => firings.forEach(({ rule }) => fired.add(rule));
  optimize(programOf(of), observe, { stages });
  return [...fired];
}

const without = (stages: readonly Stage[], rule: string): Stage[] =>
  stages.map(({ name, rules }) => ({ name, rules: rules.filter((each) => each.name !== rule) }));

/** The step after which the failing case is wrong, where `stages` are those of rewriting. */
export function bisect(
  of: Case,
  targets: readonly Target[] = allTargets,
  stages: readonly Stage[] = stagesOf('strict'),
): Culprit {
  if (!failsBehind(of, stages)) {
    const wrong = targets.find((target) => checkCase(of, [target]).failure !== null);
    return { step: wrong ? `emit ${wrong.name}` : 'nothing', rules: [] };
  }
  if (failsBehind(of, [])) return { step: 'lower', rules: [] };
  const first = stages.findIndex((_, i) => failsBehind(of, stages.slice(0, i + 1)));
  const rules = firedRules(of, stages).filter((rule) => !failsBehind(of, without(stages, rule)));
  return { step: must(stages[first], 'stage').name, rules };
}
