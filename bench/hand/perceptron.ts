/** A training step of a perceptron with relu, cross-entropy and Adam, by hand. */
import type { Start, Train } from '../workload.ts';
import { adam, trained } from './optimizers.ts';
import type { Trained } from './optimizers.ts';
import { addBias, columnSums, crossEntropy, maskByRelu, matrix, product, transposed } from './product.ts';
import { floatsNamed, tensorNamed } from './tensors.ts';

interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weight: Trained;
  readonly bias: Trained;
  /** What the layer makes, and the gradient of that. */
  readonly values: Float32Array;
  readonly gradient: Float32Array;
}

export function perceptronByHand({ parameters, batch }: Start, widths: readonly number[]): Train {
  const images = floatsNamed(batch, 'x');
  const labels = tensorNamed(batch, 'label').data;
  const rows = labels.length;
  const layers = widths.slice(1).map((outputs, i): Layer => {
    const [weight, bias] = ['weight', 'bias'].map((part) =>
      trained(floatsNamed(parameters, `layer${i}.${part}`)),
    ) as [Trained, Trained];
    const [values, gradient] = [new Float32Array(rows * outputs), new Float32Array(rows * outputs)];
    return { inputs: widths[i] ?? 0, outputs, weight, bias, values, gradient };
  });
  const last = layers.at(-1) as Layer;
  let count = 0;
  const step = (): number => {
    layers.forEach((layer, i) =>
      forward(layer, layers[i - 1]?.values ?? images, { rows, relu: layer !== last }),
    );
    const loss = crossEntropy(last.values, labels, last.gradient);
    for (let i = layers.length - 1; i >= 0; i--)
      backward(layers[i] as Layer, layers[i - 1] ?? null, images, rows);
    count++;
    for (const { weight, bias } of layers) for (const each of [weight, bias]) adam(each, 1e-3, count);
    return loss;
  };
  return (steps) => {
    let loss = Number.NaN;
    for (let i = 0; i < steps; i++) loss = step();
    return loss;
  };
}

function forward(
  layer: Layer,
  inputs: Float32Array,
  { rows, relu }: { readonly rows: number; readonly relu: boolean },
): void {
  const { weight, bias, values } = layer;
  const by = transposed(matrix(weight.value, layer.inputs));
  product(matrix(inputs, layer.inputs), by, values, { rows, depth: layer.inputs, columns: layer.outputs });
  addBias(values, bias.value, relu);
}

function backward(layer: Layer, below: Layer | null, images: Float32Array, rows: number): void {
  const { weight, bias, gradient, inputs, outputs } = layer;
  columnSums(gradient, bias.gradient);
  const from = matrix(below?.values ?? images, inputs);
  const slopes = matrix(gradient, outputs);
  product(transposed(slopes), from, weight.gradient, { rows: outputs, depth: rows, columns: inputs });
  if (!below) return;
  product(slopes, matrix(weight.value, inputs), below.gradient, { rows, depth: outputs, columns: inputs });
  maskByRelu(below.gradient, below.values);
}
