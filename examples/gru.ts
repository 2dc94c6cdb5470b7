/**
 * The adding problem: a recurrent network reads 20 pairs of a number in [0, 1) and a mark, and says the sum of the two
 * numbers that were marked. Saying 1 every time has a mean square error of 1/6; to do better is to remember.
 */
import { input, loss, nn, optim, training } from 'adjoint';
import { compile } from 'adjoint/compiler';
import { evaluate, fit, predict, random } from 'adjoint/runtime';
import { isMain } from './support.ts';

const length = 20;

const pairs = input('pairs', ['N', length, 2]);
const total = input('total', ['N', 1]);
const model = nn.module(
  { memory: nn.gru(2, 24, { batchFirst: true }), head: nn.linear(24, 1) },
  (m, x: typeof pairs) => m.head(m.memory(x).output.select({ axis: 1, index: -1 })),
);
const answer = model(pairs);
const program = training({
  name: 'gru',
  model,
  loss: loss.mse(answer, total),
  optimizer: optim.chain(optim.clipByGlobalNorm(1), optim.adam({ lr: 0.01 })),
  outputs: { answer },
});
export default program;

/** `rows` random sequences, with one mark in each half, and their answers. */
function problems(rows: number, seed: number): { pairs: Float32Array; total: Float32Array } {
  const generator = random(seed);
  const drawn = { pairs: new Float32Array(rows * length * 2), total: new Float32Array(rows) };
  for (let row = 0; row < rows; row++) {
    const marked = [generator.below(length / 2), length / 2 + generator.below(length / 2)];
    for (let t = 0; t < length; t++) {
      const at = (row * length + t) * 2;
      const value = generator.below(1000) / 1000;
      drawn.pairs[at] = value;
      if (!marked.includes(t)) continue;
      drawn.pairs[at + 1] = 1;
      drawn.total[row] = (drawn.total[row] ?? 0) + value;
    }
  }
  return drawn;
}

export interface GruOptions {
  readonly epochs?: number;
  /** How many sequences to learn from. */
  readonly rows?: number;
  readonly log?: (line: string) => void;
}

/** Trains, and returns the mean square error on sequences that it has not seen. */
export async function main(options: GruOptions = {}): Promise<number> {
  const { epochs = 12, rows = 2000, log = console.log } = options;
  const { step } = await fit(compile(program), {
    data: problems(rows, 1),
    epochs,
    batchSize: 50,
    shuffle: true,
    seed: 1,
    log,
  });
  const unseen = problems(500, 2);
  const error = evaluate(step, unseen).loss;
  const answers = predict(step, { pairs: unseen.pairs })['answer']?.data ?? [];
  for (let row = 0; row < 3; row++)
    log(`says ${(answers[row] ?? 0).toFixed(2)}, right is ${(unseen.total[row] ?? 0).toFixed(2)}`);
  log(`mean square error ${error.toFixed(5)} on 500 new sequences; without memory it would be 0.16667`);
  return error;
}

if (isMain(import.meta.url)) await main();
