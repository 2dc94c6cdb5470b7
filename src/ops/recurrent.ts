/** Recurrent cells: one step of a recurrence over [N, I], with the weights and gate orders of PyTorch. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { add, mul, sub } from './arithmetic.ts';
import { matmul } from './contract.ts';
import { relu, sigmoid, tanh } from './exponential.ts';
import { split } from './parts.ts';
import { transpose } from './permute.ts';

export type Float = Expr<Shape, FloatDType>;

/** Weights [gates * H, I] and [gates * H, H], and biases [gates * H]. */
export interface CellWeights<D extends FloatDType = FloatDType> {
  readonly weightIh: Expr<Shape, D>;
  readonly weightHh: Expr<Shape, D>;
  readonly biasIh?: Expr<Shape, D>;
  readonly biasHh?: Expr<Shape, D>;
}

/** What a cell adds to its hidden state: the part that does not depend on it, made for all steps at once. */
export interface Recurrence {
  readonly gates: number;
  /** The state after a step, from the inputs' part of the gates and the state before; the first is the output. */
  step(inputGates: Float, state: readonly Float[], weights: CellWeights): readonly Float[];
  /** The inputs' part of the gates: `x W_ih^T`, with every bias that does not pass through a gate. */
  inputGates(x: Float, weights: CellWeights): Float;
}

const plus = (x: Float, bias: Float | undefined): Float => (bias ? (add(x, bias) as Float) : x);
const times = (x: Float, weight: Float): Float => matmul(x, transpose(weight)) as Float;

/** One block of columns for each gate. */
function gatesOf(x: Float, count: number): Float[] {
  return split(x, { into: count, axis: -1 }) as Float[];
}

/** Both biases are added where they meet no gate before they meet each other: to all steps at once. */
const bothBiases = (x: Float, { weightIh, biasIh, biasHh }: CellWeights): Float =>
  plus(plus(times(x, weightIh), biasIh), biasHh);

export type Nonlinearity = 'tanh' | 'relu';

/** h' = f(W_ih x + b_ih + W_hh h + b_hh). */
export function rnnRecurrence(nonlinearity: Nonlinearity): Recurrence {
  const f = nonlinearity === 'tanh' ? tanh : relu;
  return {
    gates: 1,
    inputGates: bothBiases,
    step: (inputs, [h], { weightHh }) => [f(add(inputs, times(must(h, 'hidden state'), weightHh)) as Float)],
  };
}

/** i, f, g, o = gates; c' = f c + i g; h' = o tanh(c'). */
export const lstmRecurrence: Recurrence = {
  gates: 4,
  inputGates: bothBiases,
  step: (inputs, [h, c], { weightHh }) => {
    const sums = add(inputs, times(must(h, 'hidden state'), weightHh)) as Float;
    const [i, f, g, o] = gatesOf(sums, 4).map((part, gate) => (gate === 2 ? tanh(part) : sigmoid(part)));
    const kept = mul(must(f, 'forget gate'), must(c, 'cell state')) as Float;
    const cell = add(kept, mul(must(i, 'input gate'), must(g, 'candidate')) as Float) as Float;
    return [mul(must(o, 'output gate'), tanh(cell)) as Float, cell];
  },
};

/** r, z, n = gates, with b_hn inside the product by r; h' = (1 - z) n + z h, computed as n + z (h - n). */
export const gruRecurrence: Recurrence = {
  gates: 3,
  inputGates: (x, { weightIh, biasIh }) => plus(times(x, weightIh), biasIh),
  step: (inputs, [h], { weightHh, biasHh }) => {
    const hidden = must(h, 'hidden state');
    const recurrent = plus(times(hidden, weightHh), biasHh);
    const [xr, xz, xn] = gatesOf(inputs, 3);
    const [hr, hz, hn] = gatesOf(recurrent, 3);
    const reset = sigmoid(add(must(xr, 'gate'), must(hr, 'gate')) as Float);
    const update = sigmoid(add(must(xz, 'gate'), must(hz, 'gate')) as Float);
    const candidate = tanh(add(must(xn, 'gate'), mul(reset, must(hn, 'gate')) as Float) as Float);
    return [add(candidate, mul(update, sub(hidden, candidate) as Float) as Float) as Float];
  },
};

/** Throws where weights do not fit the input and the state. */
export function checkCell(
  what: string,
  x: Expr,
  h: Expr,
  { weightIh, weightHh }: CellWeights,
  gates: number,
): void {
  const hidden = must(h.shape.at(-1), 'hidden size');
  const rows = typeof hidden === 'number' ? hidden * gates : null;
  const fits =
    weightIh.shape.length === 2 &&
    weightHh.shape.length === 2 &&
    weightIh.shape[0] === rows &&
    weightHh.shape[0] === rows &&
    weightHh.shape[1] === hidden &&
    weightIh.shape[1] === x.shape.at(-1);
  if (fits) return;
  const headline = `${what}: weights [${gates} H, I] and [${gates} H, H] do not fit the input and the state`;
  throw new AdjointError('E-SHAPE-LAYER', headline, [x, h, weightIh, weightHh].map(describe));
}

function cell(
  what: string,
  { gates, inputGates, step }: Recurrence,
  x: Float,
  state: readonly Float[],
  weights: CellWeights,
): readonly Float[] {
  checkCell(what, x, must(state[0], 'hidden state'), weights, gates);
  return step(inputGates(x, weights), state, weights);
}

export interface RnnCellOptions {
  /** Default `'tanh'`. */
  readonly nonlinearity?: Nonlinearity;
}

/** The next hidden state [N, H] of a plain recurrence: f(W_ih x + b_ih + W_hh h + b_hh). */
export function rnnCell<S extends Shape, D extends FloatDType>(
  x: Expr<Shape, D>,
  hidden: Expr<S, D>,
  weights: CellWeights<D>,
  options: RnnCellOptions = {},
): Expr<S, D> {
  const recurrence = rnnRecurrence(options.nonlinearity ?? 'tanh');
  const [next] = cell('rnnCell', recurrence, x as Float, [hidden as Float], weights);
  return must(next, 'hidden state') as unknown as Expr<S, D>;
}

/** The next hidden state [N, H] of a gated recurrent unit, with gates in the order r, z, n. */
export function gruCell<S extends Shape, D extends FloatDType>(
  x: Expr<Shape, D>,
  hidden: Expr<S, D>,
  weights: CellWeights<D>,
): Expr<S, D> {
  const [next] = cell('gruCell', gruRecurrence, x as Float, [hidden as Float], weights);
  return must(next, 'hidden state') as unknown as Expr<S, D>;
}

export interface LstmState<S extends Shape, D extends FloatDType> {
  readonly hidden: Expr<S, D>;
  readonly cell: Expr<S, D>;
}

/** The next hidden and cell state [N, H] of a long short-term memory, with gates in the order i, f, g, o. */
export function lstmCell<S extends Shape, D extends FloatDType>(
  x: Expr<Shape, D>,
  state: LstmState<S, D>,
  weights: CellWeights<D>,
): LstmState<S, D> {
  const [h, c] = cell(
    'lstmCell',
    lstmRecurrence,
    x as Float,
    [state.hidden as Float, state.cell as Float],
    weights,
  );
  return {
    hidden: must(h, 'hidden state') as unknown as Expr<S, D>,
    cell: must(c, 'cell state') as unknown as Expr<S, D>,
  };
}
