/** jax-js on WebAssembly: the whole step under `jit`. An operation frees its operands unless they are taken by `ref`. */
import type { Contender } from '../contenders.ts';
import type { Peer } from '../peers.ts';
import type { Optimizer, PeerModel, PeerOps, Start, Tensor } from '../workload.ts';
import { importPeer } from './resolve.ts';

interface JaxArray {
  readonly shape: readonly number[];
  readonly ref: JaxArray;
  add(other: JaxArray | number): JaxArray;
  sub(other: JaxArray | number): JaxArray;
  mul(other: JaxArray | number): JaxArray;
  div(other: JaxArray | number): JaxArray;
  reshape(shape: readonly number[]): JaxArray;
  transpose(order: readonly number[]): JaxArray;
  slice(...index: readonly (readonly number[])[]): JaxArray;
  data(): Promise<ArrayLike<number>>;
  dispose(): void;
}

type Tree = Readonly<Record<string, JaxArray>>;
type Unary = (x: JaxArray) => JaxArray;
type Step = (parameters: Tree, first: Tree, second: Tree, rates: JaxArray, batch: Tree) => StepResult;
type StepResult = readonly [loss: JaxArray, parameters: Tree, first: Tree, second: Tree];

/** The part of the library that is used here. */
interface Jax {
  init(...devices: readonly string[]): Promise<readonly string[]>;
  defaultDevice(device: string): string;
  jit(f: Step): Step;
  valueAndGrad(
    f: (parameters: Tree, batch: Tree) => JaxArray,
  ): (parameters: Tree, batch: Tree) => [JaxArray, Tree];
  readonly numpy: {
    array(data: Float32Array | Int32Array, options: { shape: readonly number[]; dtype: string }): JaxArray;
    matmul(a: JaxArray, b: JaxArray): JaxArray;
    sqrt: Unary;
    tanh: Unary;
    concatenate(parts: readonly JaxArray[], axis: number): JaxArray;
    max(x: JaxArray, axis: readonly number[]): JaxArray;
    mean(x: JaxArray, axis?: number, options?: { keepdims: boolean }): JaxArray;
    sum(x: JaxArray, axis?: number): JaxArray;
  };
  readonly nn: {
    relu: Unary;
    sigmoid: Unary;
    softmax(x: JaxArray, axis: number): JaxArray;
    logSoftmax(x: JaxArray, axis: number): JaxArray;
    oneHot(x: JaxArray, classes: number): JaxArray;
  };
  readonly lax: {
    conv(x: JaxArray, weight: JaxArray, strides: readonly number[], padding: 'SAME'): JaxArray;
  };
}

function opsOf({ numpy: np, nn, lax }: Jax): PeerOps<JaxArray> {
  return {
    constant: (data, shape) => np.array(Float32Array.from(data), { shape, dtype: 'float32' }),
    add: (a, b) => a.ref.add(b.ref),
    sub: (a, b) => a.ref.sub(b.ref),
    mul: (a, b) => a.ref.mul(b.ref),
    matmul: (a, b) => np.matmul(a.ref, b.ref),
    transpose: (a, order) => a.ref.transpose(order),
    reshape: (a, shape) => a.ref.reshape(shape),
    slice: (a, axis, start, length) =>
      a.ref.slice(...a.shape.map((_, i) => (i === axis ? [start, start + length] : []))),
    relu: (a) => nn.relu(a.ref),
    sigmoid: (a) => nn.sigmoid(a.ref),
    tanh: (a) => np.tanh(a.ref),
    softmax: (a) => nn.softmax(a.ref, -1),
    layerNorm(a, weight, bias) {
      const centered = a.ref.sub(np.mean(a.ref, -1, { keepdims: true }));
      const variance = np.mean(centered.ref.mul(centered.ref), -1, { keepdims: true });
      return centered.ref
        .div(np.sqrt(variance.add(1e-5)))
        .mul(weight.ref)
        .add(bias.ref);
    },
    // Rows by a product with ones and zeros: gathering has no derivative there.
    embedding: (table, indices) => np.matmul(nn.oneHot(indices.ref, table.shape[0] ?? 0), table.ref),
    concat: (parts, axis) =>
      np.concatenate(
        parts.map((each) => each.ref),
        axis,
      ),
    conv3x3: (images, weight) => lax.conv(images.ref, weight.ref, [1, 1], 'SAME'),
    maxPool2x2(images) {
      const [rows = 0, channels = 0, height = 0, width = 0] = images.shape;
      return np.max(images.ref.reshape([rows, channels, height / 2, 2, width / 2, 2]), [3, 5]);
    },
    mean: (a) => np.mean(a.ref),
    crossEntropy(logits, labels) {
      const [rows = 0, classes = 0] = logits.shape;
      const chosen = nn.logSoftmax(logits.ref, -1).mul(nn.oneHot(labels.ref, classes));
      return np.sum(chosen).mul(-1 / rows);
    },
  };
}

const mapTree = (tree: Tree, f: (name: string, value: JaxArray) => JaxArray): Tree =>
  Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, f(name, value)]));

function named(tree: Tree): (name: string) => JaxArray {
  return (name) => {
    const found = tree[name];
    if (!found) throw new Error(`there is no tensor ${name}`);
    return found;
  };
}

/** The update of all parameters; `rates` holds 1 / (1 - beta1^t) and 1 / (1 - beta2^t). */
function update(
  jax: Jax,
  optimizer: Optimizer,
  [p, g, m, v, rates]: readonly [Tree, Tree, Tree, Tree, JaxArray],
): [Tree, Tree, Tree] {
  const { lr } = optimizer;
  const gradient = named(g);
  if (optimizer.kind === 'sgd') {
    const keep = optimizer.momentum ?? 0;
    const first = mapTree(m, (name, value) => value.ref.mul(keep).add(gradient(name).ref));
    return [mapTree(p, (name, value) => value.ref.sub(named(first)(name).ref.mul(lr))), first, v];
  }
  const first = mapTree(m, (name, value) => value.ref.mul(0.9).add(gradient(name).ref.mul(0.1)));
  const second = mapTree(v, (name, value) => {
    const slope = gradient(name);
    return value.ref.mul(0.999).add(slope.ref.mul(slope.ref).mul(0.001));
  });
  const decay = optimizer.kind === 'adamw' ? 1 - lr * optimizer.weightDecay : 1;
  const next = mapTree(p, (name, value) => {
    const mean = named(first)(name).ref.mul(rates.ref.slice([0, 1]).reshape([]));
    const spread = jax.numpy.sqrt(named(second)(name).ref.mul(rates.ref.slice([1, 2]).reshape([]))).add(1e-8);
    return value.ref.mul(decay).sub(mean.div(spread).mul(lr));
  });
  return [next, first, second];
}

function contenderOf(jax: Jax, model: PeerModel, start: Start): Contender {
  const ops = opsOf(jax);
  const arrayOf = ({ data, shape }: Tensor): JaxArray =>
    jax.numpy.array(data, { shape, dtype: data instanceof Int32Array ? 'int32' : 'float32' });
  const treeOf = (of: Start['batch'], f: (tensor: Tensor) => Tensor): Tree =>
    Object.fromEntries(Object.entries(of).map(([name, tensor]) => [name, arrayOf(f(tensor))]));
  const zero = ({ data, shape }: Tensor): Tensor => ({ data: new Float32Array(data.length), shape });
  let parameters = treeOf(start.parameters, (tensor) => tensor);
  let [first, second] = [treeOf(start.parameters, zero), treeOf(start.parameters, zero)];
  const batch = treeOf(start.batch, (tensor) => tensor);
  const lossOf = jax.valueAndGrad((p, b) => model.loss(ops, named(p), named(b)));
  const refs = (tree: Tree): Tree => mapTree(tree, (_, value) => value.ref);
  const step = jax.jit((p, m, v, rates, b) => {
    const [loss, gradients] = lossOf(refs(p), refs(b));
    return [loss, ...update(jax, model.optimizer, [p, gradients, m, v, rates])];
  });
  let count = 0;
  return {
    label: 'jax-js',
    numerics: 'float32',
    async train(steps) {
      let loss: JaxArray | null = null;
      for (let i = 0; i < steps; i++) {
        count++;
        const rates = Float32Array.from([1 / (1 - 0.9 ** count), 1 / (1 - 0.999 ** count)]);
        loss?.dispose();
        [loss, parameters, first, second] = step(
          parameters,
          first,
          second,
          arrayOf({ data: rates, shape: [2] }),
          refs(batch),
        );
      }
      return loss ? ((await loss.data())[0] ?? Number.NaN) : Number.NaN;
    },
  };
}

export async function loadJax(): Promise<Peer> {
  const jax = (await importPeer('@jax-js/jax')) as Jax;
  await jax.init('wasm');
  jax.defaultDevice('wasm');
  return { label: 'jax-js', contender: (model, start) => contenderOf(jax, model, start) };
}
