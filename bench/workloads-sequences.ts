/** Models of sequences: 16 rows of 32 places, 64 wide. */
import type { Program } from '../src/index.ts';
import { input, loss, nn, optim, training } from '../src/index.ts';
import { floats, integers } from './random.ts';
import type { PeerOps, Values, Workload } from './workload.ts';
import { linear, number } from './workload.ts';

const [vocabulary, context, width, heads, rows] = [65, 32, 64, 4, 16];

/** A character transformer of `depth` layers. */
export function transformerProgram(depth: number): Program {
  const layer = (name: string) =>
    nn.transformerEncoderLayer(width, heads, {
      name,
      dimFeedforward: 4 * width,
      dropout: 0,
      normFirst: true,
      batchFirst: true,
    });
  const characters = input('text', ['N', context], 'int32', { range: [0, vocabulary] });
  const token = nn.embedding(vocabulary, width, { name: 'token' });
  const place = nn.positionalEmbedding(context, width, { name: 'place' });
  const masks = { isCausal: true };
  let hidden = place(token(characters));
  for (let i = 0; i < depth; i++) hidden = layer(`layer${i}`)(hidden, masks);
  const logits = nn.linear(width, vocabulary, { name: 'head' })(hidden);
  const labels = input('next', ['N', context], 'int32').reshape([-1]);
  return training({
    name: 'transformer',
    loss: loss.crossEntropy(logits.reshape([-1, vocabulary]), labels),
    optimizer: optim.adamw({ lr: 1e-3, weightDecay: 0.01 }),
  });
}

/** Far below every score where a place must not look ahead. */
const causalMask = Array.from({ length: context * context }, (_, i) =>
  i % context > Math.floor(i / context) ? -1e30 : 0,
);

/** The heads of part `i` of the joined projections: [N, heads, context, width / heads]. */
function headsOf<T>(ops: PeerOps<T>, mixed: T, i: number): T {
  const part = ops.slice(mixed, 2, i * width, width);
  return ops.transpose(ops.reshape(part, [-1, context, heads, width / heads]), [0, 2, 1, 3]);
}

function attention<T>(ops: PeerOps<T>, x: T, parameters: Values<T>, name: string): T {
  const mixed = linear(ops, x, parameters(`${name}.in_proj_weight`), parameters(`${name}.in_proj_bias`));
  const scale = number(ops, Math.sqrt(heads / width));
  const keys = ops.transpose(headsOf(ops, mixed, 1), [0, 1, 3, 2]);
  const scores = ops.matmul(ops.mul(headsOf(ops, mixed, 0), scale), keys);
  const weights = ops.softmax(ops.add(scores, ops.constant(causalMask, [context, context])));
  const attended = ops.transpose(ops.matmul(weights, headsOf(ops, mixed, 2)), [0, 2, 1, 3]);
  const joined = ops.reshape(attended, [-1, context, width]);
  return linear(ops, joined, parameters(`${name}.out_proj.weight`), parameters(`${name}.out_proj.bias`));
}

function encoderLayer<T>(ops: PeerOps<T>, x: T, parameters: Values<T>, name: string): T {
  const of = (part: string): readonly [T, T] => [
    parameters(`${name}.${part}.weight`),
    parameters(`${name}.${part}.bias`),
  ];
  const after = ops.add(x, attention(ops, ops.layerNorm(x, ...of('norm1')), parameters, `${name}.self_attn`));
  const inner = ops.relu(linear(ops, ops.layerNorm(after, ...of('norm2')), ...of('linear1')));
  return ops.add(after, linear(ops, inner, ...of('linear2')));
}

export const transformer: Workload = {
  name: 'transformer',
  work: 'transformer, 65 characters, context 32, width 64, 4 heads, 2 layers, AdamW, batch 16',
  program: () => transformerProgram(2),
  batch: () => ({
    text: { data: integers(5, rows * context, vocabulary), shape: [rows, context] },
    next: { data: integers(6, rows * context, vocabulary), shape: [rows, context] },
  }),
  rows,
  peer: {
    optimizer: { kind: 'adamw', lr: 1e-3, weightDecay: 0.01 },
    loss(ops, parameters, batch) {
      let x = ops.add(ops.embedding(parameters('token.weight'), batch('text')), parameters('place.weight'));
      for (const name of ['layer0', 'layer1']) x = encoderLayer(ops, x, parameters, name);
      const logits = linear(ops, x, parameters('head.weight'), parameters('head.bias'));
      return ops.crossEntropy(ops.reshape(logits, [-1, vocabulary]), ops.reshape(batch('next'), [-1]));
    },
  },
};

/** One place of a gated recurrent unit: the next hidden state. */
function gruPlace<T>(ops: PeerOps<T>, inputs: T, hidden: T, parameters: Values<T>): T {
  const mixed = linear(ops, hidden, parameters('weight_hh_l0'), parameters('bias_hh_l0'));
  const part = (of: T, i: number): T => ops.slice(of, 1, i * width, width);
  const reset = ops.sigmoid(ops.add(part(inputs, 0), part(mixed, 0)));
  const keep = ops.sigmoid(ops.add(part(inputs, 1), part(mixed, 1)));
  const fresh = ops.tanh(ops.add(part(inputs, 2), ops.mul(reset, part(mixed, 2))));
  return ops.add(fresh, ops.mul(keep, ops.sub(hidden, fresh)));
}

export const recurrent: Workload = {
  name: 'gru',
  work: 'GRU, 64 inputs, hidden 64, length 32, mean squared error, Adam, batch 16',
  program() {
    const layer = nn.outputOf(nn.gru(width, width, { batchFirst: true }));
    return training({
      name: 'gru',
      loss: loss.mse(layer(input('x', ['N', context, width])), input('y', ['N', context, width])),
      optimizer: optim.adam({ lr: 1e-3 }),
    });
  },
  batch: () => ({
    x: { data: floats(7, rows * context * width), shape: [rows, context, width] },
    y: { data: floats(8, rows * context * width), shape: [rows, context, width] },
  }),
  rows,
  peer: {
    optimizer: { kind: 'adam', lr: 1e-3 },
    loss(ops, parameters, batch) {
      const inputs = linear(ops, batch('x'), parameters('weight_ih_l0'), parameters('bias_ih_l0'));
      let hidden = ops.constant(
        Array.from({ length: rows * width }, () => 0),
        [rows, width],
      );
      const outputs = Array.from({ length: context }, (_, t) => {
        const place = ops.reshape(ops.slice(inputs, 1, t, 1), [rows, 3 * width]);
        hidden = gruPlace(ops, place, hidden, parameters);
        return ops.reshape(hidden, [rows, 1, width]);
      });
      const miss = ops.sub(ops.concat(outputs, 1), batch('y'));
      return ops.mean(ops.mul(miss, miss));
    },
  },
};
