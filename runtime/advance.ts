/** Going on with an epoch: batch by batch, or many batches in one call where the data lie in the step's memory. */
import type { Batches } from './batches.ts';
import type { Step } from './contract.ts';
import { addMetrics } from './means.ts';
import type { Progress } from './progress.ts';

/**
 * Trains on the next batches of the epoch, at least one, and counts them in `progress`. Returns the loss of the last;
 * one that is not finite ends there and is not counted.
 */
export type Advance = (progress: Progress, order: Int32Array | undefined) => number;

/** One batch at a time, passed to the step. */
export function passingBatches(step: Step, batches: Batches): Advance {
  return (progress, order) => {
    const metrics = step.step(batches.batch(progress.batch, order));
    const { loss } = metrics;
    if (!Number.isFinite(loss)) return loss;
    addMetrics(progress.means, step, metrics);
    progress.batch++;
    progress.lastLoss = loss;
    return loss;
  };
}

/** One call should take about as many milliseconds, so that others get their turn in between. */
const target = 10;

/** Many batches of resident data at a time: as many as take some milliseconds. The bits do not depend on how many. */
export function runningInside(step: Step, batchSize: number, batches: number): Advance {
  let most = 1;
  return (progress, order) => {
    const started = performance.now();
    const { numerators, denominators } = progress.means;
    numerators.forEach((_, i) => {
      step.totals[2 * i] = numerators[i] ?? 0;
      step.totals[2 * i + 1] = denominators[i] ?? 0;
    });
    const count = Math.min(most, batches - progress.batch);
    const losses = step.run(order ?? null, batchSize, progress.batch, count);
    const last = losses.at(-1) ?? NaN;
    const finite = Number.isFinite(last) ? losses.length : losses.length - 1;
    numerators.forEach((_, i) => {
      numerators[i] = step.totals[2 * i] ?? 0;
      denominators[i] = step.totals[2 * i + 1] ?? 0;
    });
    progress.batch += finite;
    progress.lastLoss = finite > 0 ? (losses[finite - 1] ?? NaN) : progress.lastLoss;
    const took = performance.now() - started;
    if (count === most && took < target) most *= 2;
    else if (took > 2 * target) most = Math.max(1, most >> 1);
    return last;
  };
}
