/** Bugs in rewrite rules: what a rule puts in the place of its left side, changed in one place. */
import { printGraph } from 'adjoint';
import { programOf, verify } from 'adjoint/verify';
import type { Target } from 'adjoint/verify';
import { builtFor, moduleOf } from '../../../compiler/compile.ts';
import { lower } from '../../../compiler/lowered.ts';
import { optimize } from '../../../compiler/pipeline.ts';
import type { Rule } from '../../../compiler/rewrite/rule.ts';
import { stagesOf } from '../../../compiler/rewrite/stages.ts';
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

/** How many graphs a rule is tried in. */
const perRule = 5;

/** Grown graphs in which each rule fires, by rule. */
function casesByRule(): Map<string, Case[]> {
  const found = new Map<string, Case[]>();
  for (let seed = 0; seed < 1500; seed++) {
    const of = growCase(drawFrom(seed), { special: false, updates: false, steps: 6 });
    optimize(programOf(of), (_pass, _program, firings) => {
      for (const rule of new Set(firings.map((firing) => firing.rule))) {
        const known = found.get(rule) ?? [];
        if (known.length < perRule) found.set(rule, [...known, of]);
      }
    });
  }
  return found;
}

/** Whether the faulty rule changes what the case is compiled to: else the compiler has turned its result down. */
function changes(of: Case, rule: Rule, kind: Kind): boolean {
  const text = (stages: readonly Stage[]): string => {
    const { predict } = optimize(programOf(of), () => {}, { stages });
    return predict ? printGraph(predict) : '';
  };
  try {
    return text(stagesOf('strict')) !== text(stagesWith(rule, faulty(rule, kind)));
  } catch {
    return true;
  }
}

/** One bug for each exact rule that fires in grown graphs, and each kind that finds a place in one. */
export function rewriteBugs(): PlantedBug[] {
  const cases = casesByRule();
  const rules = new Set(stagesOf('strict').flatMap((stage) => stage.rules));
  return [...rules].flatMap((rule) =>
    kinds.flatMap((kind): PlantedBug[] => {
      const places = (cases.get(rule.name) ?? []).filter((of) => changes(of, rule, kind));
      if (places.length === 0) return [];
      const target = faultyTarget(rule, kind);
      const check = (runs: number, special: boolean): void => {
        for (const of of places) verify.program(programOf(of), { runs, seed: 7, targets: [target], special });
      };
      return [
        {
          part: 'rewrite rule',
          where: rule.name,
          kind,
          isEquivalent: () => isHarmless(() => check(40, true)),
          verify: () => check(10, false),
        },
      ];
    }),
  );
}

function isHarmless(check: () => void): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}
