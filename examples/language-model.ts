/**
 * A transformer that learns to write, character by character, from the Declaration of Independence and the
 * Constitution of the United States. It reads 32 characters and guesses the next one, at every place of them.
 */
import { readFile } from 'node:fs/promises';
import { input, loss, nn, optim, schedule, training } from 'adjoint';
import type { Expr } from 'adjoint';
import { compile } from 'adjoint/compiler';
import type { Random, Step } from 'adjoint/runtime';
import { fit, random } from 'adjoint/runtime';
import { dataFile, isMain } from './support.ts';

const context = 32;
const width = 64;
/** Printable ASCII, and the end of a line. */
const characters = 96;

const block = (): nn.TransformerEncoderLayer =>
  nn.transformerEncoderLayer(width, 4, {
    dimFeedforward: 4 * width,
    activation: 'gelu',
    dropout: 0,
    batchFirst: true,
    normFirst: true,
  });
const model = nn.module(
  {
    embedding: nn.embedding(characters, width),
    places: nn.positionalEmbedding(context, width),
    blocks: [block(), block()],
    norm: nn.layerNorm(width),
    head: nn.linear(width, characters),
  },
  (m, text: Expr<['N', typeof context], 'int32'>) => {
    const embedded = m.places(m.embedding(text));
    const mixed = m.blocks.reduce((x, layer) => layer(x, { isCausal: true }), embedded);
    return m.head(m.norm(mixed));
  },
);

const text = input('text', ['N', context], 'int32');
const next = input('next', ['N', context], 'int32');
const logits = model(text);
const error = loss.crossEntropy(logits.flatten({ end: 1 }), next.flatten());
const lr = schedule.inverseSqrt({ base: 3e-3, warmup: 100 });
const program = training({
  name: 'language-model',
  model,
  loss: error,
  optimizer: optim.chain(
    optim.clipByGlobalNorm(1),
    optim.adamw({ lr, weightDecay: 0.01, decayOnly: optim.matrices }),
  ),
  outputs: { following: logits.select({ axis: 1, index: -1 }) },
});
export default program;

const encode = (string: string): number[] =>
  Array.from(string, (character) => (character === '\n' ? characters - 1 : character.charCodeAt(0) - 32));
const decode = (code: number): string => (code === characters - 1 ? '\n' : String.fromCharCode(code + 32));

/** Every stretch of `context` characters that starts at a multiple of `stride`, and the same one character later. */
function stretches(codes: readonly number[], stride: number): { text: Int32Array; next: Int32Array } {
  const count = Math.floor((codes.length - context - 1) / stride) + 1;
  const from = (shift: number): Int32Array =>
    Int32Array.from({ length: count * context }, (_, i) => {
      const at = Math.floor(i / context) * stride + (i % context);
      return codes[at + shift] ?? 0;
    });
  return { text: from(0), next: from(1) };
}

/** One of the characters, the likelier the larger its logit; a lower `temperature` keeps to the likeliest. */
function draw(scores: ArrayLike<number>, temperature: number, generator: Random): number {
  const values = Array.from(scores);
  const largest = Math.max(...values);
  const weights = values.map((score) => Math.exp((score - largest) / temperature));
  let left = (generator.below(2 ** 24) / 2 ** 24) * weights.reduce((a, b) => a + b, 0);
  const drawn = weights.findIndex((weight) => (left -= weight) < 0);
  return drawn < 0 ? values.indexOf(largest) : drawn;
}

/** Lets the model go on from `start`, which has at least `context` characters. */
function write(step: Step, start: string, length: number, generator: Random): string {
  const codes = encode(start);
  for (let i = 0; i < length; i++) {
    const following = step.predict({ text: codes.slice(-context) })['following'];
    codes.push(draw(following?.data ?? [], 0.7, generator));
  }
  return codes.map(decode).join('');
}

export interface LanguageModelOptions {
  readonly epochs?: number;
  /** Characters from the start of one stretch to the start of the next: fewer of them are more to learn from. */
  readonly stride?: number;
  readonly seed?: number;
  /** How many characters to write at the end. */
  readonly length?: number;
  readonly log?: (line: string) => void;
}

/** Trains and writes. Returns the mean loss of the last epoch, in nats a character, and what was written. */
export async function main(
  options: LanguageModelOptions = {},
): Promise<{ readonly loss: number; readonly written: string }> {
  const { epochs = 4, stride = 24, seed = 1, length = 300, log = console.log } = options;
  const corpus = await readFile(dataFile('us-founding.txt'), 'utf8');
  const data = stretches(encode(corpus), stride);
  log(`${nn.parameterCount(model)} parameters learn from ${corpus.length} characters`);
  const { step, epochs: records } = await fit(compile(program), {
    data,
    epochs,
    batchSize: 32,
    shuffle: true,
    seed,
    logEvery: 1,
    log,
  });
  const reached = records.at(-1)?.loss ?? NaN;
  log(`Each next character is as open as a fair choice among ${Math.exp(reached).toFixed(1)}.`);
  const written = write(step, 'We the People of the United States', length, random(seed));
  for (const line of written.split('\n')) log(`  ${line}`);
  return { loss: reached, written };
}

if (isMain(import.meta.url)) await main();
