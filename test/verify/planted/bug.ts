/** A planted bug: a fault put into a part of the compiler or the language, and the call that should find it. */
import { VerificationError } from 'adjoint/verify';

export type Kind =
  'sign' | 'operand swap' | 'dropped term' | 'off by one' | 'wrong axis' | 'stale buffer' | 'wrong order';

export type Part = 'derivative rule' | 'lowering' | 'rewrite rule' | 'memory plan' | 'optimizer';

export interface PlantedBug {
  readonly part: Part;
  /** The operator, rule, plan or optimizer that is wrong. */
  readonly where: string;
  readonly kind: Kind;
  /** Whether nothing can tell the fault from the original: it computes the same. */
  readonly isEquivalent: () => boolean;
  /** Verifies through the public interface; throws VerificationError where the bug is found. */
  readonly verify: () => void;
}

export interface Finding {
  readonly bug: PlantedBug;
  readonly outcome: 'caught' | 'missed' | 'equivalent';
  /** Nodes of the printed reproducer, where there is one. */
  readonly nodes: number | null;
}

export const nameOf = ({ part, where, kind }: PlantedBug): string => `${part} of ${where}: ${kind}`;

/** Declarations in a printed program: one for each node. */
function nodesIn(program: string): number {
  return program.split('\n').filter((line) => line.startsWith('const ')).length;
}

/** Verifies with the bug in place. */
export function hunt(bug: PlantedBug): Finding {
  try {
    bug.verify();
  } catch (error) {
    // A compiler that gives up has been found out too.
    if (!(error instanceof VerificationError)) return { bug, outcome: 'caught', nodes: null };
    const failed = error.report.checks.find(({ verdict }) => verdict === 'fail');
    if (failed) {
      const nodes = failed.reproducer === null ? null : nodesIn(failed.reproducer);
      return { bug, outcome: 'caught', nodes };
    }
  }
  return { bug, outcome: bug.isEquivalent() ? 'equivalent' : 'missed', nodes: null };
}
