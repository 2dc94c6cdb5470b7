/** Softmax regression on Fisher's irises: 150 flowers, 4 measurements, 3 species. */
import { input, loss, nn, optim, training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { fit, predict, standardize } from 'adjoint/runtime';
import { readCsv } from 'adjoint/runtime/node';
import { argmaxRows, dataFile, isMain } from './support.ts';

const x = input('x', ['N', 4]);
const species = input('species', ['N'], 'int32');
const logits = nn.linear(4, 3)(x);
const program = training({
  name: 'iris',
  loss: loss.crossEntropy(logits, species),
  optimizer: optim.adam({ lr: 0.05 }),
  outputs: { logits },
});
export default program;

export async function main(log: (line: string) => void = console.log): Promise<number> {
  const table = await readCsv(dataFile('iris.csv'));
  const features = standardize(table.columns(table.header.slice(0, -1)));
  const targets = table.column('target');
  const data = { x: features.data, species: targets };
  const { step } = await fit(compile(program), {
    data,
    epochs: 60,
    batchSize: 50,
    shuffle: true,
    seed: 1,
    logEvery: 10,
    log,
  });
  const outputs = predict(step, { x: data.x }, { batchSize: 50 });
  const guesses = argmaxRows(outputs['logits']?.data ?? [], 3);
  const right = guesses.filter((guess, i) => guess === targets[i]).length;
  log(`${right} of ${targets.length} flowers classified rightly`);
  return right / targets.length;
}

if (isMain(import.meta.url)) await main();
