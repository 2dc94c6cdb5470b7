/** Perceptrons and a convolutional network on images of 28 x 28 pixels and 10 classes. */
import type { Expr } from '../src/index.ts';
import { input, loss, nn, optim, relu, training } from '../src/index.ts';
import { convolutionByHand } from './hand/convolution.ts';
import { perceptronByHand } from './hand/perceptron.ts';
import { floats, integers } from './random.ts';
import type { PeerModel, PeerOps, Tensors, Values, Workload } from './workload.ts';
import { linear } from './workload.ts';

const classes = 10;

const images = (rows: number, shape: readonly number[]): Tensors => ({
  x: { data: floats(3, rows * 784, 0, 1), shape: [rows, ...shape] },
  label: { data: integers(4, rows, classes), shape: [rows] },
});

function perceptronLoss<T>(ops: PeerOps<T>, count: number, parameters: Values<T>, batch: Values<T>): T {
  let x = batch('x');
  for (let i = 0; i < count; i++) {
    x = linear(ops, x, parameters(`layer${i}.weight`), parameters(`layer${i}.bias`));
    if (i < count - 1) x = ops.relu(x);
  }
  return ops.crossEntropy(x, batch('label'));
}

function perceptron(name: string, widths: readonly number[], rows: number): Workload {
  const peer: PeerModel = {
    optimizer: { kind: 'adam', lr: 1e-3 },
    loss: (ops, parameters, batch) => perceptronLoss(ops, widths.length - 1, parameters, batch),
  };
  return {
    name,
    work: `MLP ${widths.join('-')}, cross-entropy, Adam, batch ${rows}`,
    program() {
      let x: Expr<['N', number], 'float32'> = input('x', ['N', 784]);
      widths.slice(1).forEach((width, i) => {
        const layer = nn.linear(widths[i] ?? 0, width, { name: `layer${i}` });
        x = layer(i > 0 ? relu(x) : x);
      });
      return training({
        name,
        loss: loss.crossEntropy(x, input('label', ['N'], 'int32')),
        optimizer: optim.adam({ lr: 1e-3 }),
      });
    },
    batch: () => images(rows, [784]),
    rows,
    hand: (start) => perceptronByHand(start, widths),
    peer,
  };
}

export const mlp: Workload = perceptron('mlp', [784, 128, 10], 64);
export const middleMlp: Workload = perceptron('mlp-middle', [784, 512, 256, 10], 128);

export const convolution: Workload = {
  name: 'cnn',
  work: 'CNN conv8-pool-conv16-pool-linear, 28 x 28, SGD with momentum, batch 32',
  program() {
    const model = nn.sequential(
      nn.conv2d(1, 8, 3, { padding: 1 }),
      nn.relu(),
      nn.maxPool2d(2),
      nn.conv2d(8, 16, 3, { padding: 1 }),
      nn.relu(),
      nn.maxPool2d(2),
      nn.flatten(),
      nn.linear(784, classes),
    );
    return training({
      name: 'cnn',
      loss: loss.crossEntropy(model(input('x', ['N', 1, 28, 28])), input('label', ['N'], 'int32')),
      optimizer: optim.sgd({ lr: 0.01, momentum: 0.9 }),
    });
  },
  batch: () => images(32, [1, 28, 28]),
  rows: 32,
  hand: convolutionByHand,
  peer: {
    optimizer: { kind: 'sgd', lr: 0.01, momentum: 0.9 },
    loss(ops, parameters, batch) {
      const block = <T>(of: PeerOps<T>, x: T, weight: T, bias: T): T =>
        of.maxPool2x2(of.relu(of.add(of.conv3x3(x, weight), of.reshape(bias, [-1, 1, 1]))));
      const first = block(ops, batch('x'), parameters('0.weight'), parameters('0.bias'));
      const second = block(ops, first, parameters('3.weight'), parameters('3.bias'));
      const flat = ops.reshape(second, [-1, 784]);
      return ops.crossEntropy(
        linear(ops, flat, parameters('7.weight'), parameters('7.bias')),
        batch('label'),
      );
    },
  },
};
