/** Runs a program on every engine and on its meaning, and says where they first part. */
import { must } from '../../../src/errors.ts';
import type { Program } from '../../../src/program.ts';
import type { Lowered } from '../../lowered.ts';
import { lower } from '../../lowered.ts';
import type { Step } from '../../../runtime/contract.ts';
import { kernelTarget, targets as allTargets } from '../targets.ts';
import type { Target } from '../targets.ts';
import { differentBits, outOfBounds } from './compare.ts';
import type { Difference, Tally } from './compare.ts';
import { expectCall, expectInitial, prepare } from './expect.ts';
import type { Expected } from './expect.ts';
import { observe, observeState } from './observe.ts';
import type { Observed } from './observe.ts';
import type { Call, Kept, Run } from './run.ts';
import { snapshot } from './run.ts';

/** Where a run went wrong: the number of the call, or -1 for the initial values. */
export interface Parting {
  readonly call: number;
  readonly difference: Difference;
  /** What was in memory before the call, by the oracle. */
  readonly before: Kept;
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
  readonly lowered: Lowered;
  /** Null where targets are compared with each other alone. */
  readonly #meaning: Program | null;
  readonly #modules: readonly { readonly name: string; create(run: Run): Step }[];

  constructor(
    program: Program,
    targets: readonly Target[] = allTargets,
    oracle: Target = kernelTarget,
    withMeaning: boolean = true,
  ) {
    this.program = program;
    const { meaning, optimized } = prepare(program);
    this.#meaning = withMeaning ? meaning : null;
    this.lowered = lower(optimized);
    this.#modules = [oracle, ...targets].map((target) => {
      const { name } = target;
      const module = target.fromLowered ? target.fromLowered(this.lowered) : target.compile(program);
      return {
        name,
        create: ({ capacity, parameters, seed }) => module.create({ capacity, parameters, seed }),
      };
    });
  }

  /** Makes all calls of `run` on every engine, until two part. */
  check(run: Run): Outcome {
    const engines = this.#modules.map(({ name, create }): Engine => ({ name, step: create(run) }));
    const { step: oracle } = must(engines[0], 'engine');
    let tally: Tally = { compared: 0, skipped: 0 };
    for (let number = -1; number < run.calls.length; number++) {
      const before = this.#meaning ? snapshot(this.program, oracle, run.seed) : null;
      const call = run.calls[number] ?? null;
      const { difference, tally: more } = this.#compare(engines, call, this.#expected(run, call, before));
      tally = { compared: tally.compared + more.compared, skipped: tally.skipped + more.skipped };
      if (!difference) continue;
      return {
        parting: { call: number, difference, before: before ?? this.#memoryBefore(run, number) },
        tally,
      };
    }
    return { parting: null, tally };
  }

  /** What the oracle has in memory before a call of a run. */
  #memoryBefore(run: Run, number: number): Kept {
    const step = must(this.#modules[0], 'oracle').create(run);
    for (const call of run.calls.slice(0, Math.max(0, number))) observe(this.program, step, call);
    return snapshot(this.program, step, run.seed);
  }

  /** What a call, or creating a step, should leave. */
  #expected(run: Run, call: Call | null, before: Kept | null): Expected | null {
    if (!this.#meaning || !before) return null;
    if (call) return expectCall(this.#meaning, call, before);
    return new Map([...expectInitial(this.#meaning, run.seed)].filter(([name]) => !(name in run.parameters)));
  }

  #compare(
    engines: readonly Engine[],
    call: Call | null,
    expected: Expected | null,
  ): { difference: Difference | null; tally: Tally } {
    const seen = engines.map(({ name, step }) => ({
      name,
      seen: call ? observe(this.program, step, call) : observeState(this.program, step),
    }));
    const oracle: { readonly name: string; readonly seen: readonly Observed[] } = must(seen[0], 'oracle');
    for (const other of seen.slice(1)) {
      const difference = differentBits(oracle, other);
      if (difference) return { difference, tally: { compared: 0, skipped: 0 } };
    }
    const compared = oracle.seen.reduce((count, { data }) => count + data.length, 0);
    return expected ? outOfBounds(expected, oracle) : { difference: null, tally: { compared, skipped: 0 } };
  }
}
