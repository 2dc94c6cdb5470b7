/** A training script to be killed: `train-child.ts <folder> <epochs>`. */
import { fit } from '../../../runtime/fit.ts';
import { checkpointFolder } from '../../../runtime/node/checkpoint.ts';
import { onInterrupt } from '../../../runtime/node/signals.ts';
import { fake, planeData } from '../fake-module.ts';

const [, , path = '', epochs = '1'] = process.argv;
const interruption = onInterrupt();
const { step, stopped } = await fit(fake, {
  data: planeData(40),
  epochs: Number(epochs),
  batchSize: 8,
  shuffle: true,
  hyper: { lr: 0.001 },
  logEvery: 1,
  signal: interruption.signal,
  checkpoint: { store: checkpointFolder(path) },
});
interruption.release();
console.log(`stopped: ${stopped}, weights: ${step.parameters.map(({ data }) => data.join(' ')).join(' ')}`);
