/** Recurrent networks and cells, with parameters, names and first values as torch.nn has them. */
import type { FloatDType } from '../dtype.ts';
import { must } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { broadcastTo } from '../ops/broadcast.ts';
import { constant } from '../ops/leaves.ts';
import { gru as gruOf, lstm as lstmOf, rnn as rnnOf } from '../ops/recurrent-sequence.ts';
import type { LstmResult, SequenceOptions, SequenceResult } from '../ops/recurrent-sequence.ts';
import { gruCell as gruCellOf, lstmCell as lstmCellOf, rnnCell as rnnCellOf } from '../ops/recurrent.ts';
import type { CellWeights, LstmState, Nonlinearity } from '../ops/recurrent.ts';
import type { Shape } from '../shape-types.ts';
import { uniform } from './init/draw.ts';
import type { Layer, LayerOptions, LazyParameter, Module } from './module.ts';
import { ModuleScope, asModule, checkAxis, lazyParameter } from './module.ts';
import { checkCounts } from './normalization.ts';
import type { OpenRule } from './rules.ts';

type Float = Expr<Shape, FloatDType>;

export interface CellOptions extends LayerOptions {
  /** Whether there are biases; default true. */
  readonly bias?: boolean;
}

export interface SequenceLayerOptions extends CellOptions, Omit<SequenceOptions, 'hidden'> {
  /** Layers one over the other, default 1. */
  readonly numLayers?: number;
}

export interface RnnLayerOptions extends SequenceLayerOptions {
  /** Default `'tanh'`. */
  readonly nonlinearity?: Nonlinearity;
}

/** The four parameters of one layer in one direction, all uniform in +-1/sqrt(H). */
class CellParameters {
  readonly all: readonly LazyParameter[];
  readonly #own: { readonly [K in keyof Required<CellWeights>]: LazyParameter | null };

  constructor(
    scope: ModuleScope,
    end: string,
    inputSize: number,
    hiddenSize: number,
    gates: number,
    bias: boolean,
  ) {
    const init = uniform(-1 / Math.sqrt(hiddenSize), 1 / Math.sqrt(hiddenSize));
    const rows = gates * hiddenSize;
    const declare = (name: string, shape: readonly number[]): LazyParameter =>
      lazyParameter(scope, `${name}${end}`, shape, init);
    this.#own = {
      weightIh: declare('weight_ih', [rows, inputSize]),
      weightHh: declare('weight_hh', [rows, hiddenSize]),
      biasIh: bias ? declare('bias_ih', [rows]) : null,
      biasHh: bias ? declare('bias_hh', [rows]) : null,
    };
    this.all = Object.values(this.#own).filter((own) => own !== null);
  }

  as<D extends FloatDType>(dtype: D): CellWeights<D> {
    const given = Object.entries(this.#own).flatMap(([key, own]) => (own ? [[key, own.as(dtype)]] : []));
    return Object.fromEntries(given) as unknown as CellWeights<D>;
  }
}

/** A layer over sequences: `x` is [T, N, I], or [N, T, I] where it was declared `batchFirst`. */
export interface SequenceLayer extends Module {
  <D extends FloatDType>(
    x: Expr<Shape, D>,
    state?: { readonly hidden?: Expr<Shape, NoInfer<D>> },
  ): SequenceResult<D>;
}

export interface LstmLayer extends Module {
  <D extends FloatDType>(
    x: Expr<Shape, D>,
    state?: { readonly hidden?: Expr<Shape, NoInfer<D>>; readonly cell?: Expr<Shape, NoInfer<D>> },
  ): LstmResult<D>;
}

type Run = (x: Float, layers: readonly CellWeights[], options: RnnLayerOptions) => SequenceResult<FloatDType>;

function sequenceLayer(
  kind: string,
  gates: number,
  run: Run,
  sizes: readonly [inputSize: number, hiddenSize: number],
  options: RnnLayerOptions,
): SequenceLayer {
  const { numLayers = 1, bias = true, name, ...settings } = options;
  const [inputSize, hiddenSize] = sizes;
  const layer = `${kind}(${inputSize}, ${hiddenSize})`;
  checkCounts(layer, [inputSize, hiddenSize, numLayers]);
  const scope = new ModuleScope(name ?? '');
  const ends = settings.bidirectional ? ['', '_reverse'] : [''];
  const cells = Array.from({ length: numLayers }, (_, k) => {
    const features = k === 0 ? inputSize : hiddenSize * ends.length;
    return ends.map((end) => new CellParameters(scope, `_l${k}${end}`, features, hiddenSize, gates, bias));
  }).flat();
  const apply = (x: Float, state: object = {}): SequenceResult<FloatDType> => {
    checkAxis(layer, x, -1, inputSize);
    return run(
      x,
      cells.map((cell) => cell.as(x.dtype)),
      { ...settings, ...state },
    );
  };
  const parameters = cells.flatMap(({ all }) => all);
  return asModule(apply, { kind, scope, parameters, children: [] }) as unknown as SequenceLayer;
}

/** A plain recurrent network; parameters `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0` and so on. */
export function rnn(inputSize: number, hiddenSize: number, options: RnnLayerOptions = {}): SequenceLayer {
  return sequenceLayer('rnn', 1, rnnOf, [inputSize, hiddenSize], options);
}

/** Gated recurrent units, with parameters as `rnn`; gates in the order r, z, n. */
export function gru(
  inputSize: number,
  hiddenSize: number,
  options: SequenceLayerOptions = {},
): SequenceLayer {
  return sequenceLayer('gru', 3, gruOf, [inputSize, hiddenSize], options);
}

/** Long short-term memory, with parameters as `rnn`; gates in the order i, f, g, o. */
export function lstm(inputSize: number, hiddenSize: number, options: SequenceLayerOptions = {}): LstmLayer {
  return sequenceLayer('lstm', 4, lstmOf, [inputSize, hiddenSize], options) as unknown as LstmLayer;
}

/** A layer over sequences as a layer from one tensor to one: its outputs alone, from a state of zeros. */
export function outputOf(layer: SequenceLayer | LstmLayer): Layer<OpenRule> {
  const apply = (x: Float): Expr => layer(x).output;
  return asModule(apply, layer.module) as unknown as Layer<OpenRule>;
}

/** One step from [N, I]; the state is zeros where it is left out. */
export interface CellLayer extends Module {
  <D extends FloatDType>(x: Expr<Shape, D>, hidden?: Expr<Shape, NoInfer<D>>): Expr<Shape, D>;
}

export interface LstmCellLayer extends Module {
  <D extends FloatDType>(x: Expr<Shape, D>, state?: LstmState<Shape, NoInfer<D>>): LstmState<Shape, D>;
}

type Step = (x: Float, state: readonly Float[], weights: CellWeights) => unknown;

function cellLayer(
  kind: string,
  gates: number,
  step: Step,
  sizes: readonly [inputSize: number, hiddenSize: number],
  { bias = true, name }: CellOptions,
): {
  readonly apply: (x: Float, state: readonly (Float | undefined)[]) => unknown;
  readonly parts: Module['module'];
} {
  const [inputSize, hiddenSize] = sizes;
  const layer = `${kind}(${inputSize}, ${hiddenSize})`;
  checkCounts(layer, sizes);
  const scope = new ModuleScope(name ?? '');
  const cell = new CellParameters(scope, '', inputSize, hiddenSize, gates, bias);
  const apply = (x: Float, state: readonly (Float | undefined)[]): unknown => {
    checkAxis(layer, x, -1, inputSize);
    const zeros = broadcastTo(constant(0, x.dtype), [...x.shape.slice(0, -1), hiddenSize]) as Float;
    return step(
      x,
      state.map((part) => part ?? zeros),
      cell.as(x.dtype),
    );
  };
  return { apply, parts: { kind, scope, parameters: cell.all, children: [] } };
}

const hiddenOf = (state: readonly Float[]): Float => must(state[0], 'hidden state');

function hiddenCell(
  kind: string,
  gates: number,
  step: Step,
  sizes: readonly [number, number],
  options: CellOptions,
): CellLayer {
  const { apply, parts } = cellLayer(kind, gates, step, sizes, options);
  return asModule((x: Float, hidden?: Float) => apply(x, [hidden]), parts) as unknown as CellLayer;
}

export interface RnnCellLayerOptions extends CellOptions {
  /** Default `'tanh'`. */
  readonly nonlinearity?: Nonlinearity;
}

/** One step of a plain recurrence; parameters `weight_ih`, `weight_hh`, `bias_ih` and `bias_hh`. */
export function rnnCell(inputSize: number, hiddenSize: number, options: RnnCellLayerOptions = {}): CellLayer {
  const { nonlinearity = 'tanh' } = options;
  const step: Step = (x, state, weights) => rnnCellOf(x, hiddenOf(state), weights, { nonlinearity });
  return hiddenCell('rnnCell', 1, step, [inputSize, hiddenSize], options);
}

/** One step of a gated recurrent unit, with parameters as `rnnCell`. */
export function gruCell(inputSize: number, hiddenSize: number, options: CellOptions = {}): CellLayer {
  const step: Step = (x, state, weights) => gruCellOf(x, hiddenOf(state), weights);
  return hiddenCell('gruCell', 3, step, [inputSize, hiddenSize], options);
}

/** One step of a long short-term memory, with parameters as `rnnCell`. */
export function lstmCell(inputSize: number, hiddenSize: number, options: CellOptions = {}): LstmCellLayer {
  const step: Step = (x, [hidden, cell], weights) =>
    lstmCellOf(x, { hidden: must(hidden, 'hidden state'), cell: must(cell, 'cell state') }, weights);
  const { apply, parts } = cellLayer('lstmCell', 4, step, [inputSize, hiddenSize], options);
  const run = (x: Float, state?: LstmState<Shape, FloatDType>): unknown =>
    apply(x, [state?.hidden, state?.cell]);
  return asModule(run, parts) as unknown as LstmCellLayer;
}
