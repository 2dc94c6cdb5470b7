/** A multilayer perceptron on handwritten digits: 5,000 to learn from, 1,000 to be tested on. */
import { input, loss, nn, optim, training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { fit, predict } from 'adjoint/runtime';
import { digitAccuracy, readDigits } from './digits.ts';
import { isMain } from './support.ts';

const pixels = input('pixels', ['N', 784]);
const digit = input('digit', ['N'], 'int32');
const model = nn.sequential(nn.linear(784, 128), nn.relu(), nn.linear(128, 10));
const logits = model(pixels);
const program = training({
  name: 'mnist',
  model,
  loss: loss.crossEntropy(logits, digit),
  optimizer: optim.adam({ lr: 1e-3 }),
  outputs: { logits },
});
export default program;

export interface MnistOptions {
  readonly epochs?: number;
  readonly log?: (line: string) => void;
}

/** Trains, and returns the share of test digits that are recognized. */
export async function main({ epochs = 10, log = console.log }: MnistOptions = {}): Promise<number> {
  const [train, test] = [await readDigits('train'), await readDigits('t10k')];
  const { step } = await fit(compile(program), {
    data: { ...train },
    epochs,
    batchSize: 64,
    shuffle: true,
    seed: 1,
    logEvery: 1,
    log,
  });
  const outputs = predict(step, { pixels: test.pixels }, { batchSize: 64 });
  const accuracy = digitAccuracy(outputs['logits']?.data ?? [], test.digit);
  log(`${(100 * accuracy).toFixed(1)} % of ${test.digit.length} test digits recognized`);
  return accuracy;
}

if (isMain(import.meta.url)) await main();
