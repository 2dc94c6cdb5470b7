/** Bugs in rewrite rules: what a rule puts in the place of its left side, changed in one place. */
import { programOf, verify } from 'adjoint/verify';
import type { Target } from 'adjoint/verify';
import { builtFor, moduleOf } from '../../../compiler/compile.ts';
import { lower } from '../../../compiler/lowered.ts';
import { optimize } from '../../../compiler/pipeline.ts';
import type { Rule } from '../../../compiler/rewrite/rule.ts';
import { allRules, stagesOf } from '../../../compiler/rewrite/stages.ts';
import type { Stage } from '../../../compiler/rewrite/stages.ts';
import type { Case } from '../../../compiler/verify/case/case.ts';
import { growCase } from '../../../compiler/verify/arb/grow.ts';
import { drawFrom } from '../../../compiler/verify/draw.ts';
import type { Kind, PlantedBug } from './bug.ts';
import { mutateGraph } from './mutate-graph.ts';

const kinds: readonly Kind[] = ['sign', 'operand swap', 'dropped term', 'off by one', 'wrong axis'];

/** The rule with one fault in what it makes; rewriting again must not undo it, so it fires once for a node. */
function faulty(rule: Rule, kind: Kind): Rule {
  return {
    ...rule,
    law: null,
    apply: (node, facts) => {
      const right = rule.apply(node, facts);
      if (!right) return null;
      const [wrong] = mutateGraph([right], node.args, kind) ?? [];
      return wrong ?? right;
    },
  };
}

function stagesWith(rule: Rule, by: Rule): Stage[] {
  return stagesOf('strict').map(({ name, rules }) => ({
    name,
    rules: rules.map((each) => (each === rule ? by : each)),
  }));
}

/** The js target behind a faulty rule. Circles that the fault leads into end compilation with an error. */
function faultyTarget(rule: Rule, kind: Kind): Target {
  const stages = stagesWith(rule, faulty(rule, kind));
  return {
    name: 'js',
    compile: (program) => moduleOf(builtFor('js', lower(optimize(program, () => {}, { stages })))),
  };
}

/** Grown graphs in which each exact rule fires, by rule. */
function casesByRule(): Map<string, Case> {
  const found = new Map<string, Case>();
  for (let seed = 0; seed < 1500 && found.size < allRules.length; seed++) {
    const of = growCase(drawFrom(seed), { special: false, updates: false, steps: 6 });
    optimize(programOf(of), (_pass, _program, firings) => {
      for (const { rule } of firings) if (!found.has(rule)) found.set(rule, of);
    });
  }
  return found;
}

/** Whether the fault has a place when the case is compiled. */
function firesIn(of: Case, rule: Rule, kind: Kind): boolean {
  let placed = false;
  const spy: Rule = {
    ...rule,
    apply: (node, facts) => {
      const right = rule.apply(node, facts);
      if (right && mutateGraph([right], node.args, kind)) placed = true;
      return right;
    },
  };
  optimize(programOf(of), () => {}, { stages: stagesWith(rule, spy) });
  return placed;
}

/** One bug for each exact rule that fires in some grown graph, and each kind that finds a place. */
export function rewriteBugs(): PlantedBug[] {
  const cases = casesByRule();
  return stagesOf('strict')
    .flatMap(({ rules }) => rules)
    .filter((rule, i, all) => all.indexOf(rule) === i)
    .flatMap((rule) => {
      const of = cases.get(rule.name);
      if (!of) return [];
      return kinds
        .filter((kind) => firesIn(of, rule, kind))
        .map((kind): PlantedBug => {
          const target = faultyTarget(rule, kind);
          const program = programOf(of);
          const check = (runs: number, special: boolean): void => {
            verify.program(program, { runs, seed: 7, targets: [target], special });
          };
          return {
            part: 'rewrite rule',
            where: rule.name,
            kind,
            isEquivalent: () => isHarmless(() => check(40, true)),
            verify: () => check(10, false),
          };
        });
    });
}

function isHarmless(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
