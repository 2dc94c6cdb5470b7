/** The parts that random programs are made of: layers, losses and optimizers. */
import type { BuilderCall } from './call.ts';
import { call } from './call.ts';

/** Layers that keep the width, and need not know it. */
export const layers: readonly BuilderCall[] = [
  call('nn.relu'),
  call('nn.tanh'),
  call('nn.gelu'),
  call('nn.silu'),
  call('nn.softplus'),
  call('nn.sigmoid'),
  call('nn.leakyRelu'),
  call('nn.dropout', 0.3),
];

/** Layers that keep the width. */
export const sizedLayers: readonly string[] = ['nn.layerNorm', 'nn.rmsNorm', 'nn.batchNorm1d'];

/** What a loss compares predictions with. */
export type Target = 'numbers' | 'labels' | 'probabilities';

/** Losses over predictions [N, width]. */
export const losses: readonly { readonly call: BuilderCall; readonly target: Target }[] = [
  { call: call('loss.mse'), target: 'numbers' },
  { call: call('loss.crossEntropy'), target: 'labels' },
  { call: call('loss.l1'), target: 'numbers' },
  { call: call('loss.huber'), target: 'numbers' },
  { call: call('loss.smoothL1'), target: 'numbers' },
  { call: call('loss.bceWithLogits'), target: 'probabilities' },
];

const plain = call('optim.sgd', { lr: 0.1 });

/** The first is the plainest. */
export const optimizers: readonly BuilderCall[] = [
  plain,
  call('optim.sgd', { lr: 0.1, momentum: 0.9, nesterov: true }),
  call('optim.sgd', { lr: 0.1, momentum: 0.9, dampening: 0.5, weightDecay: 0.1 }),
  call('optim.sgd', { lr: call('schedule.step', { base: 0.1, stepSize: 2, gamma: 0.5 }) }),
  call('optim.adam', { lr: 0.01 }),
  call('optim.adam', { lr: 0.01, amsgrad: true }),
  call('optim.adamw', { lr: 0.01 }),
  call('optim.adamax'),
  call('optim.nadam'),
  call('optim.radam'),
  call('optim.rmsprop', { centered: true, momentum: 0.9 }),
  call('optim.adagrad'),
  call('optim.adadelta'),
  call('optim.asgd'),
  call('optim.rprop'),
  call('optim.lion'),
  call('optim.lamb'),
  call('optim.lars', { lr: 0.1 }),
  call('optim.adafactor'),
  call('optim.scheduleFreeAdamw'),
  call('optim.lookahead', plain),
  call('optim.emaWeights', call('optim.adam')),
  call('optim.accumulate', plain, { every: 2 }),
  call('optim.chain', call('optim.clipByGlobalNorm', 0.5), plain),
];
