/** Whole training runs, in both float types, from a given initial state. */
import type { Step } from 'adjoint/runtime';
import { formatFixed } from 'adjoint/runtime';
import type { RunDType, TrainCase } from './cases.ts';
import type { Engine } from './engine.ts';
import { tensorNamed } from './optimizers.ts';
import { plateauName, plateauRates } from './plateau.ts';
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
  /** The rates of the groups in each epoch, as the step has them. */
  readonly lrs: number[][];
  readonly printed: string[];
}

/** The rates of the groups by name, as the step has them. */
function ratesOf({ manifest, hyper }: Step): Record<string, number> {
  const entries = manifest.hyper.map(({ name }, i) => [name, hyper[i] ?? Number.NaN] as const);
  return Object.fromEntries(entries.filter(([name]) => /^([0-9]+\.)?lr$/.test(name)));
}

const average = (values: readonly number[]): number =>
  values.reduce((total, value) => total + value, 0) / values.length;

function train(test: TrainCase, data: TrainingData, step: Step): Run {
  const run: Run = { losses: [], gradNorms: [], lrs: [], printed: [] };
  const { scheduler, epochs, log } = test;
  let rates = ratesOf(step);
  const falling = scheduler?.name === plateauName ? plateauRates(scheduler.attrs, rates) : null;
  const means: number[] = [];
  for (let epoch = 1; epoch <= epochs; epoch++) {
    run.lrs.push(Object.values(rates));
    const losses = data.batches(epoch - 1).map((rows) => {
      const { loss } = step.step(data.batch(rows), falling ? rates : {});
      run.gradNorms.push(tensorNamed(step.state, normName).data[0] ?? Number.NaN);
      return loss;
    });
    run.losses.push(...losses);
    means.push(average(losses));
    if (falling) rates = falling(means);
    if (log && epoch % log.every === 0) {
      const loss = formatFixed(losses.at(-1) ?? Number.NaN, 4);
      run.printed.push(`Epoch [${epoch}/${epochs}], Loss: ${loss}`);
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

/** The rates of the case are those that the schedules give, and without schedules those that the run had. */
function checkRates(
  test: TrainCase,
  dtype: RunDType,
  run: Run,
  schedules: readonly Scheduled[],
  data: TrainingData,
  engine: Engine,
): void {
  const { lrs } = test.expect[dtype];
  const perEpoch = test.scheduler?.step === 'batch' ? data.stepsPerEpoch() : 1;
  const followed = schedules.map((rate) => follow(engine, { ...rate, every: 'step' }, lrs.length * perEpoch));
  lrs.forEach((row, epoch) => {
    const scheduled = followed.map((values) => values[epoch * perEpoch] ?? Number.NaN);
    const actual = schedules.length > 0 ? scheduled : (run.lrs[epoch] ?? []);
    checkNumbers(`${dtype} lrs in epoch ${epoch}`, actual, row, { rtol: 1e-9, atol: 0 });
  });
}

export function replayTrain(test: TrainCase, engine: Engine, suite: Suite): void {
  for (const dtype of ['float64', 'float32'] as const) {
    const data = new TrainingData(test, suite, dtype);
    const schedules = groupSchedules(test, data, engine);
    const step = openStep(test, data, engine, schedules, dtype);
    const run = train(test, data, step);
    checkRates(test, dtype, run, schedules, data, engine);
    checkRun(test, dtype, run);
    checkState(test, dtype, step, data);
  }
}
