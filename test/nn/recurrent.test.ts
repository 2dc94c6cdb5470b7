import { describe, expect, test } from 'vitest';
import { gru, gruCell, lstm, lstmCell, rnn, rnnCell } from 'adjoint';
import type { CellWeights } from 'adjoint';
import type { Float } from './check.ts';
import { checkDerivatives, numbersFrom, numbersOf, point } from './check.ts';
import type { Build } from './replay.ts';
import { replayRows } from './replay.ts';

type Inputs = Readonly<Record<string, Float>>;
type Weights = CellWeights<'float64'>;

function tensor(inputs: Inputs, name: string): Float {
  const found = inputs[name];
  if (!found) throw new Error(`the case has no ${name}`);
  return found;
}

function weights(inputs: Inputs, names: readonly [string, string, string, string]): Weights {
  const [weightIh, weightHh, biasIh, biasHh] = names;
  return {
    weightIh: tensor(inputs, weightIh),
    weightHh: tensor(inputs, weightHh),
    ...(inputs[biasIh] ? { biasIh: tensor(inputs, biasIh), biasHh: tensor(inputs, biasHh) } : {}),
  };
}

const cellWeights = (inputs: Inputs): Weights => weights(inputs, ['w_ih', 'w_hh', 'b_ih', 'b_hh']);

type Attrs = {
  readonly num_layers: number;
  readonly bidirectional: boolean;
  readonly batch_first: boolean;
  readonly nonlinearity?: 'tanh' | 'relu';
};

/** The weights of each layer and direction, by PyTorch's names. */
function layers(inputs: Inputs, { num_layers, bidirectional }: Attrs): Weights[] {
  const ends = bidirectional ? ['', '_reverse'] : [''];
  return Array.from({ length: num_layers }, (_, k) => ends.map((end) => `_l${k}${end}`))
    .flat()
    .map((at) => weights(inputs, [`weight_ih${at}`, `weight_hh${at}`, `bias_ih${at}`, `bias_hh${at}`]));
}

const options = (inputs: Inputs, attrs: Attrs, unroll: boolean) => ({
  batchFirst: attrs.batch_first,
  bidirectional: attrs.bidirectional,
  unroll,
  ...(inputs['h0'] ? { hidden: tensor(inputs, 'h0') } : {}),
  ...(inputs['c0'] ? { cell: tensor(inputs, 'c0') } : {}),
  ...(attrs.nonlinearity ? { nonlinearity: attrs.nonlinearity } : {}),
});

const sequences = (unroll: boolean): Readonly<Record<string, Build>> => ({
  rnn: (inputs: Inputs, attrs: Attrs) => {
    const { output, hidden } = rnn(
      tensor(inputs, 'input'),
      layers(inputs, attrs),
      options(inputs, attrs, unroll),
    );
    return [output, hidden];
  },
  gru: (inputs: Inputs, attrs: Attrs) => {
    const { output, hidden } = gru(
      tensor(inputs, 'input'),
      layers(inputs, attrs),
      options(inputs, attrs, unroll),
    );
    return [output, hidden];
  },
  lstm: (inputs: Inputs, attrs: Attrs) => {
    const result = lstm(tensor(inputs, 'input'), layers(inputs, attrs), options(inputs, attrs, unroll));
    return [result.output, result.hidden, result.cell];
  },
});

describe('cells', () => {
  replayRows({
    rnn_cell: (inputs: Inputs, attrs: { nonlinearity: 'tanh' | 'relu' }) => [
      rnnCell(tensor(inputs, 'input'), tensor(inputs, 'h'), cellWeights(inputs), attrs),
    ],
    gru_cell: (inputs: Inputs) => [
      gruCell(tensor(inputs, 'input'), tensor(inputs, 'h'), cellWeights(inputs)),
    ],
    lstm_cell: (inputs: Inputs) => {
      const state = { hidden: tensor(inputs, 'h'), cell: tensor(inputs, 'c') };
      const next = lstmCell(tensor(inputs, 'input'), state, cellWeights(inputs));
      return [next.hidden, next.cell];
    },
  });
});

describe('sequences as loops', () => replayRows(sequences(false)));
describe('sequences as steps written out', () => replayRows(sequences(true)));

describe('recurrent networks', () => {
  const networks = {
    rnn: { gates: 1, run: rnn },
    gru: { gates: 3, run: gru },
    lstm: { gates: 4, run: lstm },
  } as const;
  test.each(Object.entries(networks))('%s differentiates twice through its loop', (_, { gates, run }) => {
    const draw = numbersFrom(5);
    const shapes = [[3, 2, 2], [gates * 2, 2], [gates * 2, 2], [gates * 2], [gates * 2]];
    const points = shapes.map((shape, i) => point(`x${i}`, shape, draw));
    checkDerivatives(
      (x, weightIh, weightHh, biasIh, biasHh) => {
        const cell = { weightIh, weightHh, biasIh, biasHh } as Weights;
        const { output, hidden } = run(x as Float, [cell]);
        return [output, hidden];
      },
      points,
      draw,
    );
  });

  test('a sequence without a batch axis is one row of a batch', () => {
    const draw = numbersFrom(6);
    const [x, weightIh, weightHh] = [
      point('x', [4, 3], draw),
      point('weightIh', [8, 3], draw),
      point('weightHh', [8, 2], draw),
    ];
    const cell = { weightIh: weightIh.expr, weightHh: weightHh.expr };
    const alone = lstm(x.expr, [cell]);
    const batch = lstm(x.expr.reshape([4, 1, 3]) as Float, [cell]);
    expect(alone.output.shape).toEqual([4, 2]);
    const points = [x, weightIh, weightHh];
    expect(numbersOf(alone.output, points)).toEqual(numbersOf(batch.output, points));
  });

  test('refuses weights that do not fit', () => {
    const draw = numbersFrom(6);
    const [x, weightIh, weightHh] = [
      [4, 1, 3],
      [8, 3],
      [8, 3],
    ].map((shape, i) => point(`x${i}`, shape, draw).expr);
    const cell = { weightIh, weightHh } as Weights;
    expect(() => lstm(x as Float, [cell])).toThrow(/E-SHAPE-LAYER.*lstm/s);
    expect(() => lstm(x as Float, [cell], { bidirectional: true })).toThrow(/E-ATTRIBUTE.*1 layers for 2/s);
  });
});
