/** Smaller models: fewer layers, then a plainer optimizer and loss, then less width. */
import { must } from '../../../src/errors.ts';
import { call } from './call.ts';
import { losses, optimizers } from './model-parts.ts';
import { Model } from './model.ts';
import type { Stage } from './model.ts';

/** The stages with every width known anew: what knows its width is declared with the one it gets. */
function refitted(features: number, stages: readonly Stage[]): Stage[] {
  let width = features;
  return stages.map((stage) => {
    const from = width;
    const [, to] = stage.call.args;
    width = stage.call.path === 'nn.linear' ? Number(to) : width;
    if (stage.call.path === 'nn.linear') return { call: call('nn.linear', from, width), width };
    const sized = stage.call.args.length > 0 && stage.call.path !== 'nn.dropout';
    return { call: sized ? call(stage.call.path, from) : stage.call, width };
  });
}

const hasParameters = (stages: readonly Stage[]): boolean =>
  stages.some(({ call: { path } }) => path === 'nn.linear');

/** Every way to make a model smaller by one step. */
export function* smallerModels(model: Model): Generator<Model> {
  const { features, stages } = model;
  for (const [i] of stages.entries()) {
    const fewer = refitted(features, stages.toSpliced(i, 1));
    if (hasParameters(fewer)) yield new Model({ ...model, stages: fewer });
  }
  const [plainest, mse] = [must(optimizers[0], 'optimizer'), must(losses[0], 'loss')];
  if (model.optimizer.text() !== plainest.text()) yield new Model({ ...model, optimizer: plainest });
  if (model.target !== mse.target) yield new Model({ ...model, loss: mse.call, target: mse.target });
  if (features > 1) yield new Model({ ...model, features: 1, stages: refitted(1, stages) });
  for (const [i, { call: layer, width }] of stages.entries()) {
    if (layer.path !== 'nn.linear' || width === 1) continue;
    const narrow = stages.with(i, { call: call('nn.linear', Number(layer.args[0]), 1), width: 1 });
    yield new Model({ ...model, stages: refitted(features, narrow) });
  }
}
