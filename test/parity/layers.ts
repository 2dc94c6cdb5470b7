/** The layers of a training run, by their names in the specification. */
import type { Expr, FloatDType, Shape } from 'adjoint';
import { mean, nn, permute, reshape, select } from 'adjoint';
import type { LayerSpec } from './cases.ts';
import { options } from './operators/row.ts';
import { rowOf } from './unsupported.ts';

type Float = Expr<Shape, FloatDType>;
export type Stage = nn.Module & ((x: never) => unknown);

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
type Sizes = number | readonly number[];
type Options = Record<string, never>;

/** A row of a layer all of whose attributes are options. */
function simple(f: (options: Options) => Stage): Row['make'] {
  return (attrs: Readonly<Record<string, unknown>>) => f(options(attrs));
}

/** A function of the input with the parameters of `layer`. */
function through(layer: nn.Module, f: (x: Float) => Expr): Stage {
  return Object.assign(f, { module: layer.module });
}

/** A layer without parameters. */
const applied = (f: (x: Float) => Expr): Stage => nn.module({}, (_members, x) => f(x as Float));

const activations: Rows = {
  ReLU: () => nn.relu(),
  LeakyReLU: simple(nn.leakyRelu),
  ELU: simple(nn.elu),
  GELU: simple(nn.gelu),
  SiLU: () => nn.silu(),
  Mish: () => nn.mish(),
  Tanh: () => nn.tanh(),
  Sigmoid: () => nn.sigmoid(),
  Softplus: simple(nn.softplus),
  Hardswish: () => nn.hardswish(),
  Softmax: ({ dim }: { dim: number }) => nn.softmax({ axis: dim }),
  LogSoftmax: ({ dim }: { dim: number }) => nn.logSoftmax({ axis: dim }),
  Dropout: ({ p }: { p?: number }) => nn.dropout(p),
  Dropout2d: ({ p }: { p?: number }) => nn.dropout2d(p),
};

const shapes: Rows = {
  Flatten: () => nn.flatten(),
  Take: ({ index }: { index: number }) => applied((x) => select(x, { axis: 1, index })),
  MeanDim: ({ dim }: { dim: Sizes }) => applied((x) => mean(x, { axis: dim })),
  Permute: ({ dims }: { dims: number[] }) => applied((x) => permute(x, dims)),
  Reshape: ({ shape }: { shape: number[] }) => applied((x) => reshape(x, [...x.shape.slice(0, 1), ...shape])),
};

type Channels = { in_channels: number; out_channels: number; kernel_size: Sizes };
type Convolution = (inChannels: number, outChannels: number, kernel: Sizes, options: Options) => Stage;

const convolution =
  (f: Convolution): Row['make'] =>
  ({ in_channels, out_channels, kernel_size, ...rest }: Channels) =>
    f(in_channels, out_channels, kernel_size, options(rest));

const pool =
  (f: (kernel: Sizes, options: Options) => Stage): Row['make'] =>
  ({ kernel_size, ...rest }: { kernel_size: Sizes }) =>
    f(kernel_size, options(rest));

const adaptive =
  (f: (size: Sizes) => Stage): Row['make'] =>
  ({ output_size }: { output_size: Sizes }) =>
    f(output_size);

const windows: Rows = {
  Conv1d: convolution(nn.conv1d),
  Conv2d: convolution(nn.conv2d),
  Conv3d: convolution(nn.conv3d),
  ConvTranspose1d: convolution(nn.convTranspose1d),
  ConvTranspose2d: convolution(nn.convTranspose2d),
  ConvTranspose3d: convolution(nn.convTranspose3d),
  MaxPool1d: pool(nn.maxPool1d),
  MaxPool2d: pool(nn.maxPool2d),
  AvgPool1d: pool(nn.avgPool1d),
  AvgPool2d: pool(nn.avgPool2d),
  AdaptiveAvgPool1d: adaptive(nn.adaptiveAvgPool1d),
  AdaptiveAvgPool2d: adaptive(nn.adaptiveAvgPool2d),
};

type Features = { num_features: number; momentum?: number | null };

/** A momentum of null is a value of its own. */
const batchNorm =
  (f: (features: number, options: Options) => Stage): Row['make'] =>
  ({ num_features, momentum, ...rest }: Features) =>
    f(num_features, { ...options(rest), ...(momentum === undefined ? {} : { momentum }) } as Options);

const normalizations: Rows = {
  BatchNorm1d: batchNorm(nn.batchNorm1d),
  BatchNorm2d: batchNorm(nn.batchNorm2d),
  BatchNorm3d: batchNorm(nn.batchNorm3d),
  LayerNorm: ({ normalized_shape, ...rest }: { normalized_shape: Sizes }) =>
    nn.layerNorm(normalized_shape, options(rest)),
  GroupNorm: ({ num_groups, num_channels, ...rest }: { num_groups: number; num_channels: number }) =>
    nn.groupNorm(num_groups, num_channels, options(rest)),
  RMSNorm: ({ dim, ...rest }: { dim: number }) => nn.rmsNorm(dim, options(rest)),
};

type Linear = { in_features: number; out_features: number; tie_weight?: string };
type Table = { num_embeddings: number; embedding_dim: number };
type Recurrent = { input_size: number; hidden_size: number };
type Attention = { embed_dim: number; num_heads: number; causal?: boolean };

function linear({ in_features, out_features, tie_weight, ...rest }: Linear, context: Context): Stage {
  const shared = tie_weight === undefined ? {} : { weight: context.parameter(tie_weight) };
  return nn.linear(in_features, out_features, { ...options(rest), ...shared });
}

const recurrent =
  (f: (input: number, hidden: number, options: Options) => Parameters<typeof nn.outputOf>[0]): Row['make'] =>
  ({ input_size, hidden_size, ...rest }: Recurrent) =>
    nn.outputOf(f(input_size, hidden_size, options({ ...rest, batch_first: true })));

function selfAttention({ embed_dim, num_heads, causal, ...rest }: Attention): Stage {
  const attention = nn.multiheadAttention(embed_dim, num_heads, { ...options(rest), batchFirst: true });
  return through(attention, (x) => attention(x, x, x, { isCausal: causal === true }).output);
}

/** Every layer that the project has and that takes one tensor to one tensor. */
export const layerRows: Rows = {
  ...activations,
  ...shapes,
  ...windows,
  ...normalizations,
  Linear: linear,
  Embedding: ({ num_embeddings, embedding_dim, ...rest }: Table, { dtype }) =>
    nn.embedding(num_embeddings, embedding_dim, { ...options(rest), dtype }),
  PositionalEmbedding: ({ length, dim }: { length: number; dim: number }) =>
    nn.positionalEmbedding(length, dim),
  RNN: recurrent(nn.rnn),
  GRU: recurrent(nn.gru),
  LSTM: recurrent(nn.lstm),
  SelfAttention: selfAttention,
  Residual: ({ layers }: { layers: readonly LayerSpec[] }, { nested }) => nn.residual(...nested(layers)),
};

const alone: Context = {
  dtype: 'float32',
  parameter: (name) => {
    throw new Error(`there is no other layer to share ${name}`);
  },
  nested: () => {
    throw new Error('there are no nested layers');
  },
};

type Applied = nn.Module & ((x: Expr) => Expr);

/** A layer by itself, in float32. */
export function standalone({ layer, ...attrs }: LayerSpec): Applied {
  return rowOf(layerRows, 'layer', layer)(attrs, alone) as unknown as Applied;
}

/** The sequence of `layers`: its parameters have the names that PyTorch's state dict has. */
export function sequence(layers: readonly LayerSpec[], dtype: FloatDType): Applied {
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
  return nn.sequential(...stages) as unknown as Applied;
}
