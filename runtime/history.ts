/** What a training run leaves behind. */
import type { Batch, Step } from './contract.ts';
import { AdjointRuntimeError, errorText } from './errors.ts';
import type { Summary } from './means.ts';
import { described, printable } from './text.ts';

export interface EpochRecord {
  /** Counted from 1. */
  readonly epoch: number;
  /** The loss over all batches of the epoch, each before its update. */
  readonly loss: number;
  /** The loss of the last batch, before its update: what the progress line prints. */
  readonly lastLoss: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Wall time of the epoch's training, without validation. */
  readonly seconds: number;
  /** Loss and metrics of the validation data after the epoch, where it was due. */
  readonly validation?: Summary;
}

/** Where the loss stopped being finite. The state of the step is that before this batch. */
export interface Divergence {
  readonly epoch: number;
  /** Counted from 1. */
  readonly batch: number;
  readonly batches: number;
  readonly loss: number;
  /** The batch itself, to replay the step with. */
  readonly data: Batch;
}

export interface History {
  /** The epochs that were completed. */
  readonly epochs: readonly EpochRecord[];
  /** The trained step: live. */
  readonly step: Step;
  /** Why training ended before the last epoch, if it did. */
  readonly stopped?: 'diverged' | 'aborted';
  readonly divergence?: Divergence;
}

/** E-DIVERGED. `history` is what was reached until then. */
export class DivergenceError extends AdjointRuntimeError {
  readonly history: History;

  constructor(history: History, { epoch, batch, batches, loss }: Divergence) {
    super(
      'E-DIVERGED',
      errorText('E-DIVERGED', { epoch, batch, batches, loss: described(loss) }, details(history)),
    );
    this.name = 'DivergenceError';
    this.history = history;
  }
}

function details({ epochs, step }: History): string[] {
  const last = epochs.at(-1);
  const hyper = step.manifest.hyper.map(({ name }, i) => `${printable(name)} = ${step.hyper[i]}`);
  return [
    last ? `epoch ${last.epoch} ended with the loss ${last.lastLoss}` : 'it is the first epoch of this run',
    ...(hyper.length > 0 ? [hyper.join(', ')] : []),
  ];
}
