/** What a verification found: data, and text for readers. */

/** Why numbers were left out of a comparison, and how many. */
export interface Skipped {
  readonly reason: string;
  readonly count: number;
}

/** `inconclusive`: nothing was found wrong, but what could be compared does not carry a pass. */
export type Verdict = 'pass' | 'fail' | 'inconclusive';

/** One property that was checked. */
export interface Check {
  /** A sentence that holds where the verdict is `pass`. */
  readonly title: string;
  readonly verdict: Verdict;
  /** Random runs that were made. */
  readonly runs: number;
  /** Numbers that were compared. */
  readonly compared: number;
  readonly skipped: readonly Skipped[];
  /** What was found, in lines. */
  readonly details: readonly string[];
  /** A TypeScript program that shows the failure on the smallest case found. */
  readonly reproducer: string | null;
}

const marks: Readonly<Record<Verdict, string>> = { pass: 'ok', fail: 'FAIL', inconclusive: 'OPEN' };

export class Report {
  /** What was verified: the name of a program, an operator, an optimizer. */
  readonly subject: string;
  /** Where the random choices started: the same seed makes the same choices. */
  readonly seed: number;
  readonly checks: readonly Check[];

  constructor(subject: string, seed: number, checks: readonly Check[]) {
    this.subject = subject;
    this.seed = seed;
    this.checks = checks;
  }

  /** Whether every check passed: an inconclusive one has not. */
  get passed(): boolean {
    return this.checks.every(({ verdict }) => verdict === 'pass');
  }

  /** The checks that did not pass. */
  get failures(): readonly Check[] {
    return this.checks.filter(({ verdict }) => verdict !== 'pass');
  }

  toString(): string {
    return [`${this.subject}, seed ${this.seed}`, ...this.checks.flatMap(checkLines)].join('\n');
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function checkLines(check: Check): string[] {
  const { title, verdict, runs, compared, skipped, details, reproducer } = check;
  const counts = [counted(runs, 'run'), counted(compared, 'number')];
  const left = skipped
    .filter(({ count }) => count > 0)
    .map(({ reason, count }) => `${count} skipped: ${reason}`);
  return [
    `  ${marks[verdict].padEnd(4)}  ${title}  (${[...counts, ...left].join(', ')})`,
    ...details.map((line) => `        ${line}`),
    ...(reproducer === null ? [] : ['', reproducer]),
  ];
}

/** Thrown where something that was verified does not hold, or cannot be told. The message is the report. */
export class VerificationError extends Error {
  declare readonly report: Report;

  constructor(report: Report) {
    super(`${report}`);
    this.name = 'VerificationError';
    // Not enumerable: runtimes print such fields behind the message, which has said it all.
    Object.defineProperty(this, 'report', { value: report });
  }
}

/** The report itself if everything passed; otherwise throws VerificationError. */
export function demand(report: Report): Report {
  if (!report.passed) throw new VerificationError(report);
  return report;
}

/** A check that passed. */
export function passed(title: string, counts: Pick<Check, 'runs' | 'compared'> & Partial<Check>): Check {
  return { title, verdict: 'pass', skipped: [], details: [], reproducer: null, ...counts };
}
