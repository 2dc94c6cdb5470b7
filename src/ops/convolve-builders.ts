/** Convolutions in PyTorch's words. */
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import type { Dim, Shape } from '../shape-types.ts';
import { add } from './arithmetic.ts';
import { convolve, transposedWeight } from './convolve.ts';
import { reshape } from './reshape.ts';
import type { Slide } from './windows-geometry.ts';
import { perAxis } from './windows-geometry.ts';

type Amount = number | readonly number[];

export interface ConvolutionOptions {
  /** One number for each output channel. */
  readonly bias?: Expr<Shape, FloatDType>;
  /** Default 1. */
  readonly stride?: Amount;
  /** Zeros on both sides, default 0; `'same'` keeps the size (stride 1), `'valid'` is 0. */
  readonly padding?: Amount | 'same' | 'valid';
  /** How far apart the taps of a window are; default 1. */
  readonly dilation?: Amount;
  /** Channels are divided into this many groups that do not see each other; default 1. */
  readonly groups?: number;
}

export interface ConvolutionTransposeOptions extends Omit<ConvolutionOptions, 'padding'> {
  /** `dilation * (kernel - 1) - padding` zeros go on both sides; default 0. */
  readonly padding?: Amount;
  /** Added to one side of the result's size; default 0. */
  readonly outputPadding?: Amount;
}

/** The shape of a convolution over axes `P`: rows and channels are known to the types, places are not. */
export type Convolved<S extends Shape, O extends Dim, P extends Shape> = S extends readonly [
  infer N extends Dim,
  Dim,
  ...P,
]
  ? [N, O, ...{ [I in keyof P]: number }]
  : Shape;

type FirstOf<W extends Shape> = W extends readonly [infer O extends Dim, ...Shape] ? O : Dim;

interface Convolution<P extends Shape> {
  <S extends Shape, W extends Shape, D extends FloatDType>(
    x: Expr<S, D>,
    weight: Expr<W, D>,
    options?: ConvolutionOptions,
  ): Expr<Convolved<S, FirstOf<W>, P>, D>;
}

interface ConvolutionTranspose {
  <D extends FloatDType>(
    x: Expr<Shape, D>,
    weight: Expr<Shape, D>,
    options?: ConvolutionTransposeOptions,
  ): Expr<Shape, D>;
}

/** Padding below and above along each axis. */
export function paddings(
  what: string,
  padding: Amount | 'same' | 'valid',
  kernel: readonly number[],
  dilation: readonly number[],
  stride: readonly number[],
): [number, number][] {
  if (padding === 'valid') return kernel.map(() => [0, 0]);
  if (padding !== 'same') return perAxis(what, 'padding', padding, kernel.length, 0).map((p) => [p, p]);
  if (stride.some((step) => step !== 1)) {
    throw new AdjointError('E-ATTRIBUTE', `${what}: padding 'same' needs stride 1`, []);
  }
  return kernel.map((taps, i) => {
    const total = (taps - 1) * (dilation[i] ?? 1);
    return [Math.floor(total / 2), Math.ceil(total / 2)];
  });
}

function checkGroups(what: string, groups: number): void {
  if (Number.isSafeInteger(groups) && groups >= 1) return;
  throw new AdjointError('E-ATTRIBUTE', `${what}: groups is ${groups}`, [], 'Give a positive integer.');
}

function kernelOf(what: string, weight: Expr, rank: number): number[] {
  if (weight.shape.length !== rank + 2) {
    throw new AdjointError('E-SHAPE-RANK', `${what}: the weight has not ${rank + 2} axes`, [
      describe(weight),
    ]);
  }
  return weight.shape.slice(2).map(Number);
}

/** `f` over a batch: an input without a batch axis gets one of size 1 for as long. */
export function batched(what: string, x: Expr, rank: number, f: (batch: Expr) => Expr): Expr {
  if (x.shape.length === rank) return f(x);
  if (x.shape.length !== rank - 1) {
    throw new AdjointError('E-SHAPE-RANK', `${what}: the input has neither ${rank - 1} nor ${rank} axes`, [
      describe(x),
    ]);
  }
  const result = f(reshape(x, [1, ...x.shape]));
  return reshape(result, result.shape.slice(1));
}

function withBias(y: Expr, bias: Expr | undefined): Expr {
  if (!bias) return y;
  const places = y.shape.slice(2).map(() => 1);
  return add(y, reshape(bias, [...bias.shape, ...places]));
}

function convolution<P extends Shape>(name: string, rank: number): Convolution<P> {
  const build = (x: Expr, weight: Expr, options: ConvolutionOptions = {}): Expr => {
    const { bias, stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
    checkGroups(name, groups);
    const strides = perAxis(name, 'stride', stride, rank, 1);
    const dilations = perAxis(name, 'dilation', dilation, rank, 1);
    const pads = paddings(name, padding, kernelOf(name, weight, rank), dilations, strides);
    const slides = pads.map(([low, high], i): Slide => {
      return {
        stride: must(strides[i], 'stride'),
        low,
        high,
        dilation: must(dilations[i], 'dilation'),
        spread: 1,
      };
    });
    return batched(name, x, rank + 2, (batch) => withBias(convolve(batch, weight, slides, groups), bias));
  };
  return build as unknown as Convolution<P>;
}

/** Cross-correlation of `[N, C, L]` with `weight` [O, C / groups, K]. */
export const conv1d: Convolution<readonly [Dim]> = convolution<readonly [Dim]>('conv1d', 1);
/** Cross-correlation of `[N, C, H, W]` with `weight` [O, C / groups, KH, KW]. */
export const conv2d: Convolution<readonly [Dim, Dim]> = convolution<readonly [Dim, Dim]>('conv2d', 2);
/** Cross-correlation of `[N, C, D, H, W]` with `weight` [O, C / groups, KD, KH, KW]. */
export const conv3d: Convolution<readonly [Dim, Dim, Dim]> = convolution<readonly [Dim, Dim, Dim]>(
  'conv3d',
  3,
);

function convolutionTranspose(name: string, rank: number): ConvolutionTranspose {
  const build = (x: Expr, weight: Expr, options: ConvolutionTransposeOptions = {}): Expr => {
    const { bias, stride = 1, padding = 0, outputPadding = 0, dilation = 1, groups = 1 } = options;
    checkGroups(name, groups);
    const strides = perAxis(name, 'stride', stride, rank, 1);
    const dilations = perAxis(name, 'dilation', dilation, rank, 1);
    const pads = perAxis(name, 'padding', padding, rank, 0);
    const extra = perAxis(name, 'outputPadding', outputPadding, rank, 0);
    const slides = kernelOf(name, weight, rank).map((taps, i): Slide => {
      const [apart, step] = [must(dilations[i], 'dilation'), must(strides[i], 'stride')];
      checkOutputPadding(name, must(extra[i], 'outputPadding'), Math.max(step, apart));
      const low = (taps - 1) * apart - must(pads[i], 'padding');
      return { stride: 1, low, high: low + must(extra[i], 'outputPadding'), dilation: apart, spread: step };
    });
    const turned = transposedWeight(weight, groups);
    return batched(name, x, rank + 2, (batch) => withBias(convolve(batch, turned, slides, groups), bias));
  };
  return build as unknown as ConvolutionTranspose;
}

function checkOutputPadding(what: string, outputPadding: number, limit: number): void {
  if (outputPadding < limit) return;
  const headline = `${what}: outputPadding ${outputPadding} is not less than stride or dilation, ${limit}`;
  throw new AdjointError('E-ATTRIBUTE', headline);
}

/** The derivative of `conv1d` by its input, as a layer: `[N, I, L]` with `weight` [I, O / groups, K]. */
export const convTranspose1d: ConvolutionTranspose = convolutionTranspose('convTranspose1d', 1);
/** The derivative of `conv2d` by its input, as a layer: `[N, I, H, W]` with `weight` [I, O / groups, KH, KW]. */
export const convTranspose2d: ConvolutionTranspose = convolutionTranspose('convTranspose2d', 2);
/** The derivative of `conv3d` by its input, as a layer: `[N, I, D, H, W]` with `weight` [I, O / groups, KD, KH, KW]. */
export const convTranspose3d: ConvolutionTranspose = convolutionTranspose('convTranspose3d', 3);
