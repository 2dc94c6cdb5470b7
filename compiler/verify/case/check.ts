/** Checks a case: a failure is a difference, or an error where there should be none. */
import type { Target } from '../targets.ts';
import { kernelTarget, targets as allTargets } from '../targets.ts';
import type { Lowered } from '../../lowered.ts';
import { Bench } from '../run/check.ts';
import type { Difference, Tally } from '../run/compare.ts';
import type { Case } from './case.ts';
import { programOf, runOf } from './case.ts';

export interface Failure {
  /** What kind of failure it is: failures of one kind have one cause, as far as can be told. */
  readonly kind: string;
  readonly difference: Difference | null;
  readonly error: unknown;
}

export interface Checked {
  readonly failure: Failure | null;
  readonly tally: Tally;
  /** What was compiled; null where compiling failed. */
  readonly lowered: Lowered | null;
}

const nothing: Tally = { compared: 0, skipped: 0 };

/** The message of an error without what differs from case to case. */
function errorKind(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n')[0] ?? '').replaceAll(/\b\w*\[\d+\]|\d+/g, '*').replaceAll(/\b[xsrtv]\*/g, '*');
}

/** Runs the case on every target and on its meaning. */
export function checkCase(
  of: Case,
  targets: readonly Target[] = allTargets,
  oracle: Target = kernelTarget,
): Checked {
  try {
    const bench = new Bench(programOf(of), targets, oracle);
    const { parting, tally } = bench.check(runOf(of));
    const { lowered } = bench;
    if (!parting) return { failure: null, tally, lowered };
    const { sides } = parting.difference;
    const kind = `${sides[0].name} and ${sides[1].name} differ`;
    return { failure: { kind, difference: parting.difference, error: null }, tally, lowered };
  } catch (error) {
    return {
      failure: { kind: `error: ${errorKind(error)}`, difference: null, error },
      tally: nothing,
      lowered: null,
    };
  }
}
