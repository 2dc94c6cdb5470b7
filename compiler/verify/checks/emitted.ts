/** Verifies an emitted file: what it computes against the interpreter of kernels and the meaning of its program. */
import type { Program } from '../../../src/program.ts';
import type { StepModule } from '../../../runtime/contract.ts';
import { Report, demand, passed } from '../report.ts';
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

const title = 'the file was emitted from this program';

function refused(reason: string): Check {
  return { ...passed(title, { runs: 1, compared: 0 }), verdict: 'fail', details: [reason] };
}

/** Whether a module belongs to a program: their step graphs have the same fingerprint. */
function checkFingerprint(module: StepModule, program: Program): Check {
  const [found, expected] = [module.manifest.fingerprint, kernelTarget.compile(program).manifest.fingerprint];
  if (found !== expected) return refused(`the file has fingerprint ${found}, the program ${expected}`);
  return passed(title, { runs: 1, compared: 1 });
}

const isStepModule = (module: unknown): module is StepModule =>
  typeof module === 'object' && module !== null && 'manifest' in module && 'create' in module;

/** The module at `url`, or why there is none. */
async function imported(url: string | URL): Promise<StepModule | string> {
  try {
    const module: unknown = await import(String(url));
    return isStepModule(module) ? module : 'it exports no manifest and create: it is not an emitted module';
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `it cannot be imported: ${reason}. Pass an absolute path, or new URL('step.mjs', import.meta.url)`;
  }
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
  const module = isStepModule(url) ? url : await imported(url);
  const { steps = 20, ...rest } = options;
  const { seed } = settled(rest);
  if (typeof module === 'string') return demand(new Report(program.name, seed, [refused(module)]));
  const target: Target = { name: 'file', fixed: true, compile: () => module };
  const whole = { calls: steps, ...settled({ runs: 5, ...rest, targets: [target] }) };
  const belongs = checkFingerprint(module, program);
  const checks =
    belongs.verdict === 'pass'
      ? [...checkAgreement(program, whole), checkDeterminism(program, whole), checkResume(program, whole)]
      : [];
  return demand(new Report(program.name, seed, [belongs, ...checks]));
}
