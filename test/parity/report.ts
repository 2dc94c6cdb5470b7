/** What became of the cases, as a line and as a list. */

export type Status = 'pass' | 'fail' | 'unsupported';

export interface Verdict {
  readonly id: string;
  readonly kind: string;
  readonly status: Status;
  /** Why the case did not pass; empty where it did. */
  readonly reason: string;
}

type Tally = Record<Status, number>;

function tally(verdicts: readonly Verdict[]): Tally {
  const counts: Tally = { pass: 0, fail: 0, unsupported: 0 };
  for (const { status } of verdicts) counts[status]++;
  return counts;
}

/** `PARITY {...}`: the counts of all cases, and of each kind in the order in which kinds appear. */
export function parityLine(verdicts: readonly Verdict[]): string {
  const kinds = [...new Set(verdicts.map(({ kind }) => kind))].map(
    (kind) => [kind, tally(verdicts.filter((verdict) => verdict.kind === kind))] as const,
  );
  return `PARITY ${JSON.stringify({ ...tally(verdicts), kinds: Object.fromEntries(kinds) })}`;
}

/** One entry for each case that did not pass, as JSON text. */
export function reportText(verdicts: readonly Verdict[]): string {
  const entries = verdicts
    .filter(({ status }) => status !== 'pass')
    .map(({ id, status, reason }) => ({ id, status, reason }));
  return `${JSON.stringify(entries, null, 1)}\n`;
}
