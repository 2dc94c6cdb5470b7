/** Recurrent cells, and networks of them over sequences. */
import { gru, gruCell, lstm, lstmCell, rnn, rnnCell } from 'adjoint';
import type { CellWeights, Nonlinearity } from 'adjoint';
import type { Float, Inputs, Rows, Unary } from './row.ts';
import { given, options } from './row.ts';

type Cell = Unary & {
  readonly h: Float;
  readonly w_ih: Float;
  readonly w_hh: Float;
  readonly b_ih?: Float;
  readonly b_hh?: Float;
};
type Sequence = Unary & { readonly h0?: Float; readonly c0?: Float };
type Layers = { readonly num_layers: number; readonly bidirectional: boolean; readonly batch_first: boolean };
type Weights = CellWeights<'float64'>;

const weightsOf = ({ w_ih, w_hh, b_ih, b_hh }: Cell): Weights => ({
  weightIh: w_ih,
  weightHh: w_hh,
  ...given('biasIh', b_ih),
  ...given('biasHh', b_hh),
});

/** The weights of each layer, and of each direction within it: `weight_ih_l0`, `weight_ih_l0_reverse` and so on. */
function layersOf(inputs: Inputs, { num_layers, bidirectional }: Layers): Weights[] {
  const directions = bidirectional ? ['', '_reverse'] : [''];
  return Array.from({ length: num_layers }, (_, layer) =>
    directions.map((direction) => {
      const of = (name: string): Float => inputs[`${name}_l${layer}${direction}`] as Float;
      return {
        weightIh: of('weight_ih'),
        weightHh: of('weight_hh'),
        ...given('biasIh', of('bias_ih')),
        ...given('biasHh', of('bias_hh')),
      };
    }),
  ).flat();
}

const ofSequence = ({ h0 }: Sequence, { bidirectional, batch_first }: Layers) => ({
  bidirectional,
  batchFirst: batch_first,
  ...given('hidden', h0),
});

export const recurrentRows: Rows = {
  rnn_cell: (inputs: Cell, attrs) => rnnCell(inputs.input, inputs.h, weightsOf(inputs), options(attrs)),
  gru_cell: (inputs: Cell) => gruCell(inputs.input, inputs.h, weightsOf(inputs)),
  lstm_cell: (inputs: Cell & { c: Float }) => {
    const next = lstmCell(inputs.input, { hidden: inputs.h, cell: inputs.c }, weightsOf(inputs));
    return [next.hidden, next.cell];
  },
  rnn: (inputs: Sequence, attrs: Layers & { nonlinearity: Nonlinearity }) => {
    const { nonlinearity } = attrs;
    const result = rnn(inputs.input, layersOf(inputs, attrs), { ...ofSequence(inputs, attrs), nonlinearity });
    return [result.output, result.hidden];
  },
  gru: (inputs: Sequence, attrs: Layers) => {
    const result = gru(inputs.input, layersOf(inputs, attrs), ofSequence(inputs, attrs));
    return [result.output, result.hidden];
  },
  lstm: (inputs: Sequence, attrs: Layers) => {
    const cell = given('cell', inputs.c0);
    const result = lstm(inputs.input, layersOf(inputs, attrs), { ...ofSequence(inputs, attrs), ...cell });
    return [result.output, result.hidden, result.cell];
  },
};
