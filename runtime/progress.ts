/** How far a run has come. */
import type { Step } from './contract.ts';
import type { EpochRecord } from './history.ts';
import type { Means } from './means.ts';
import { emptyMeans } from './means.ts';

/** How far a run has come: with the step's own state, all that resuming needs. */
export interface Progress {
  readonly records: EpochRecord[];
  /** The present epoch, counted from 1. */
  epoch: number;
  /** The next batch of it, counted from 0. */
  batch: number;
  /** Metrics of the batches before. */
  means: Means;
  lastLoss: number;
  seconds: number;
}

export function startOf(step: Step): Progress {
  return { records: [], epoch: 1, batch: 0, means: emptyMeans(step.manifest), lastLoss: NaN, seconds: 0 };
}

/** Begins the next epoch. */
export function nextEpoch(step: Step, progress: Progress): void {
  progress.epoch += 1;
  progress.batch = 0;
  progress.means = emptyMeans(step.manifest);
  progress.seconds = 0;
}
