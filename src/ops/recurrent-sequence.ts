/**
 * Recurrent networks over sequences. The inputs' part of all gates is one matrix product before the loop; the loop
 * itself is a `scan`, or steps written out where `unroll` asks for it.
 */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { broadcastTo } from './broadcast.ts';
import { concat, stack } from './concat.ts';
import { dropout } from './dropout.ts';
import { constant } from './leaves.ts';
import { select } from './parts.ts';
import { transpose } from './permute.ts';
import { checkCell, gruRecurrence, lstmRecurrence, rnnRecurrence } from './recurrent.ts';
import type { CellWeights, Float, Nonlinearity, Recurrence } from './recurrent.ts';
import { scan } from './scan-builder.ts';
import { knownSize } from './windows-geometry.ts';

export interface SequenceOptions<D extends FloatDType = FloatDType> {
  /** The state before the first step, [layers * directions, N, H]; default zeros. */
  readonly hidden?: Expr<Shape, D>;
  /** Input and output are [N, T, ...] instead of [T, N, ...]; default false. */
  readonly batchFirst?: boolean;
  /** A second network reads from the end, and outputs are joined to [..., 2 H]; default false. */
  readonly bidirectional?: boolean;
  /** The probability with which outputs between layers are dropped in training; default 0. */
  readonly dropout?: number;
  /** Writes the steps out instead of looping; default false. */
  readonly unroll?: boolean;
}

export interface LstmOptions<D extends FloatDType = FloatDType> extends SequenceOptions<D> {
  /** The cell state before the first step, as `hidden`. */
  readonly cell?: Expr<Shape, D>;
}

export interface RnnOptions<D extends FloatDType = FloatDType> extends SequenceOptions<D> {
  /** Default `'tanh'`. */
  readonly nonlinearity?: Nonlinearity;
}

export interface SequenceResult<D extends FloatDType> {
  /** The last layer's hidden states, [T, N, H] or as the options say. */
  readonly output: Expr<Shape, D>;
  /** The state after the last step of each layer and direction, [layers * directions, N, H]. */
  readonly hidden: Expr<Shape, D>;
}

export interface LstmResult<D extends FloatDType> extends SequenceResult<D> {
  readonly cell: Expr<Shape, D>;
}

/** One layer in one direction, over [T, N, I]: all hidden states, and the last state. */
function direction(
  recurrence: Recurrence,
  x: Float,
  first: readonly Float[],
  weights: CellWeights,
  reverse: boolean,
  unroll: boolean,
): { readonly output: Float; readonly state: readonly Float[] } {
  const rows = recurrence.inputGates(x, weights);
  if (unroll) return unrolled(recurrence, rows, first, weights, reverse);
  const names = first.map((_, i) => `state${i}`);
  const asRecord = (values: readonly Float[]) =>
    Object.fromEntries(names.map((name, i) => [name, must(values[i], 'state')]));
  const { carry, outputs } = scan(
    (state, { row }) => {
      const next = recurrence.step(row, Object.values(state), weights);
      return { carry: asRecord(next), outputs: { hidden: must(next[0], 'hidden state') } };
    },
    { carry: asRecord(first), inputs: { row: rows }, reverse },
  );
  return { output: outputs.hidden, state: Object.values(carry) };
}

function unrolled(
  { step }: Recurrence,
  rows: Float,
  first: readonly Float[],
  weights: CellWeights,
  reverse: boolean,
): { readonly output: Float; readonly state: readonly Float[] } {
  const length = knownSize('unroll', rows, 0);
  const hidden: Float[] = [];
  let state = first;
  for (let i = 0; i < length; i++) {
    const at = reverse ? length - 1 - i : i;
    state = step(select(rows, { axis: 0, index: at }), state, weights);
    hidden[at] = must(state[0], 'hidden state');
  }
  return { output: stack(hidden) as Float, state };
}

/** Layers one over the other, each in one or two directions. */
function sequence(
  what: string,
  recurrence: Recurrence,
  input: Expr,
  layers: readonly CellWeights[],
  initial: readonly (Expr | undefined)[],
  options: SequenceOptions,
): { readonly output: Float; readonly states: readonly Float[] } {
  const { batchFirst = false, bidirectional = false, unroll = false } = options;
  const directions = bidirectional ? 2 : 1;
  checkLayers(what, input, layers, directions);
  const swapped = batchFirst && input.shape.length === 3;
  let x = (swapped ? transpose(input, 0, 1) : input) as Float;
  const last: (readonly Float[])[] = [];
  for (let layer = 0; layer * directions < layers.length; layer++) {
    if (layer > 0) x = dropout(x, { p: options.dropout ?? 0 });
    const outputs = Array.from({ length: directions }, (_, way) => {
      const number = layer * directions + way;
      const weights = must(layers[number], 'weights');
      const first = initial.map((state) => firstState(x, weights, state, number));
      checkCell(what, x, must(first[0], 'hidden state'), weights, recurrence.gates);
      const { output, state } = direction(recurrence, x, first, weights, way === 1, unroll);
      last.push(state);
      return output;
    });
    x = concat(outputs, { axis: -1 }) as Float;
  }
  const states = initial.map((_, i) => stack(last.map((state) => must(state[i], 'state'))) as Float);
  return { output: (swapped ? transpose(x, 0, 1) : x) as Float, states };
}

function checkLayers(what: string, x: Expr, layers: readonly CellWeights[], directions: number): void {
  if (x.shape.length !== 2 && x.shape.length !== 3) {
    throw new AdjointError('E-SHAPE-RANK', `${what}: the input is not [T, N, I]`, [describe(x)]);
  }
  if (layers.length > 0 && layers.length % directions === 0) return;
  const headline = `${what}: there are weights of ${layers.length} layers for ${directions} directions`;
  throw new AdjointError('E-ATTRIBUTE', headline, [], 'Give weights for each layer and each direction.');
}

/** The state before the first step of one layer and direction: a part of what is given, or zeros. */
function firstState(x: Float, { weightHh }: CellWeights, given: Expr | undefined, number: number): Float {
  if (given) return select(given, { axis: 0, index: number }) as Float;
  const hidden = must(weightHh.shape[1], 'hidden size');
  return broadcastTo(constant(0, x.dtype), [...x.shape.slice(1, -1), hidden]) as Float;
}

function plain<D extends FloatDType>(
  what: string,
  recurrence: Recurrence,
  x: Expr<Shape, D>,
  layers: readonly CellWeights<D>[],
  options: SequenceOptions<D>,
): SequenceResult<D> {
  const { output, states } = sequence(what, recurrence, x, layers, [options.hidden], options);
  return {
    output: output as unknown as Expr<Shape, D>,
    hidden: must(states[0], 'hidden state') as unknown as Expr<Shape, D>,
  };
}

/**
 * A plain recurrent network over [T, N, I]. `layers` holds the weights of each layer, and of each direction within
 * it, in order.
 */
export function rnn<D extends FloatDType>(
  x: Expr<Shape, D>,
  layers: readonly CellWeights<D>[],
  options: RnnOptions<D> = {},
): SequenceResult<D> {
  return plain('rnn', rnnRecurrence(options.nonlinearity ?? 'tanh'), x, layers, options);
}

/** Gated recurrent units over [T, N, I], as `rnn`; gates in the order r, z, n. */
export function gru<D extends FloatDType>(
  x: Expr<Shape, D>,
  layers: readonly CellWeights<D>[],
  options: SequenceOptions<D> = {},
): SequenceResult<D> {
  return plain('gru', gruRecurrence, x, layers, options);
}

/** Long short-term memory over [T, N, I], as `rnn`; gates in the order i, f, g, o. */
export function lstm<D extends FloatDType>(
  x: Expr<Shape, D>,
  layers: readonly CellWeights<D>[],
  options: LstmOptions<D> = {},
): LstmResult<D> {
  const { output, states } = sequence(
    'lstm',
    lstmRecurrence,
    x,
    layers,
    [options.hidden, options.cell],
    options,
  );
  const [hidden, cell] = states as unknown as Expr<Shape, D>[];
  return {
    output: output as unknown as Expr<Shape, D>,
    hidden: must(hidden, 'hidden state'),
    cell: must(cell, 'cell state'),
  };
}
