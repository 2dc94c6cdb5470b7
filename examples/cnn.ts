/** A small convolutional network on handwritten digits, trained by SGD with momentum and a falling rate. */
import { input, loss, nn, optim, schedule, training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { fit, predict } from 'adjoint/runtime';
import { digitAccuracy, firstDigits, readDigits } from './digits.ts';
import { isMain } from './support.ts';

const pixels = input('pixels', ['N', 1, 28, 28]);
const digit = input('digit', ['N'], 'int32');
const model = nn.sequential(
  nn.conv2d(1, 8, 3, { padding: 1 }),
  nn.relu(),
  nn.maxPool2d(2),
  nn.conv2d(8, 16, 3, { padding: 1 }),
  nn.relu(),
  nn.maxPool2d(2),
  nn.flatten(),
  nn.linear(16 * 7 * 7, 10),
);
const logits = model(pixels);
/** Half a cosine from 0.05 down to 0 over three epochs of 79 updates. */
const lr = schedule.cosine({ base: 0.05, tMax: 3 * 79 });
const program = training({
  name: 'cnn',
  model,
  loss: loss.crossEntropy(logits, digit),
  optimizer: optim.sgd({ lr, momentum: 0.9 }),
  outputs: { logits },
});
export default program;

export interface CnnOptions {
  readonly epochs?: number;
  /** How many digits to learn from, at most 5,000. */
  readonly rows?: number;
  readonly log?: (line: string) => void;
}

/** Trains, and returns the share of test digits that are recognized. */
export async function main(options: CnnOptions = {}): Promise<number> {
  const { epochs = 3, rows = 5000, log = console.log } = options;
  const train = firstDigits(await readDigits('train'), rows);
  const test = await readDigits('t10k');
  log(`${nn.parameterCount(model)} parameters learn from ${rows} digits`);
  const { step } = await fit(compile(program), {
    data: { ...train },
    epochs,
    batchSize: 64,
    shuffle: true,
    seed: 1,
    logEvery: 1,
    log,
  });
  const outputs = predict(step, { pixels: test.pixels });
  const accuracy = digitAccuracy(outputs['logits']?.data ?? [], test.digit);
  log(`${(100 * accuracy).toFixed(1)} % of ${test.digit.length} test digits recognized`);
  return accuracy;
}

if (isMain(import.meta.url)) await main();
