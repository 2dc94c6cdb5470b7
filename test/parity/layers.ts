/** The layers of a training run, by their names in the specification. */
import type { Expr } from 'adjoint';
import { nn } from 'adjoint';
import type { LayerSpec } from './cases.ts';
import { rowOf } from './unsupported.ts';

type Apply = (x: never) => unknown;

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

type Model = nn.Module & ((x: Expr) => Expr);

/** The sequence of `layers`: its parameters have the names that PyTorch's state dict has. */
export function sequence(layers: readonly LayerSpec[]): Model {
  const stages = layers.map((spec) => rowOf(layerRows, 'layer', spec.layer)(spec) as nn.Module & Apply);
  return nn.sequential(...stages) as unknown as Model;
}
