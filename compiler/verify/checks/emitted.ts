/** Verifies an emitted file: what it computes against the interpreter of kernels and the meaning of its program. */
import type { Program } from '../../../src/program.ts';
import type { StepModule } from '../../../runtime/contract.ts';
import { Report, demand } from '../report.ts';
import type { Check } from '../report.ts';
import type { Target } from '../targets.ts';
import { kernelTarget } from '../targets.ts';
import { checkAgreement } from './agreement.ts';
import { settled } from './program.ts';
import type { ProgramOptions } from './program.ts';
import { checkDeterminism, checkResume } from './repeat.ts';

export interface EmittedOptions extends Omit<ProgramOptions, 'targets'> {
  /** Calls in a run; default 20. */
  readonly steps?: number;
}

/** Whether a file belongs to a program: their step graphs have the same fingerprint. */
function checkFingerprint(module: StepModule, program: Program): Check {
  const [found, expected] = [module.manifest.fingerprint, kernelTarget.compile(program).manifest.fingerprint];
  const details = found === expected ? [] : [`the file has ${found}, the program ${expected}`];
  return {
    title: 'the file was emitted from this program',
    verdict: found === expected ? 'pass' : 'fail',
    runs: 1,
    compared: 1,
    skipped: [],
    details,
    reproducer: null,
  };
}

/**
 * Verifies the module at `url` (a file URL, an absolute path, or the module itself) against the program that it was
 * emitted from. Throws VerificationError where they differ.
 */
export async function emitted(
  url: string | URL | StepModule,
  program: Program,
  options: EmittedOptions = {},
): Promise<Report> {
  const isModule = typeof url === 'object' && 'manifest' in url;
  const module = isModule ? url : ((await import(String(url))) as StepModule);
  const { steps = 20, ...rest } = options;
  const target: Target = { name: 'file', compile: () => module };
  const whole = { calls: steps, ...settled({ runs: 5, ...rest, targets: [target] }) };
  const fingerprint = checkFingerprint(module, program);
  const checks =
    fingerprint.verdict === 'pass'
      ? [...checkAgreement(program, whole), checkDeterminism(program, whole), checkResume(program, whole)]
      : [];
  return demand(new Report(program.name, whole.seed, [fingerprint, ...checks]));
}
