/** The layers of a training run, by their names in the specification. */
import { nn } from 'adjoint';
import type { LayerSpec } from './cases.ts';
import { rowOf } from './unsupported.ts';

interface Row {
  make(spec: LayerSpec): nn.Module;
}

type Linear = LayerSpec & { in_features: number; out_features: number; bias?: boolean };

const layerRows: Readonly<Record<string, Row['make']>> = {
  Linear: ({ in_features, out_features, bias = true }: Linear) =>
    nn.linear(in_features, out_features, { bias }),
  ReLU: () => nn.relu(),
  Tanh: () => nn.tanh(),
  Sigmoid: () => nn.sigmoid(),
};

/** The sequence of `layers`: its parameters have the names that PyTorch's state dict has. */
export function sequence(layers: readonly LayerSpec[]): nn.Module {
  return nn.sequential(...layers.map((spec) => rowOf(layerRows, 'layer', spec.layer)(spec)));
}
