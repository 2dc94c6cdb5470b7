/** Layers of which the initial state is drawn, applied to an input that they take. */
import type { DType, Expr, Shape } from 'adjoint';
import { input, nn } from 'adjoint';
import type { Attributes } from './cases.ts';
import { layerRows, standalone } from './layers.ts';
import { options } from './operators/row.ts';

type Sizes = number | readonly number[];
type Channels = { readonly in_channels: number; readonly kernel_size: Sizes; readonly dilation?: Sizes };
type Recurrent = { readonly input_size: number; readonly hidden_size: number };
type Features = { readonly num_features: number };
type Bilinear = {
  readonly in1_features: number;
  readonly in2_features: number;
  readonly out_features: number;
};
type Attention = { readonly embed_dim: number; readonly num_heads: number };

/** Makes the inputs of one layer; its parameters are called `name.weight` and so on. */
export class Place {
  readonly name: string;
  #inputs = 0;

  constructor(name: string) {
    this.name = name;
  }

  input<const S extends Shape, D extends DType = 'float32'>(shape: S, dtype?: D): Expr<S, D> {
    return input(`${this.name}.input${this.#inputs++}`, shape, dtype ?? ('float32' as D));
  }
}

interface ShapeRow {
  of(attrs: object): readonly number[];
}

interface LayerRow {
  apply(attrs: Attributes, place: Place): Expr;
}

/** Channels, and as many places along each of `rank` axes as a kernel spans. */
const windowed =
  (rank: number): ShapeRow['of'] =>
  ({ in_channels, kernel_size, dilation = 1 }: Channels) => {
    const span = Math.max(...[kernel_size].flat()) * Math.max(...[dilation].flat());
    return [in_channels, ...Array.from({ length: rank }, () => span)];
  };
const sequence = ({ input_size }: Recurrent): number[] => [1, input_size];

/** The shape of one row of an input, for the layers that take one tensor to one. */
const rowShapes: Readonly<Record<string, ShapeRow['of']>> = {
  Linear: ({ in_features }: { in_features: number }) => [in_features],
  Conv1d: windowed(1),
  Conv2d: windowed(2),
  Conv3d: windowed(3),
  ConvTranspose1d: windowed(1),
  ConvTranspose2d: windowed(2),
  ConvTranspose3d: windowed(3),
  Embedding: () => [1],
  RNN: sequence,
  GRU: sequence,
  LSTM: sequence,
  BatchNorm1d: ({ num_features }: Features) => [num_features],
  BatchNorm2d: ({ num_features }: Features) => [num_features, 1, 1],
  BatchNorm3d: ({ num_features }: Features) => [num_features, 1, 1, 1],
  LayerNorm: ({ normalized_shape }: { normalized_shape: Sizes }) => [normalized_shape].flat(),
  GroupNorm: ({ num_channels }: { num_channels: number }) => [num_channels, 1],
  RMSNorm: ({ dim }: { dim: number }) => [dim],
};

/** The layers of other forms. */
const otherRows: Readonly<Record<string, LayerRow['apply']>> = {
  PReLU: ({ num_parameters }: { num_parameters: number }, place) =>
    nn.prelu({ parameters: num_parameters, name: place.name })(place.input([1, num_parameters])),
  Bilinear: ({ in1_features, in2_features, out_features, ...rest }: Bilinear, place) =>
    nn.bilinear(in1_features, in2_features, out_features, { ...options(rest), name: place.name })(
      place.input([1, in1_features]),
      place.input([1, in2_features]),
    ),
  RNNCell: ({ input_size, hidden_size, ...rest }: Recurrent, place) =>
    nn.rnnCell(input_size, hidden_size, { ...options(rest), name: place.name })(place.input([1, input_size])),
  GRUCell: ({ input_size, hidden_size, ...rest }: Recurrent, place) =>
    nn.gruCell(input_size, hidden_size, { ...options(rest), name: place.name })(place.input([1, input_size])),
  LSTMCell: ({ input_size, hidden_size, ...rest }: Recurrent, place) =>
    nn.lstmCell(input_size, hidden_size, { ...options(rest), name: place.name })(place.input([1, input_size]))
      .hidden,
  MultiheadAttention: ({ embed_dim, num_heads, ...rest }: Attention, place) =>
    nn.multiheadAttention(embed_dim, num_heads, { ...options(rest), name: place.name })(
      place.input([1, 1, embed_dim]),
    ).output,
};

/** The layer called `name` in torch.nn, applied at `place`; null where there is none of this name. */
export function placeLayer(name: string, attrs: Attributes, place: Place): Expr | null {
  const other = Object.hasOwn(otherRows, name) ? otherRows[name] : undefined;
  if (other) return other(attrs, place);
  const rowShape = Object.hasOwn(rowShapes, name) ? rowShapes[name] : undefined;
  if (!rowShape || !Object.hasOwn(layerRows, name)) return null;
  const dtype = name === 'Embedding' ? 'int32' : 'float32';
  return standalone({ ...attrs, layer: name, name: place.name })(place.input([2, ...rowShape(attrs)], dtype));
}
