/** TensorFlow.js with its WebAssembly backend, which computes eagerly and in float32. */
import type { Contender } from '../contenders.ts';
import type { Peer } from '../peers.ts';
import type { Optimizer, PeerModel, PeerOps, Start } from '../workload.ts';
import { importPeer } from './resolve.ts';

interface TfTensor {
  readonly shape: readonly number[];
  readonly rank: number;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

interface Variable extends TfTensor {
  assign(value: TfTensor): void;
}

interface TfOptimizer {
  minimize(loss: () => TfTensor, returnCost: true): TfTensor;
}

type Unary = (x: TfTensor) => TfTensor;
type Binary = (a: TfTensor, b: TfTensor) => TfTensor;

/** The part of the library that is used here. */
interface Tf {
  setBackend(name: string): Promise<boolean>;
  ready(): Promise<void>;
  tidy<T>(f: () => T): T;
  tensor(data: ArrayLike<number>, shape: readonly number[], dtype: string): TfTensor;
  variable(value: TfTensor, trainable: boolean, name?: string): Variable;
  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly div: Binary;
  readonly matMul: Binary;
  readonly relu: Unary;
  readonly sigmoid: Unary;
  readonly tanh: Unary;
  readonly softmax: Unary;
  readonly sqrt: Unary;
  mean(x: TfTensor, axis?: number, keepDims?: boolean): TfTensor;
  transpose(x: TfTensor, order: readonly number[]): TfTensor;
  reshape(x: TfTensor, shape: readonly number[]): TfTensor;
  slice(x: TfTensor, begin: readonly number[], size: readonly number[]): TfTensor;
  concat(parts: readonly TfTensor[], axis: number): TfTensor;
  pad(x: TfTensor, amounts: readonly (readonly [number, number])[]): TfTensor;
  max(x: TfTensor, axis: number): TfTensor;
  oneHot(x: TfTensor, depth: number): TfTensor;
  cast(x: TfTensor, dtype: string): TfTensor;
  readonly losses: { softmaxCrossEntropy: Binary };
  readonly train: {
    sgd(lr: number): TfOptimizer;
    momentum(lr: number, momentum: number): TfOptimizer;
    adam(lr: number, beta1: number, beta2: number, epsilon: number): TfOptimizer;
  };
}

/** A product over unfolded images: this backend has no derivative of convolution by its weights. */
function conv3x3(tf: Tf, images: TfTensor, weight: TfTensor): TfTensor {
  const [rows = 0, channels = 0, height = 0, width = 0] = images.shape;
  const outputs = weight.shape[0] ?? 0;
  const padded = tf.pad(tf.transpose(images, [0, 2, 3, 1]), [
    [0, 0],
    [1, 1],
    [1, 1],
    [0, 0],
  ]);
  const taps = Array.from({ length: 9 }, (_, tap) =>
    tf.slice(padded, [0, Math.floor(tap / 3), tap % 3, 0], [rows, height, width, channels]),
  );
  const unfolded = tf.reshape(tf.concat(taps, 3), [-1, 9 * channels]);
  const by = tf.reshape(tf.transpose(weight, [2, 3, 1, 0]), [9 * channels, outputs]);
  const made = tf.reshape(tf.matMul(unfolded, by), [rows, height, width, outputs]);
  return tf.transpose(made, [0, 3, 1, 2]);
}

function maxPool2x2(tf: Tf, images: TfTensor): TfTensor {
  const [rows = 0, channels = 0, height = 0, width = 0] = images.shape;
  const squares = tf.reshape(images, [rows * channels, height / 2, 2, width / 2, 2]);
  return tf.reshape(tf.max(tf.max(squares, 4), 2), [rows, channels, height / 2, width / 2]);
}

function opsOf(tf: Tf): PeerOps<TfTensor> {
  const one = (value: number): TfTensor => tf.tensor([value], [], 'float32');
  return {
    constant: (data, shape) => tf.tensor(data, shape, 'float32'),
    add: tf.add,
    sub: tf.sub,
    mul: tf.mul,
    matmul(a, b) {
      if (a.rank <= 2 || b.rank > 2) return tf.matMul(a, b);
      const [rows, columns] = [a.shape.slice(0, -1), b.shape[1] ?? 0];
      const flat = tf.reshape(a, [-1, a.shape.at(-1) ?? 0]);
      return tf.reshape(tf.matMul(flat, b), [...rows, columns]);
    },
    transpose: (a, order) => tf.transpose(a, order),
    reshape: (a, shape) => tf.reshape(a, shape),
    slice(a, axis, start, length) {
      const begin = a.shape.map((_, i) => (i === axis ? start : 0));
      return tf.slice(
        a,
        begin,
        a.shape.map((size, i) => (i === axis ? length : size)),
      );
    },
    relu: tf.relu,
    sigmoid: tf.sigmoid,
    tanh: tf.tanh,
    softmax: tf.softmax,
    layerNorm(a, weight, bias) {
      const centered = tf.sub(a, tf.mean(a, -1, true));
      const variance = tf.mean(tf.mul(centered, centered), -1, true);
      return tf.add(tf.mul(tf.div(centered, tf.sqrt(tf.add(variance, one(1e-5)))), weight), bias);
    },
    // Rows by a product with ones and zeros: this backend has no derivative of gathering.
    embedding(table, indices) {
      const chosen = tf.oneHot(tf.reshape(indices, [-1]), table.shape[0] ?? 0);
      return tf.reshape(tf.matMul(tf.cast(chosen, 'float32'), table), [
        ...indices.shape,
        table.shape[1] ?? 0,
      ]);
    },
    concat: (parts, axis) => tf.concat(parts, axis),
    conv3x3: (images, weight) => conv3x3(tf, images, weight),
    maxPool2x2: (images) => maxPool2x2(tf, images),
    mean: (a) => tf.mean(a),
    crossEntropy: (logits, labels) =>
      tf.losses.softmaxCrossEntropy(tf.oneHot(labels, logits.shape[1] ?? 0), logits),
  };
}

function optimizerOf(tf: Tf, optimizer: Optimizer): TfOptimizer {
  const { kind, lr } = optimizer;
  if (kind !== 'sgd') return tf.train.adam(lr, 0.9, 0.999, 1e-8);
  const { momentum } = optimizer;
  return momentum === undefined ? tf.train.sgd(lr) : tf.train.momentum(lr, momentum);
}

function contenderOf(tf: Tf, model: PeerModel, start: Start): Contender {
  const ops = opsOf(tf);
  const tensor = (data: Float32Array | Int32Array, shape: readonly number[]): TfTensor =>
    tf.tensor(data, shape, data instanceof Int32Array ? 'int32' : 'float32');
  const parameters = new Map(
    Object.entries(start.parameters).map(([name, { data, shape }]) => [
      name,
      tf.variable(tensor(data, shape), true),
    ]),
  );
  const batch = new Map(
    Object.entries(start.batch).map(([name, { data, shape }]) => [name, tensor(data, shape)]),
  );
  const named = (of: ReadonlyMap<string, TfTensor>) => (name: string) => {
    const found = of.get(name);
    if (!found) throw new Error(`there is no tensor ${name}`);
    return found;
  };
  const optimizer = optimizerOf(tf, model.optimizer);
  const decay = model.optimizer.kind === 'adamw' ? 1 - model.optimizer.lr * model.optimizer.weightDecay : 1;
  const step = (): TfTensor => {
    if (decay !== 1)
      for (const each of parameters.values())
        tf.tidy(() => each.assign(tf.mul(each, tf.tensor([decay], [], 'float32'))));
    return optimizer.minimize(() => model.loss(ops, named(parameters), named(batch)), true);
  };
  return {
    label: 'tfjs-wasm',
    numerics: 'float32',
    async train(count) {
      let loss: TfTensor | null = null;
      for (let i = 0; i < count; i++) {
        loss?.dispose();
        loss = step();
      }
      const value = loss ? ((await loss.data())[0] ?? Number.NaN) : Number.NaN;
      loss?.dispose();
      return value;
    },
  };
}

export async function loadTfjs(): Promise<Peer> {
  const loaded = (await importPeer('@tensorflow/tfjs')) as { readonly default?: Tf } & Tf;
  await importPeer('@tensorflow/tfjs-backend-wasm');
  const tf = loaded.default ?? loaded;
  if (!(await tf.setBackend('wasm'))) throw new Error('its WebAssembly backend does not start');
  await tf.ready();
  return { label: 'tfjs-wasm', contender: (model, start) => contenderOf(tf, model, start) };
}
