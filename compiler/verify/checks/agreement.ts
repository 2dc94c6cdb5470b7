/** Verifies that every target computes the same bits, and what the meaning says. */
import type { Program } from '../../../src/program.ts';
import { drawRun } from '../arb/run.ts';
import type { RunOptions } from '../arb/run.ts';
import { bisect } from '../case/bisect.ts';
import type { Case } from '../case/case.ts';
import { checkCase } from '../case/check.ts';
import { minimize } from '../case/minimize.ts';
import { caseOfCall } from '../case/of-call.ts';
import { drawFrom } from '../draw.ts';
import type { Check, Skipped } from '../report.ts';
import { passed } from '../report.ts';
import { Bench } from '../run/check.ts';
import type { Parting } from '../run/check.ts';
import type { Run } from '../run/run.ts';
import { showDifference } from '../run/show.ts';
import type { Target } from '../targets.ts';
import { workOf } from './work.ts';

export interface AgreementOptions extends RunOptions {
  readonly runs: number;
  readonly seed: number;
  readonly targets: readonly Target[];
  /** Elements that interpreters may compute, over all runs: the slow oracles join as many runs as that allows. */
  readonly effort: number;
}

/** The smallest case that fails alike, as a program, and the step of the compiler that is at fault. */
function explained(
  failing: Case | null,
  targets: readonly Target[],
): { lines: string[]; reproducer: string | null } {
  const kind = failing && checkCase(failing, targets).failure?.kind;
  if (!failing || !kind) return { lines: ['it takes the whole program to show it'], reproducer: null };
  const small = minimize(failing, (candidate) => checkCase(candidate, targets).failure?.kind === kind);
  const { step, rules } = bisect(small, targets);
  const by = rules.length > 0 ? `, rules ${rules.join(', ')}` : '';
  return { lines: [`values part after: ${step}${by}`], reproducer: String(small) };
}

function failureOf(
  { program, targets }: Agreement,
  run: Run,
  { call: number, difference, before }: Parting,
): Pick<Check, 'details' | 'reproducer'> {
  const call = run.calls[number];
  const where = call ? `call ${number} of the run, ${call.entry}` : 'initial values';
  const details = [where, ...showDifference(difference)];
  if (targets.some(({ fixed }) => fixed)) return { details, reproducer: null };
  const failing = call ? caseOfCall(program, call, before) : null;
  const { lines, reproducer } = explained(failing, targets);
  return { details: [...details, ...lines], reproducer };
}

/** Checks that all targets agree in bits on all runs, and with the oracles on as many as the effort allows. */
export function checkAgreement(program: Program, options: AgreementOptions): Check[] {
  const { runs, seed, targets, effort } = options;
  const oracle = Math.max(1, Math.min(runs, Math.floor(effort / workOf(program))));
  const meant = agree('targets have the bits of the kernel interpreter, within rounding of the meaning', {
    program,
    options: { ...options, runs: oracle },
    bench: new Bench(program, targets),
    targets,
  });
  const [first, ...others] = targets;
  if (meant.verdict === 'fail' || !first || others.length === 0) return [meant];
  const bench = new Bench(program, others, first, false);
  const title = `${[first, ...others].map(({ name }) => name).join(' and ')} have the same bits`;
  const same = agree(title, { program, options: { ...options, seed: seed + oracle }, bench, targets });
  return [meant, same];
}

interface Agreement {
  readonly program: Program;
  readonly options: AgreementOptions;
  readonly bench: Bench;
  readonly targets: readonly Target[];
}

function agree(title: string, agreement: Agreement): Check {
  const { program, options, bench } = agreement;
  let [compared, skipped] = [0, 0];
  const left = (): Skipped[] => [{ reason: 'rounding decides', count: skipped }];
  for (let number = 0; number < options.runs; number++) {
    const run = drawRun(drawFrom(options.seed + number), program, options);
    const { parting, tally } = bench.check(run);
    compared += tally.compared;
    skipped += tally.skipped;
    if (!parting) continue;
    const { details, reproducer } = failureOf(agreement, run, parting);
    return {
      title,
      verdict: 'fail',
      runs: number + 1,
      compared,
      skipped: left(),
      details: [`run ${number}, seed ${options.seed + number}`, ...details],
      reproducer,
    };
  }
  return passed(title, { runs: options.runs, compared, skipped: left() });
}
