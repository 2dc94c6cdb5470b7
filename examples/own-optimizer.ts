/**
 * An update rule of one's own, beside a built-in one: weights move along the signs of a running mean of their
 * gradients, but only where the present gradient agrees; biases are left to Adam.
 */
import { ge, input, loss, metrics, nn, optim, schedule, training, where } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { evaluate, fit, standardize } from 'adjoint/runtime';
import { readCsv } from 'adjoint/runtime/node';
import { dataFile, isMain } from './support.ts';

/** m' = beta m + (1 - beta) g; p' = p - lr sign(m'), where m' and g have the same sign. */
const agreeing = ({
  lr,
  beta = 0.9,
}: {
  readonly lr: optim.Rate;
  readonly beta?: optim.Rate;
}): optim.Optimizer =>
  optim.optimizer('agreeing', { lr, beta }, (g, leaf, rates) => {
    const mean = leaf.keep('mean');
    const next = g.add(mean.value.sub(g).mul(rates.beta));
    mean.set(next);
    const direction = where(ge(next.mul(g), 0), next.sign(), 0);
    return leaf.parameter.sub(direction.mul(rates.lr));
  });

const x = input('x', ['N', 4]);
const species = input('species', ['N'], 'int32');
const model = nn.sequential(nn.linear(4, 16), nn.tanh(), nn.linear(16, 3));
const logits = model(x);
const weights = agreeing({ lr: schedule.cosine({ base: 0.02, tMax: 120, hold: true }) });
const program = training({
  name: 'own-optimizer',
  model,
  loss: loss.crossEntropy(logits, species),
  metrics: { accuracy: metrics.accuracy(logits, species) },
  optimizer: optim.groups([
    { parameters: '*.weight', optimizer: weights, name: 'weights' },
    { optimizer: optim.adam({ lr: 0.01 }), name: 'biases' },
  ]),
});
export default program;

export interface OwnOptimizerOptions {
  readonly epochs?: number;
  readonly log?: (line: string) => void;
}

/** Trains on Fisher's irises, and returns the share of flowers that are classified rightly. */
export async function main(options: OwnOptimizerOptions = {}): Promise<number> {
  const { epochs = 40, log = console.log } = options;
  log('The rule, as the compiler reads it:');
  for (const line of optim.updateRule(agreeing({ lr: 0.02 })).split('\n')) log(`  ${line}`);
  const table = await readCsv(dataFile('iris.csv'));
  const features = standardize(table.columns(table.header.slice(0, -1)));
  const data = { x: features.data, species: table.column('target') };
  const { step } = await fit(compile(program), {
    data,
    epochs,
    batchSize: 50,
    shuffle: true,
    seed: 1,
    log,
  });
  log(`The step can be told: ${step.manifest.hyper.map(({ name, value }) => `${name} ${value}`).join(', ')}`);
  log(`It keeps: ${step.state.map(({ name }) => name).join(', ')}`);
  const accuracy = evaluate(step, data).metrics['accuracy'] ?? NaN;
  log(`${(100 * accuracy).toFixed(1)} % of the flowers classified rightly`);
  return accuracy;
}

if (isMain(import.meta.url)) await main();
