/**
 * The tutorial's program: linear regression on 442 patients. Declares the program, compiles it, trains it, emits
 * it as a standalone module, and shows that the module reaches the same bits on its own.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { input, loss, nn, optim, training } from 'adjoint';
import { compile, emit } from 'adjoint/compiler';
import type { StepModule } from 'adjoint/runtime';
import { fit, standardize } from 'adjoint/runtime';
import { readCsv } from 'adjoint/runtime/node';
import { leastSquaresR2, rSquared } from './least-squares.ts';
import { dataFile, isMain, outputFolder } from './support.ts';

const x = input('x', ['N', 10]);
const y = input('y', ['N', 1]);
const prediction = nn.linear(10, 1)(x);
const program = training({
  name: 'diabetes',
  loss: loss.mse(prediction, y),
  optimizer: optim.sgd({ lr: 0.01 }),
  outputs: { prediction },
});
export default program;

export async function main(log: (line: string) => void = console.log): Promise<void> {
  const table = await readCsv(dataFile('diabetes.csv'));
  const features = standardize(table.columns(table.header.slice(0, -1)));
  const targets = standardize([table.column('target')]);
  const data = { x: features.data, y: targets.data };

  const module = compile(program);
  const { step } = await fit(module, { data, epochs: 100, logEvery: 10, log });
  const predicted = step.predict({ x: data.x })['prediction'];
  const reached = rSquared(predicted?.data ?? [], targets.data);
  const best = leastSquaresR2(features.data, 10, targets.data);
  log(`R2 ${reached.toFixed(4)} after 100 epochs; least squares in closed form reaches ${best.toFixed(4)}`);

  const folder = outputFolder('diabetes');
  const file = path.join(folder, 'step.mjs');
  const { code, types } = emit(program, { target: 'js' });
  await mkdir(folder, { recursive: true });
  await writeFile(file, code);
  await writeFile(path.join(folder, 'step.d.mts'), types);
  const emitted = (await import(pathToFileURL(file).href)) as StepModule;
  const alone = emitted.create({ capacity: { N: targets.data.length } });
  for (let epoch = 0; epoch < 100; epoch++) alone.step(data);
  const same = alone.parameters.every(({ data: values }, i) =>
    values.every((value, j) => Object.is(value, step.parameters[i]?.data[j])),
  );
  const where = path.relative(process.cwd(), file);
  log(`${where} (plain JavaScript, no import) run on its own: ${same ? 'the same bits' : 'OTHER BITS'}`);
  log(
    'Next: read that file, or change lr, the optimizer or the model in examples/diabetes.ts and run again.',
  );
  log('Then: npm run example iris, npm run example mnist; docs/guide.md explains what happened here.');
}

if (isMain(import.meta.url)) await main();
