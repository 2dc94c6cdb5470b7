/** Verifies that ordinary data lead to finite numbers. */
import type { Program } from '../../../src/program.ts';
import { drawRun } from '../arb/run.ts';
import type { RunOptions } from '../arb/run.ts';
import { drawFrom } from '../draw.ts';
import type { Check } from '../report.ts';
import { observe } from '../run/observe.ts';
import type { Observed } from '../run/observe.ts';
import type { Target } from '../targets.ts';

export interface FiniteOptions extends RunOptions {
  readonly runs: number;
  readonly seed: number;
  readonly target: Target;
}

const title = 'ordinary batches give finite losses, outputs and states';

function nonFinite(seen: readonly Observed[]): string | null {
  for (const { name, data } of seen) {
    for (let i = 0; i < data.length; i++) if (!Number.isFinite(data[i])) return `${name}[${i}] is ${data[i]}`;
  }
  return null;
}

/** Checks that losses, outputs, parameters and state stay finite. */
export function checkFinite(program: Program, { runs, seed, target, ...options }: FiniteOptions): Check {
  const module = target.compile(program);
  let compared = 0;
  for (let number = 0; number < runs; number++) {
    // Other rates than the declared ones may diverge rightly.
    const ordinary = { ...options, special: false, hyper: false };
    const run = drawRun(drawFrom(seed + number), program, ordinary);
    const step = module.create({ capacity: run.capacity, seed: run.seed });
    for (const [i, call] of run.calls.entries()) {
      const seen = observe(program, step, call);
      compared += seen.reduce((count, { data }) => count + data.length, 0);
      const found = nonFinite(seen);
      if (found === null) continue;
      const details = [`${found} after call ${i}, ${call.entry} (run ${number}, seed ${seed + number})`];
      return { title, verdict: 'fail', runs: number + 1, compared, skipped: [], details, reproducer: null };
    }
  }
  return { title, verdict: 'pass', runs, compared, skipped: [], details: [], reproducer: null };
}
