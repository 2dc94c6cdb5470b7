/** Checks one case again: what printed reproducers call. */
import { must } from '../../src/errors.ts';
import type { Expr } from '../../src/expr.ts';
import type { Slot } from '../../src/slot.ts';
import { slotName } from '../../src/slot.ts';
import { Case } from './case/case.ts';
import { checkCase } from './case/check.ts';
import type { Failure } from './case/check.ts';
import { showDifference } from './run/show.ts';
import { openSlots } from './arb/inputs.ts';
import { Report, demand } from './report.ts';
import type { Check } from './report.ts';
import type { Target } from './targets.ts';

export interface Replay {
  /** Values to compute. */
  readonly outputs?: readonly Expr[];
  /** States, and what a step leaves in each. */
  readonly updates?: readonly (readonly [state: Expr, next: Expr])[];
  /** Elements of inputs, and of states at first, by name. */
  readonly data?: Readonly<Record<string, readonly number[]>>;
  /** The values of named sizes. */
  readonly sizes?: Readonly<Record<string, number>>;
  /** Default: all. */
  readonly targets?: readonly Target[];
}

/** The case that a replay describes. */
export function caseOf({ outputs = [], updates = [], data = {}, sizes = {} }: Replay): Case {
  const roots = [...outputs, ...updates.flat()];
  const slots = new Map<Slot, readonly number[]>(
    openSlots(roots).map((slot) => [slot, must(data[slotName(slot)], `data of ${slotName(slot)}`)]),
  );
  return new Case({
    outputs,
    updates: updates.map(([state, next]) => ({ state, next })),
    data: slots,
    sizes,
  });
}

const title = 'all targets have the bits of the kernel interpreter, within rounding of the meaning';

/** What a failure says, in lines. */
export function failureLines({ difference, error, kind }: Failure): string[] {
  if (difference) return showDifference(difference);
  return [kind, ...(error instanceof Error ? error.message.split('\n') : [])];
}

/** Computes a case on every target, by the interpreter of kernels, and by its meaning. Throws where they differ. */
export function replay(of: Replay): Report {
  const { failure, tally } = checkCase(caseOf(of), of.targets);
  const check: Check = {
    title,
    verdict: failure ? 'fail' : 'pass',
    runs: 1,
    compared: tally.compared,
    skipped: [{ reason: 'rounding decides', count: tally.skipped }],
    details: failure ? failureLines(failure) : [],
    reproducer: null,
  };
  return demand(new Report('replay', 0, [check]));
}
