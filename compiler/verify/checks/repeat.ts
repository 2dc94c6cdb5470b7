/** Verifies that a run can be repeated, and continued from what was saved: nothing is hidden. */
import { must } from '../../../src/errors.ts';
import type { Program } from '../../../src/program.ts';
import type { Step, StepModule } from '../../../runtime/contract.ts';
import { drawRun } from '../arb/run.ts';
import type { RunOptions } from '../arb/run.ts';
import { drawFrom } from '../draw.ts';
import type { Check } from '../report.ts';
import { passed } from '../report.ts';
import { differentBits } from '../run/compare.ts';
import { observe } from '../run/observe.ts';
import type { Call, Run } from '../run/run.ts';
import { showDifference } from '../run/show.ts';
import type { Target } from '../targets.ts';

export interface RepeatOptions extends RunOptions {
  readonly runs: number;
  readonly seed: number;
  readonly targets: readonly Target[];
}

const createFor = (module: StepModule, { capacity, parameters, seed }: Run, more: number): Step =>
  module.create({
    capacity: Object.fromEntries(Object.entries(capacity).map(([symbol, size]) => [symbol, size + more])),
    parameters,
    seed,
  });

/** Parameters, state and hyper-parameters of one step written into another. */
function transfer(from: Step, to: Step): void {
  const [source, target] = [
    [...from.parameters, ...from.state],
    [...to.parameters, ...to.state],
  ];
  source.forEach(({ data }, i) => must(target[i], 'tensor').data.set(data));
  to.hyper.set(from.hyper);
}

/** Two steps that should leave the same of each call. */
interface Pair {
  readonly first: Step;
  readonly second: Step;
  readonly calls: readonly Call[];
}

type Twice = (program: Program, module: StepModule, run: Run) => Pair;

/** Two steps of one module, the second with more room: neither sees the other, nor what is beyond its sizes. */
const repeated: Twice = (_program, module, run) => ({
  first: createFor(module, run, 0),
  second: createFor(module, run, 5),
  calls: run.calls,
});

/** A step that starts from what another one saved goes on as that one does. */
const resumed: Twice = (program, module, run) => {
  const half = Math.ceil(run.calls.length / 2);
  const first = createFor(module, run, 0);
  for (const call of run.calls.slice(0, half)) observe(program, first, call);
  const second = createFor(module, { ...run, parameters: {} }, 0);
  transfer(first, second);
  return { first, second, calls: run.calls.slice(half) };
};

/** Where the two part, as they take turns; else how many numbers were compared. */
function compareTwice(program: Program, { first, second, calls }: Pair): string[] | number {
  let compared = 0;
  for (const [i, call] of calls.entries()) {
    const seen = observe(program, first, call);
    const difference = differentBits(
      { name: 'first', seen },
      { name: 'second', seen: observe(program, second, call) },
    );
    if (difference) return [`call ${i}, ${call.entry}`, ...showDifference(difference)];
    compared += seen.reduce((count, { data }) => count + data.length, 0);
  }
  return compared;
}

function check(title: string, twice: Twice, program: Program, options: RepeatOptions): Check {
  const { runs, seed, targets } = options;
  let compared = 0;
  for (const target of targets) {
    const module = target.compile(program);
    for (let number = 0; number < runs; number++) {
      const run = drawRun(drawFrom(seed + number), program, options);
      const result = compareTwice(program, twice(program, module, run));
      if (typeof result === 'number') {
        compared += result;
        continue;
      }
      const details = [`target ${target.name}, run ${number}, seed ${seed + number}`, ...result];
      return { title, verdict: 'fail', runs: number + 1, compared, skipped: [], details, reproducer: null };
    }
  }
  return passed(title, { runs: runs * targets.length, compared });
}

/** Checks that the same run gives the same bits again, in a step beside it and with more room. */
export function checkDeterminism(program: Program, options: RepeatOptions): Check {
  return check('the same run has the same bits, whatever runs beside it', repeated, program, options);
}

/** Checks that a run continued from saved tensors has the bits of a straight one. */
export function checkResume(program: Program, options: RepeatOptions): Check {
  const calls = Math.max(4, options.calls ?? 4);
  return check('a resumed run has the bits of a straight one', resumed, program, { ...options, calls });
}
