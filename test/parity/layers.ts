/** The layers of a training run, by their names in the specification. */
import type { Expr, FloatDType, Shape } from 'adjoint';
import { add, mean, nn, permute, reshape, select, slice } from 'adjoint';
import type { LayerSpec } from './cases.ts';
import { options } from './operators/row.ts';
import { rowOf } from './unsupported.ts';

type Float = Expr<Shape, FloatDType>;
type Stage = nn.Module & ((x: never) => unknown);
export type Model = nn.Module & ((x: Expr) => Expr);

/** What a layer may need besides its attributes. */
interface Context {
  readonly dtype: FloatDType;
  /** A parameter of an earlier layer, by its name in the whole model. */
  parameter(name: string): nn.LazyParameter;
  nested(layers: readonly LayerSpec[]): readonly Stage[];
}

interface Row {
  make(attrs: object, context: Context): Stage;
}

type Rows = Readonly<Record<string, Row['make']>>;
type Linear = { in_features: number; out_features: number; bias?: boolean; tie_weight?: string };
type Positions = { readonly length: number; readonly dim: number };

/** A layer without parameters. */
const applied = (f: (x: Float) => Expr): Stage => nn.module({}, (_, x) => f(x as Float));

function linear({ in_features, out_features, bias = true, tie_weight }: Linear, context: Context): Stage {
  const shared = tie_weight === undefined ? {} : { weight: context.parameter(tie_weight) };
  return nn.linear(in_features, out_features, { bias, ...shared });
}

/** x plus the first rows of a table, one for each position. */
function positions({ length, dim }: Positions, { dtype }: Context): Stage {
  const weight = nn.parameter([length, dim], { dtype, init: nn.init.normal(0, 0.1) });
  return nn.module({ weight }, (table, x) =>
    add(x, slice(table.weight as Float, { axis: 0, stop: x.shape[1] as number })),
  );
}

/** A row of an activation with options. */
function activation(f: (options: Record<string, never>) => Stage): Row['make'] {
  return (attrs: Readonly<Record<string, unknown>>) => f(options(attrs));
}

const activations: Rows = {
  ReLU: () => nn.relu(),
  LeakyReLU: activation(nn.leakyRelu),
  ELU: activation(nn.elu),
  GELU: activation(nn.gelu),
  SiLU: () => nn.silu(),
  Mish: () => nn.mish(),
  Tanh: () => nn.tanh(),
  Sigmoid: () => nn.sigmoid(),
  Softplus: activation(nn.softplus),
  Hardswish: () => nn.hardswish(),
  Softmax: ({ dim }: { dim: number }) => nn.softmax({ axis: dim }),
  LogSoftmax: ({ dim }: { dim: number }) => nn.logSoftmax({ axis: dim }),
};

const shapes: Rows = {
  Flatten: () => nn.flatten(),
  Take: ({ index }: { index: number }) => applied((x) => select(x, { axis: 1, index })),
  MeanDim: ({ dim }: { dim: number | number[] }) => applied((x) => mean(x, { axis: dim })),
  Permute: ({ dims }: { dims: number[] }) => applied((x) => permute(x, dims)),
  Reshape: ({ shape }: { shape: number[] }) => applied((x) => reshape(x, [...x.shape.slice(0, 1), ...shape])),
};

const layerRows: Rows = {
  ...activations,
  ...shapes,
  Linear: linear,
  PositionalEmbedding: positions,
  Residual: ({ layers }: { layers: readonly LayerSpec[] }, { nested }) => nn.residual(...nested(layers)),
};

/** The sequence of `layers`: its parameters have the names that PyTorch's state dict has. */
export function sequence(layers: readonly LayerSpec[], dtype: FloatDType): Model {
  const stages: Stage[] = [];
  const context: Context = {
    dtype,
    parameter: (name) => {
      const [index = '', ...path] = name.split('.');
      const stage = stages[Number(index)];
      if (!stage) throw new Error(`there is no layer ${index} before the one that shares ${name}`);
      return nn.parameterOf(stage, path.join('.'));
    },
    nested: (inner) => inner.map(make),
  };
  function make({ layer, ...attrs }: LayerSpec): Stage {
    return rowOf(layerRows, 'layer', layer)(attrs, context);
  }
  for (const spec of layers) stages.push(make(spec));
  return nn.sequential(...stages) as unknown as Model;
}
