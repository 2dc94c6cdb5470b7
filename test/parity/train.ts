/** Whole training runs, in both float types, from a given initial state. */
import type { Step } from 'adjoint/runtime';
import { formatFixed } from 'adjoint/runtime';
import type { RunDType, TrainCase } from './cases.ts';
import type { Engine } from './engine.ts';
import { tensorNamed } from './optimizers.ts';
import type { Scheduled } from './schedulers.ts';
import { follow } from './schedulers.ts';
import type { Suite } from './suite.ts';
import { Mismatch, checkNumbers, checkShape } from './tolerance.ts';
import { TrainingData, range } from './train-data.ts';
import { groupSchedules, normName, openStep } from './train-step.ts';

/** What a run shows. */
interface Run {
  readonly losses: number[];
  readonly gradNorms: number[];
  readonly printed: string[];
}

function train(test: TrainCase, data: TrainingData, step: Step): Run {
  const run: Run = { losses: [], gradNorms: [], printed: [] };
  for (let epoch = 1; epoch <= test.epochs; epoch++) {
    for (const rows of data.batches(epoch - 1)) {
      run.losses.push(step.step(data.batch(rows)).loss);
      run.gradNorms.push(tensorNamed(step.state, normName).data[0] ?? Number.NaN);
    }
    if (test.log && epoch % test.log.every === 0) {
      const loss = formatFixed(run.losses.at(-1) ?? Number.NaN, 4);
      run.printed.push(`Epoch [${epoch}/${test.epochs}], Loss: ${loss}`);
    }
  }
  return run;
}

const largestOf = (values: readonly number[]): number => Math.max(0, ...values.map(Math.abs));

function checkRun(test: TrainCase, dtype: RunDType, run: Run): void {
  const { losses, grad_norms, printed } = test.expect[dtype];
  const tolerance = test.tol[dtype];
  const ofLosses = { rtol: tolerance.losses, atol: 0.001 * tolerance.losses * largestOf(losses) };
  checkNumbers(`${dtype} losses`, run.losses, losses, ofLosses);
  const ofNorms = { rtol: tolerance.grad_norms, atol: 0.1 * tolerance.grad_norms * largestOf(grad_norms) };
  checkNumbers(`${dtype} grad_norms`, run.gradNorms, grad_norms, ofNorms);
  if (printed && printed.join('\n') !== run.printed.join('\n')) {
    throw new Mismatch(`${dtype} prints ${JSON.stringify(run.printed)}`);
  }
}

function checkState(test: TrainCase, dtype: RunDType, step: Step, data: TrainingData): void {
  const { eval_output, final } = test.expect[dtype];
  const toleranceOf = (values: readonly number[]) => ({
    rtol: 0,
    atol: test.tol[dtype].state * Math.max(0.001, largestOf(values)),
  });
  const output = step.predict({ x: data.rows('x', range(0, test.eval_rows)) })['prediction'];
  checkShape(`${dtype} eval_output`, output?.shape ?? [], eval_output.shape);
  checkNumbers(`${dtype} eval_output`, output?.data ?? [], eval_output.data, toleranceOf(eval_output.data));
  for (const [name, expected] of Object.entries(final)) {
    if (test.state_exempt?.includes(name)) continue;
    const { data: actual } = tensorNamed([...step.parameters, ...step.state], name);
    checkNumbers(`${dtype} final ${name}`, actual, expected.data, toleranceOf(expected.data));
  }
}

/** The rates of each epoch, or one row where none is scheduled, are those of the case. */
function checkRates(
  test: TrainCase,
  dtype: RunDType,
  rates: readonly Scheduled[],
  step: Step,
  data: TrainingData,
  engine: Engine,
): void {
  const { lrs } = test.expect[dtype];
  const names = step.manifest.hyper.map(({ name }) => name);
  test.optimizer.groups.forEach((_, group) => {
    const rate = rates[group];
    const perEpoch = test.scheduler?.step === 'batch' ? data.stepsPerEpoch() : 1;
    const constant = step.hyper[names.indexOf(names.includes('lr') ? 'lr' : `${group}.lr`)] ?? Number.NaN;
    const followed = rate ? follow(engine, { ...rate, every: 'step' }, lrs.length * perEpoch) : [];
    lrs.forEach((row, epoch) => {
      const actual = rate ? (followed[epoch * perEpoch] ?? Number.NaN) : constant;
      checkNumbers(`lr in epoch ${epoch}`, [actual], [row[group] ?? Number.NaN], { rtol: 1e-9, atol: 0 });
    });
  });
}

export function replayTrain(test: TrainCase, engine: Engine, suite: Suite): void {
  for (const dtype of ['float64', 'float32'] as const) {
    const data = new TrainingData(test, suite, dtype);
    const rates = groupSchedules(test, data);
    const step = openStep(test, data, engine, rates, dtype);
    checkRates(test, dtype, rates, step, data, engine);
    checkRun(test, dtype, train(test, data, step));
    checkState(test, dtype, step, data);
  }
}
