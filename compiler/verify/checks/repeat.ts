/** Verifies that a run can be repeated, and continued from what was saved: nothing is hidden. */
import { must } from '../../../src/errors.ts';
import type { Program } from '../../../src/program.ts';
import type { Step, StepModule } from '../../../runtime/contract.ts';
import { drawRun } from '../arb/run.ts';
import type { RunOptions } from '../arb/run.ts';
import { drawFrom } from '../draw.ts';
import type { Check } from '../report.ts';
import { differentBits } from '../run/compare.ts';
import { observe } from '../run/observe.ts';
import type { Observed } from '../run/observe.ts';
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

/** What is seen of each call of a run. */
function watch(program: Program, step: Step, calls: readonly Call[]): Observed[][] {
  return calls.map((call) => observe(program, step, call));
}

/** Parameters, state and hyper-parameters of one step written into another. */
function transfer(from: Step, to: Step): void {
  const [source, target] = [
    [...from.parameters, ...from.state],
    [...to.parameters, ...to.state],
  ];
  source.forEach(({ data }, i) => must(target[i], 'tensor').data.set(data));
  to.hyper.set(from.hyper);
}

type Twice = (program: Program, module: StepModule, run: Run) => readonly [Observed[][], Observed[][]];

/** Two steps of one module take turns, the second with more room: neither sees the other, nor what is beyond its sizes. */
const repeated: Twice = (program, module, run) => {
  const [first, second] = [createFor(module, run, 0), createFor(module, run, 5)];
  const seen = run.calls.map(
    (call) => [observe(program, first, call), observe(program, second, call)] as const,
  );
  return [seen.map(([left]) => left), seen.map(([, right]) => right)];
};

/** A step that starts from what another one saved goes on as that one does. */
const resumed: Twice = (program, module, run) => {
  const half = Math.ceil(run.calls.length / 2);
  const straight = createFor(module, run, 0);
  watch(program, straight, run.calls.slice(0, half));
  const other = createFor(module, { ...run, parameters: {} }, 0);
  transfer(straight, other);
  const rest = run.calls.slice(half);
  return [watch(program, straight, rest), watch(program, other, rest)];
};

function check(title: string, twice: Twice, program: Program, options: RepeatOptions): Check {
  let compared = 0;
  for (const target of options.targets) {
    const module = target.compile(program);
    for (let number = 0; number < options.runs; number++) {
      const run = drawRun(drawFrom(options.seed + number), program, options);
      const [left, right] = twice(program, module, run);
      for (const [i, seen] of left.entries()) {
        compared += seen.reduce((count, { data }) => count + data.length, 0);
        const difference = differentBits({ name: 'first', seen }, { name: 'second', seen: right[i] ?? [] });
        if (!difference) continue;
        const details = [`target ${target.name}, call ${i}`, ...showDifference(difference)];
        return { title, verdict: 'fail', runs: number + 1, compared, skipped: [], details, reproducer: null };
      }
    }
  }
  const runs = options.runs * options.targets.length;
  return { title, verdict: 'pass', runs, compared, skipped: [], details: [], reproducer: null };
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
