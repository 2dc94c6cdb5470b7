/**
 * Graphs under fast numerics: equations that hold for real numbers round differently, and no further than both sides
 * may. They say nothing of numbers that are not finite, so graphs that come upon one are left out, and counted.
 */
import type { TargetName } from '../../compiler/compile.ts';
import { compile } from '../../compiler/compile.ts';
import { optimize } from '../../compiler/pipeline.ts';
import { interpretBounded } from '../../compiler/verify/bounded/interpret.ts';
import type { Bounded } from '../../compiler/verify/bounded/number.ts';
import type { Case } from '../../compiler/verify/case/case.ts';
import { programOf, runOf } from '../../compiler/verify/case/case.ts';
import { outOfBounds } from '../../compiler/verify/run/compare.ts';
import type { Expected } from '../../compiler/verify/run/expect.ts';
import { expectCall, prepare } from '../../compiler/verify/run/expect.ts';
import { observe } from '../../compiler/verify/run/observe.ts';
import { snapshot } from '../../compiler/verify/run/run.ts';
import type { Kept } from '../../compiler/verify/run/run.ts';
import { showDifference } from '../../compiler/verify/run/show.ts';
import { must } from '../../src/errors.ts';
import type { Graph, Program } from '../../src/program.ts';
import { graphRoots } from '../../src/program.ts';
import { inexactRules } from './fast-rows.ts';

const inexact: ReadonlySet<string> = new Set(inexactRules.map(({ name }) => name));

export interface FastOutcome {
  readonly lines: readonly string[];
  /** Inexact rules that fired, whether or not the graph could be compared. */
  readonly rules: readonly string[];
  readonly compared: number;
  readonly finite: boolean;
}

/** The program under fast numerics, and the inexact rules that fired. */
function optimizedFast(program: Program): { readonly fast: Program; readonly rules: string[] } {
  const rules = new Set<string>();
  const fast = optimize(
    program,
    (_pass, _program, firings) => firings.forEach(({ rule }) => rules.add(rule)),
    { numerics: 'fast' },
  );
  return { fast, rules: [...rules].filter((name) => inexact.has(name)) };
}

/** What rounding explains of both graphs together. */
function joined(meant: Expected, fast: Expected): Expected {
  const widened = (x: Bounded, y: Bounded | undefined): Bounded => ({
    ...x,
    error: x.error + must(y, 'element').error,
  });
  return new Map(
    [...meant].map(([name, row]) => [name, row.map((x, i) => widened(x, fast.get(name)?.[i]))] as const),
  );
}

function isFinite(graph: Graph, of: Case, kept: Kept): boolean {
  const slots = new Map([...of.data, ...kept]);
  const values = interpretBounded(graphRoots(graph), { slots, sizes: of.sizes });
  return [...values.values()].every(({ data }) => data.every(({ value }) => Number.isFinite(value)));
}

/** Compares a case without states on every target with its meaning. */
export function fastFault(of: Case, targets: readonly TargetName[]): FastOutcome {
  const program = programOf(of);
  const { fast, rules } = optimizedFast(program);
  const { meaning } = prepare(program);
  const run = runOf(of);
  const call = must(run.calls.at(-1), 'call');
  const steps = targets.map((target) => {
    const module = compile(program, { target, numerics: 'fast' });
    return { name: target, step: module.create({ capacity: run.capacity, seed: run.seed }) };
  });
  const kept = snapshot(program, must(steps[0], 'target').step, run.seed);
  const finite = [meaning, fast].every(({ predict }) => isFinite(must(predict, 'graph'), of, kept));
  if (!finite) return { lines: [], rules, compared: 0, finite };
  const expected = joined(expectCall(meaning, call, kept, 'fast'), expectCall(fast, call, kept, 'fast'));
  let compared = 0;
  for (const { name, step } of steps) {
    const { difference, tally } = outOfBounds(expected, { name, seen: observe(program, step, call) });
    compared += tally.compared;
    if (difference) return { lines: showDifference(difference), rules, compared, finite };
  }
  return { lines: [], rules, compared, finite };
}
