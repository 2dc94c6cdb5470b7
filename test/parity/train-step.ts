/** The training step of a case: its model, loss, schedule, bounds and optimizer as one module. */
import type { Loss } from 'adjoint';
import { nn, optim, training } from 'adjoint';
import type { Step } from 'adjoint/runtime';
import type { Attributes, RunDType, TrainCase } from './cases.ts';
import { clipping, keepNorm } from './clip.ts';
import type { Engine } from './engine.ts';
import { sequence } from './layers.ts';
import { lossRows } from './losses.ts';
import { listed } from './operators/row.ts';
import { defaultRate, groupedOptimizer } from './optimizers.ts';
import { plateauName } from './plateau.ts';
import type { Scheduled } from './schedulers.ts';
import { scheduled } from './schedulers.ts';
import type { TrainingData } from './train-data.ts';
import { rowOf } from './unsupported.ts';

/** The state that holds the norm of all gradients together, before they are bounded. */
export const normName = 'keepNorm.norm';

/** The schedule of each group's rate; none without a scheduler, or where a driver sets the rates. */
export function groupSchedules(
  { scheduler, optimizer }: TrainCase,
  data: TrainingData,
  engine: Engine,
): readonly Scheduled[] {
  if (!scheduler || scheduler.name === plateauName) return [];
  const every = scheduler.step === 'batch' ? 'step' : { epoch: data.stepsPerEpoch() };
  return optimizer.groups.map(({ attrs }, group) => {
    const { lr: base = defaultRate(optimizer.name, engine) } = attrs as { lr?: number };
    return scheduled(scheduler.name, scheduler.attrs, { group, every, base });
  });
}

/** The attributes of a group under a schedule of its rate, and of the momentum that goes with it. */
function underSchedule(attrs: Attributes, { momentum, ...lr }: Scheduled): Attributes {
  if (!momentum) return { ...attrs, lr };
  const { betas = [0.9, 0.999] } = attrs as { betas?: readonly number[] };
  return 'momentum' in attrs ? { ...attrs, lr, momentum } : { ...attrs, lr, betas: [momentum, betas[1]] };
}

function optimizerOf(test: TrainCase, rates: readonly Scheduled[]): optim.Optimizer {
  const groups = test.optimizer.groups.map(({ params, attrs }, i) => {
    const rate = rates[i];
    return { parameters: params, attrs: rate ? underSchedule(attrs, rate) : attrs };
  });
  const grouped = groupedOptimizer(test.optimizer.name, groups);
  const bounds = test.clip ? [clipping(test.clip.name, test.clip.attrs)] : [];
  return optim.chain(keepNorm('norm'), ...bounds, grouped);
}

/** The case's step at its initial state. */
export function openStep(
  test: TrainCase,
  data: TrainingData,
  engine: Engine,
  rates: readonly Scheduled[],
  dtype: RunDType,
): Step {
  const model = sequence(test.model, dtype);
  const prediction = model(data.input('x'));
  const { name, attrs, weight, pos_weight } = test.loss;
  const operands = {
    input: prediction,
    target: data.input('y'),
    ...data.constant('weight', weight),
    ...data.constant('pos_weight', pos_weight),
  };
  const [loss] = listed(rowOf(lossRows, 'loss', name)(operands, attrs));
  const names = nn.moduleParameters(model).map((parameter) => parameter.name);
  const trained = test.optimizer.groups.flatMap(({ params }) => params);
  const still = names.filter((each) => !trained.includes(each));
  if (still.length > 0) nn.freeze(model, still);
  const optimizer = optimizerOf(test, rates);
  const module = engine(training({ model, loss: loss as Loss, optimizer, outputs: { prediction } }));
  const start = Object.entries(test.init).map(([key, value]) => [key, value.data] as const);
  const parameters = Object.fromEntries(start.filter(([key]) => names.includes(key)));
  const step = module.create({ capacity: { N: data.capacity() }, parameters });
  for (const [key, values] of start) step.state.find((buffer) => buffer.name === key)?.data.set(values);
  return step;
}
