/** Workloads so small that calls cost more than arithmetic. */
import { input, loss, nn, optim, parameter, training } from '../src/index.ts';
import { floats } from './random.ts';
import { linearByHand } from './hand/linear.ts';
import { irises } from './iris.ts';
import type { PeerModel, Workload } from './workload.ts';
import { linear, number } from './workload.ts';

const rosenbrockPeer: PeerModel = {
  optimizer: { kind: 'adam', lr: 1e-3 },
  loss(ops, parameters) {
    const [x, y] = [parameters('x'), parameters('y')];
    const valley = ops.sub(y, ops.mul(x, x));
    const side = ops.sub(number(ops, 1), x);
    return ops.add(ops.mul(number(ops, 100), ops.mul(valley, valley)), ops.mul(side, side));
  },
};

export const rosenbrock: Workload = {
  name: 'rosenbrock',
  work: 'Rosenbrock in 2 variables, Adam',
  program() {
    const x = parameter<[]>('x', [], { init: nn.init.constant(-1.2) });
    const y = parameter<[]>('y', [], { init: nn.init.constant(1) });
    const valley = y.sub(x.mul(x));
    const side = x.sub(1);
    return training({
      name: 'rosenbrock',
      loss: valley.mul(valley).mul(100).add(side.mul(side)),
      optimizer: optim.adam({ lr: 1e-3 }),
    });
  },
  batch: () => ({}),
  rows: null,
  peer: rosenbrockPeer,
};

export const regression: Workload = {
  name: 'linear',
  work: 'Linear(10, 1), mean squared error, SGD, 442 rows',
  program() {
    const prediction = nn.linear(10, 1)(input('x', ['N', 10]));
    return training({
      name: 'linear',
      loss: loss.mse(prediction, input('y', ['N', 1])),
      optimizer: optim.sgd({ lr: 0.01 }),
    });
  },
  batch: () => ({
    x: { data: floats(1, 4420), shape: [442, 10] },
    y: { data: floats(2, 442), shape: [442, 1] },
  }),
  rows: 442,
  hand: linearByHand,
  peer: {
    optimizer: { kind: 'sgd', lr: 0.01 },
    loss(ops, parameters, batch) {
      const prediction = linear(ops, batch('x'), parameters('weight'), parameters('bias'));
      const miss = ops.sub(prediction, batch('y'));
      return ops.mean(ops.mul(miss, miss));
    },
  },
};

export const softmaxRegression: Workload = {
  name: 'softmax',
  work: 'softmax regression, Adam, 150 irises',
  program() {
    const logits = nn.linear(4, 3)(input('x', ['N', 4]));
    return training({
      name: 'softmax',
      loss: loss.crossEntropy(logits, input('label', ['N'], 'int32')),
      optimizer: optim.adam({ lr: 0.01 }),
    });
  },
  batch: irises,
  rows: 150,
  peer: {
    optimizer: { kind: 'adam', lr: 0.01 },
    loss: (ops, parameters, batch) =>
      ops.crossEntropy(linear(ops, batch('x'), parameters('weight'), parameters('bias')), batch('label')),
  },
};
