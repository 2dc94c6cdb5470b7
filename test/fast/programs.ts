/** Random programs in fast numerics beside their meaning: each call within a bound on what fast rounding may do. */
import { growCase } from '../../compiler/verify/arb/grow.ts';
import { drawModel } from '../../compiler/verify/arb/model.ts';
import { drawRun } from '../../compiler/verify/arb/run.ts';
import { programOf, runOf } from '../../compiler/verify/case/case.ts';
import type { Difference, Tally } from '../../compiler/verify/run/compare.ts';
import { outOfBounds } from '../../compiler/verify/run/compare.ts';
import { expectCall, prepare } from '../../compiler/verify/run/expect.ts';
import { observe } from '../../compiler/verify/run/observe.ts';
import type { Run } from '../../compiler/verify/run/run.ts';
import { snapshot } from '../../compiler/verify/run/run.ts';
import type { CompileOptions } from '../../compiler/index.ts';
import { compile } from '../../compiler/index.ts';
import type { Program } from '../../src/program.ts';
import { drawForRun } from '../fuzz/fuzz.ts';

export interface Outcome {
  readonly difference: Difference | null;
  readonly tally: Tally;
}

/** Makes all calls of `run`; each is compared with what it means from where the step was. */
export function runFast(program: Program, run: Run, target: CompileOptions['target']): Outcome {
  const { meaning } = prepare(program);
  const { capacity, parameters, seed, calls } = run;
  const step = compile(program, { numerics: 'fast', ...(target ? { target } : {}) }).create({
    capacity,
    parameters,
    seed,
  });
  let tally: Tally = { compared: 0, skipped: 0 };
  for (const call of calls) {
    const kept = snapshot(program, step, seed);
    const seen = { name: 'fast', seen: observe(program, step, call) };
    const { difference, tally: more } = outOfBounds(expectCall(meaning, call, kept, 'fast'), seen);
    tally = { compared: tally.compared + more.compared, skipped: tally.skipped + more.skipped };
    if (difference) return { difference, tally };
  }
  return { difference: null, tally };
}

/** Run number `number` of a seed: a random graph, or in every fourth run a random training program. */
export function drawnRun(seed: number, number: number): { readonly program: Program; readonly run: Run } {
  const draw = drawForRun(seed, number);
  if (number % 4 !== 3) {
    const of = growCase(draw);
    return { program: programOf(of), run: runOf(of) };
  }
  const program = drawModel(draw).build();
  return { program, run: drawRun(draw, program, { calls: 3, special: false }) };
}
