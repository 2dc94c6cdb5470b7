/** Time per step, of contenders that take turns. */
import type { Contender } from './contenders.ts';

export interface Measured {
  readonly label: string;
  readonly numerics: string;
  /** The loss of step number `lossAt`, from the common start. */
  readonly loss: number;
  /** Microseconds of one step: the least of all rounds. */
  readonly microseconds: number;
}

/** Milliseconds from some moment on: of the wall, or of the processor where others keep it busy. */
export type Clock = () => number;

export interface MeasureOptions {
  /** The step whose loss is shown. */
  readonly lossAt: number;
  /** Milliseconds of one sample, about. */
  readonly sample: number;
  readonly rounds: number;
  readonly clock: Clock;
}

export const clocks = {
  wall: (): number => performance.now(),
  /** Time that all threads of this process computed. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
} as const satisfies Readonly<Record<string, Clock>>;

/** A contender with the number of steps of a sample. */
interface Ready {
  readonly contender: Contender;
  readonly loss: number;
  readonly steps: number;
}

type Elapsed = (contender: Contender, steps: number) => Promise<number>;

function elapsedBy(clock: () => number): Elapsed {
  return async (contender, steps) => {
    const start = clock();
    await contender.train(steps);
    return clock() - start;
  };
}

async function ready(
  contender: Contender,
  { lossAt, sample }: MeasureOptions,
  elapsed: Elapsed,
): Promise<Ready> {
  const loss = await contender.train(lossAt);
  let steps = 1;
  for (let took = await elapsed(contender, 1); took < sample / 2; took = await elapsed(contender, steps))
    steps = Math.ceil(steps * Math.min(10, Math.max(1.5, sample / Math.max(took, 0.01))));
  return { contender, loss, steps };
}

export interface Measurement {
  readonly measured: readonly Measured[];
  /** Contenders that failed, and why. */
  readonly notes: readonly string[];
}

/** What a failure says in one line. */
export const reason = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);

/** Rounds in which each contender takes one sample after the other: noise of the machine meets all alike. */
export async function measure(
  contenders: readonly Contender[],
  options: MeasureOptions,
): Promise<Measurement> {
  const elapsed = elapsedBy(options.clock);
  const all: Ready[] = [];
  const notes: string[] = [];
  for (const contender of contenders) {
    try {
      all.push(await ready(contender, options, elapsed));
    } catch (error) {
      notes.push(`${contender.label} is left out: ${reason(error)}`);
    }
  }
  const least = all.map(() => Infinity);
  for (let round = 0; round < options.rounds; round++)
    for (const [i, { contender, steps }] of all.entries()) {
      const each = (1000 * (await elapsed(contender, steps))) / steps;
      least[i] = Math.min(least[i] ?? Infinity, each);
    }
  const measured = all.map(({ contender: { label, numerics }, loss }, i) => {
    return { label, numerics, loss, microseconds: least[i] ?? Infinity };
  });
  return { measured, notes };
}
