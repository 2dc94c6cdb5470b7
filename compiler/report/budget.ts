/** Budgets: limits that a program must keep, checked when it is compiled. */
import { AdjointError } from '../../src/errors.ts';
import { product } from '../../src/size.ts';
import type { Lowered } from '../lowered.ts';
import { entryKernels } from '../schedule/call.ts';
import { gzipBytesNow } from './gzip.ts';
import { arenaBytes } from './memory.ts';
import type { Sizes } from './polynomial.ts';
import { sum } from './polynomial.ts';
import { groupDigits } from './show.ts';
import { kernelWork } from './work.ts';

/** Upper limits, each inclusive. */
export interface Budget {
  /** Floating-point operations of one step (of the first entry where there is none). */
  readonly flops?: number;
  /** Bytes of the step's memory. */
  readonly arenaBytes?: number;
  /** Bytes of the emitted module after gzip. */
  readonly gzipBytes?: number;
  /** Trained values. */
  readonly parameters?: number;
  /** The named sizes at which `flops` and `arenaBytes` hold; needed where the program has such sizes. */
  readonly capacity?: Sizes;
}

type Limit = Exclude<keyof Budget, 'capacity'>;

/** What budgets are checked against. */
export interface Budgeted {
  readonly lowered: Lowered;
  readonly symbols: readonly string[];
  /** The text of the emitted module. */
  readonly code: () => string;
}

const units: Readonly<Record<Limit, string>> = {
  flops: 'floating-point operations a step',
  arenaBytes: 'bytes of memory',
  gzipBytes: 'bytes after gzip',
  parameters: 'parameters',
};

const limits = Object.keys(units) as readonly Limit[];

function refuse(headline: string, details: readonly string[], hint?: string): never {
  throw new AdjointError('E-BUDGET', headline, details, ...(hint === undefined ? [] : [hint]));
}

function capacityOf({ capacity = {} }: Budget, limit: Limit, symbols: readonly string[]): Sizes {
  const missing = symbols.filter((symbol) => !(Number(capacity[symbol]) > 0));
  if (missing.length === 0) return capacity;
  const example = missing.map((symbol) => `${symbol}: 64`).join(', ');
  return refuse(
    `the budget for ${limit} needs the size of ${missing.join(', ')}`,
    [`capacity ${JSON.stringify(capacity)}`],
    `Name the sizes in the budget: { ${limit}: ..., capacity: { ${example} } }.`,
  );
}

const measures: Readonly<Record<Limit, (of: Budgeted, budget: Budget) => number>> = {
  flops: ({ lowered, symbols }, budget) => {
    const entry = lowered.entries.find(({ name }) => name === 'step') ?? lowered.entries[1];
    const kernels = entry ? entryKernels(entry) : [];
    return sum(kernels.map(({ kernel }) => kernelWork(kernel).flops)).at(
      capacityOf(budget, 'flops', symbols),
    );
  },
  arenaBytes: ({ lowered, symbols }, budget) =>
    arenaBytes(lowered, capacityOf(budget, 'arenaBytes', symbols)),
  gzipBytes: ({ code }) =>
    gzipBytesNow(code()) ??
    refuse(
      'gzip cannot be measured at once here',
      [],
      'Leave gzipBytes out, and test (await report(program)).module.gzipBytes.',
    ),
  parameters: ({ lowered }) =>
    lowered.program.parameters.reduce((total, { shape }) => total + Number(product(shape)), 0),
};

/** Throws E-BUDGET, which names every limit that is overrun and by how much. */
export function checkBudget(of: Budgeted, budget: Budget): void {
  const overruns = limits.flatMap((limit) => {
    const most = budget[limit];
    if (most === undefined) return [];
    if (!(most >= 0)) refuse(`the budget for ${limit} is ${String(most)}`, [], 'Give a number, 0 or more.');
    const measured = measures[limit](of, budget);
    return measured > most ? [{ limit, most, measured }] : [];
  });
  if (overruns.length === 0) return;
  const lines = overruns.map(({ limit, most, measured }) => {
    const by = most > 0 ? ` (${(measured / most).toFixed(2)} times as many)` : '';
    return `${limit}: ${groupDigits(measured)} ${units[limit]}, ${groupDigits(most)} allowed${by}`;
  });
  refuse(`the program overruns its budget for ${overruns.map(({ limit }) => limit).join(', ')}`, lines);
}
