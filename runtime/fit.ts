/** Training for a number of epochs. */
import type { Saver } from './checkpoint.ts';
import { noSaver, openSaver } from './checkpoint.ts';
import type { Step, StepModule } from './contract.ts';
import { evaluateBatches } from './evaluate.ts';
import type { FitOptions, HyperValues } from './fit-options.ts';
import { checkFit, checkHyper } from './fit-options.ts';
import { formatFixed } from './format-number.ts';
import type { Divergence, EpochRecord, History } from './history.ts';
import { DivergenceError } from './history.ts';
import { summarize } from './means.ts';
import { breather } from './pause.ts';
import { nextEpoch } from './progress.ts';
import type { Run } from './run.ts';
import { prepareRun } from './run.ts';

/** Why training ends early. */
type End = Pick<History, 'stopped' | 'divergence'>;

/**
 * Creates a step of `module` and trains it on `options.data`. Prints `Epoch [10/100], Loss: 0.1234` every
 * `logEvery` epochs: the loss of the epoch's last batch before its update. The same options and data give the
 * same history on every engine, but for the seconds; so does a run that went on from its checkpoint. Other work of
 * the program gets its turn about twenty times a second.
 */
export async function fit(module: StepModule, options: FitOptions): Promise<History> {
  checkFit(module, options);
  const run = await prepareRun(module, options);
  const { checkpoint, log = console.log } = options;
  const saver = checkpoint ? await openSaver(run, checkpoint, log) : noSaver;
  try {
    const end = await train(module, run, options, saver);
    const history: History = { epochs: run.progress.records, step: run.step, ...end };
    if (end.divergence && options.onDivergence !== 'stop') throw new DivergenceError(history, end.divergence);
    return history;
  } finally {
    await saver.close();
  }
}

async function train(module: StepModule, run: Run, options: FitOptions, saver: Saver): Promise<End> {
  const { progress } = run;
  const { epochs, checkpoint, signal } = options;
  const rest = breather();
  while (progress.epoch <= epochs) {
    const hyper = hyperOf(options, progress.epoch, progress.records);
    checkHyper(module, hyper);
    const end = await trainEpoch(run, hyper, signal, rest);
    if (end?.stopped === 'aborted') await saver.save();
    if (end) return end;
    const record = finishEpoch(run, options);
    report(record, options);
    await options.onEpoch?.(record, run.step);
    if (record.epoch % (checkpoint?.every ?? 1) === 0 || record.epoch === epochs) await saver.save();
  }
  return {};
}

function hyperOf({ hyper = {} }: FitOptions, epoch: number, past: readonly EpochRecord[]): HyperValues {
  return typeof hyper === 'function' ? hyper(epoch, past) : hyper;
}

function setHyper({ manifest, hyper }: Step, values: HyperValues): void {
  manifest.hyper.forEach(({ name }, i) => {
    const value = values[name];
    if (value !== undefined) hyper[i] = value;
  });
}

/** Trains from the present batch to the end of the epoch, or to an early end. */
async function trainEpoch(
  { step, batches, advance, order, progress }: Run,
  hyper: HyperValues,
  signal: AbortSignal | undefined,
  rest: () => Promise<void> | undefined,
): Promise<End | undefined> {
  const { epoch } = progress;
  const rows = order(epoch);
  const started = performance.now() - progress.seconds * 1000;
  setHyper(step, hyper);
  while (progress.batch < batches.count) {
    if (signal?.aborted) return { stopped: 'aborted' };
    const loss = advance(progress, rows);
    if (!Number.isFinite(loss)) {
      const { batch } = progress;
      const data = batches.batch(batch, rows);
      return diverged({ epoch, batch: batch + 1, batches: batches.count, loss, data });
    }
    progress.seconds = (performance.now() - started) / 1000;
    const pause = rest();
    if (pause) await pause;
  }
  return undefined;
}

const diverged = (divergence: Divergence): End => ({ stopped: 'diverged', divergence });

/** Records the epoch, with its validation where that is due, and moves on to the next. */
function finishEpoch(run: Run, options: FitOptions): EpochRecord {
  const { step, progress, validation } = run;
  const { epoch, lastLoss, seconds } = progress;
  const due = validation && epoch % (options.validation?.every ?? 1) === 0;
  const record: EpochRecord = {
    epoch,
    lastLoss,
    seconds,
    ...summarize(step.manifest, progress.means),
    ...(due ? { validation: evaluateBatches(step, validation) } : {}),
  };
  progress.records.push(record);
  nextEpoch(step, progress);
  return record;
}

function report({ epoch, lastLoss, validation }: EpochRecord, options: FitOptions): void {
  const { epochs, logEvery = Math.ceil(epochs / 10), log = console.log } = options;
  if (logEvery === 0 || epoch % logEvery !== 0) return;
  const line = `Epoch [${epoch}/${epochs}], Loss: ${formatFixed(lastLoss, 4)}`;
  log(validation ? `${line}, Validation loss: ${formatFixed(validation.loss, 4)}` : line);
}
