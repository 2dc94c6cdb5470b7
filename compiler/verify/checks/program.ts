/** Verifies a program: its derivatives, its targets, that it repeats and resumes, and that its numbers are finite. */
import { must } from '../../../src/errors.ts';
import type { Expr } from '../../../src/expr.ts';
import { gradientOp } from '../../../src/ops/control.ts';
import type { Program } from '../../../src/program.ts';
import { graphRoots, programGraphs } from '../../../src/program.ts';
import { postorder } from '../../../src/walk.ts';
import type { RunOptions } from '../arb/run.ts';
import type { Check } from '../report.ts';
import { Report, demand } from '../report.ts';
import type { Target } from '../targets.ts';
import { targets as allTargets } from '../targets.ts';
import { checkAgreement } from './agreement.ts';
import { checkFinite } from './finite.ts';
import { checkGradients } from './gradients.ts';
import { checkDeterminism, checkResume } from './repeat.ts';
import { workOf } from './work.ts';

export interface ProgramOptions extends RunOptions {
  /** Random runs of each check; the slow oracles join as many as `effort` allows. Default 50. */
  readonly runs?: number;
  /** Default 42. */
  readonly seed?: number;
  /** Default: every target of the compiler. */
  readonly targets?: readonly Target[];
  /** Elements that the interpreters may compute in each check; default 3e6. */
  readonly effort?: number;
}

/** The options with their defaults. */
export function settled(
  options: ProgramOptions,
): Required<Pick<ProgramOptions, 'runs' | 'seed' | 'targets' | 'effort'>> & RunOptions {
  const { runs = 50, seed = 42, targets = allTargets, effort = 3e6, ...run } = options;
  return { runs, seed, targets, effort, ...run };
}

/** The values that the program differentiates, with what it differentiates them with respect to. */
export function derivativesIn(program: Program): Map<Expr, Expr[]> {
  const found = new Map<Expr, Expr[]>();
  const roots = programGraphs(program).flatMap(({ graph }) => graphRoots(graph));
  for (const { op, args } of postorder(roots)) {
    if (op.name !== gradientOp.name || args.length > 2) continue;
    const value = must(args[0], 'value');
    found.set(value, [...(found.get(value) ?? []), must(args[1], 'variable')]);
  }
  return found;
}

/** One check for each value that the program differentiates. */
export function checkDerivatives(program: Program, options: ProgramOptions): Check[] {
  const { runs, seed, effort } = settled(options);
  // Dual numbers once and differences fifteen times, each over all that the value reads.
  const points = Math.max(1, Math.min(runs, Math.floor(effort / (8 * workOf(program)))));
  return [...derivativesIn(program)].map(([value, wrt], i) => {
    const title = `the derivatives of ${value.origin?.name ?? (i === 0 ? 'the loss' : value.op.name)} agree with dual numbers and differences`;
    return checkGradients(title, value, { wrt: [...new Set(wrt)], runs: points, seed });
  });
}

/** Every check of a program, in order. */
export const programChecks: readonly {
  readonly name: string;
  readonly run: (program: Program, options: ProgramOptions) => Check[];
}[] = [
  { name: 'derivatives', run: checkDerivatives },
  { name: 'targets', run: (program, options) => checkAgreement(program, settled(options)) },
  { name: 'determinism', run: (program, options) => [checkDeterminism(program, few(options))] },
  { name: 'resume', run: (program, options) => [checkResume(program, few(options))] },
  {
    name: 'finite',
    run: (program, options) => {
      const whole = settled(options);
      return [checkFinite(program, { ...whole, target: must(whole.targets.at(-1), 'target') })];
    },
  },
];

/** What is the same for all data takes fewer runs. */
function few(options: ProgramOptions): ReturnType<typeof settled> {
  const whole = settled(options);
  return { ...whole, runs: Math.ceil(whole.runs / 10) };
}

/** The report of every check, whether it passes or not. */
export function inspect(of: Program, options: ProgramOptions = {}): Report {
  const checks = programChecks.flatMap(({ run }) => run(of, options));
  return new Report(of.name, settled(options).seed, checks);
}

/** Verifies a program. Throws VerificationError where a check fails or is inconclusive. */
export function program(of: Program, options: ProgramOptions = {}): Report {
  return demand(inspect(of, options));
}

/** Verifies that the same run has the same bits again. */
export function determinism(of: Program, options: ProgramOptions = {}): Report {
  const whole = settled(options);
  return demand(new Report(of.name, whole.seed, [checkDeterminism(of, whole)]));
}

/** Verifies that a run which continues from saved tensors has the bits of a straight one. */
export function resume(of: Program, options: ProgramOptions = {}): Report {
  const whole = settled(options);
  return demand(new Report(of.name, whole.seed, [checkResume(of, whole)]));
}
