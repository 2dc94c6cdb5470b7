/** Runs a program on every engine and on its meaning, and says where they first part. */
import { must } from '../../../src/errors.ts';
import type { Program } from '../../../src/program.ts';
import type { Step } from '../../../runtime/contract.ts';
import { kernelTarget, targets as allTargets } from '../targets.ts';
import type { Target } from '../targets.ts';
import { differentBits, outOfBounds } from './compare.ts';
import type { Difference, Tally } from './compare.ts';
import { expectCall, expectInitial, meaningOf } from './expect.ts';
import type { Expected } from './expect.ts';
import { observe, observeState } from './observe.ts';
import type { Observed } from './observe.ts';
import type { Call, Run } from './run.ts';
import { snapshot } from './run.ts';

/** Where a run went wrong: the number of the call, or -1 for the initial values. */
export interface Parting {
  readonly call: number;
  readonly difference: Difference;
  /** What was in memory before the call, by the oracle. */
  readonly before: ReturnType<typeof snapshot>;
}

export interface Outcome {
  readonly parting: Parting | null;
  readonly tally: Tally;
}

interface Engine {
  readonly name: string;
  readonly step: Step;
}

/** The modules of a program, ready to be run any number of times. */
export class Bench {
  readonly program: Program;
  readonly #meaning: Program;
  readonly #modules: readonly { readonly name: string; create(run: Run): Step }[];

  constructor(program: Program, targets: readonly Target[] = allTargets, oracle: Target = kernelTarget) {
    this.program = program;
    this.#meaning = meaningOf(program);
    this.#modules = [oracle, ...targets].map(({ name, compile }) => {
      const module = compile(program);
      return {
        name,
        create: ({ capacity, parameters, seed }) => module.create({ capacity, parameters, seed }),
      };
    });
  }

  /** Makes all calls of `run` on every engine, until two part. */
  check(run: Run): Outcome {
    const engines = this.#modules.map(({ name, create }): Engine => ({ name, step: create(run) }));
    let tally: Tally = { compared: 0, skipped: 0 };
    const initial = expectInitial(this.#meaning, run.seed);
    const given = new Map([...initial].filter(([name]) => !(name in run.parameters)));
    for (let number = -1; number < run.calls.length; number++) {
      const before = snapshot(this.program, must(engines[0], 'engine').step, run.seed);
      const call = run.calls[number];
      const expected = call ? expectCall(this.#meaning, call, before) : given;
      const result = this.#compare(engines, call ?? null, expected);
      tally = {
        compared: tally.compared + result.tally.compared,
        skipped: tally.skipped + result.tally.skipped,
      };
      if (result.difference)
        return { parting: { call: number, difference: result.difference, before }, tally };
    }
    return { parting: null, tally };
  }

  #compare(
    engines: readonly Engine[],
    call: Call | null,
    expected: Expected,
  ): { difference: Difference | null; tally: Tally } {
    const seen = engines.map(({ name, step }) => ({
      name,
      seen: call
        ? observe(this.program, step, call)
        : observeState(this.program, step).filter((each) => expected.has(each.name)),
    }));
    const oracle: { readonly name: string; readonly seen: readonly Observed[] } = must(seen[0], 'oracle');
    for (const other of seen.slice(1)) {
      const difference = differentBits(oracle, other);
      if (difference) return { difference, tally: { compared: 0, skipped: 0 } };
    }
    return outOfBounds(expected, oracle);
  }
}
