/** Programs that reports are tried on. */
import type { Program } from 'adjoint';
import { input, loss, nn, optim, training } from 'adjoint';

export function linearRegression(): Program {
  const x = input('x', ['N', 10]);
  const prediction = nn.linear(10, 1)(x).named('prediction');
  return training({
    name: 'line',
    loss: loss.mse(prediction, input('y', ['N', 1])),
    optimizer: optim.sgd({ lr: 0.01 }),
    outputs: { prediction },
  });
}

export function perceptron(): Program {
  const model = nn.sequential(nn.linear(7, 5), nn.relu(), nn.linear(5, 3));
  const logits = model(input('x', ['N', 7]));
  return training({
    name: 'perceptron',
    model,
    loss: loss.crossEntropy(logits, input('y', ['N'], 'int32')),
    optimizer: optim.adam({ lr: 0.01 }),
    outputs: { logits },
  });
}

/** 784-128-10, Adam. */
export function images(): Program {
  const model = nn.sequential(nn.linear(784, 128), nn.relu(), nn.linear(128, 10));
  return training({
    name: 'images',
    loss: loss.crossEntropy(model(input('x', ['N', 784])), input('label', ['N'], 'int32')),
    optimizer: optim.adam(),
  });
}

export function recurrent(): Program {
  const output = nn.outputOf(nn.gru(3, 4, { batchFirst: true }))(input('x', ['N', 6, 3]));
  return training({
    name: 'recurrent',
    loss: loss.mse(output, input('y', ['N', 6, 4])),
    optimizer: optim.sgd({ lr: 0.01 }),
  });
}

export const programs: Readonly<Record<string, () => Program>> = { linearRegression, perceptron, recurrent };
