/** Convolution layers, with parameters, names and first values as torch.nn has them. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import {
  conv1d as conv1dOf,
  conv2d as conv2dOf,
  conv3d as conv3dOf,
  convTranspose1d as convTranspose1dOf,
  convTranspose2d as convTranspose2dOf,
  convTranspose3d as convTranspose3dOf,
  paddings,
} from '../ops/convolve-builders.ts';
import type { ConvolutionOptions, ConvolutionTransposeOptions } from '../ops/convolve-builders.ts';
import { pad } from '../ops/pad.ts';
import type { PadMode } from '../ops/pad.ts';
import { perAxis } from '../ops/windows-geometry.ts';
import type { Shape } from '../shape-types.ts';
import type { Initializer } from '../slot.ts';
import type { ConvolutionRule, Places1, Places2, Places3 } from './convolution-rules.ts';
import { uniform } from './init/draw.ts';
import { kaimingUniform } from './init/fan.ts';
import type { Layer, LayerOptions, LazyParameter } from './module.ts';
import { ModuleScope, asModule, checkAxis, lazyParameter } from './module.ts';

type Amount = number | readonly number[];
type Float = Expr<Shape, FloatDType>;

interface ParameterOptions extends LayerOptions {
  /** Whether to add a bias; default true. */
  readonly bias?: boolean;
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
}

export interface ConvOptions extends Omit<ConvolutionOptions, 'bias'>, ParameterOptions {
  /** What lies around the input: zeros, or the input itself mirrored, repeated or from the other end. */
  readonly paddingMode?: 'zeros' | Exclude<PadMode, 'constant'>;
}

export interface ConvTransposeOptions extends Omit<ConvolutionTransposeOptions, 'bias'>, ParameterOptions {}

function checkChannels(layer: string, channels: readonly number[], groups: number): void {
  const fits = channels.every((count) => Number.isSafeInteger(count) && count > 0 && count % groups === 0);
  if (fits && Number.isSafeInteger(groups) && groups > 0) return;
  const hint = 'Channels are positive integers that groups divide.';
  throw new AdjointError('E-ATTRIBUTE', `${layer}: channels do not divide into ${groups} groups`, [], hint);
}

/** Weight and bias, both uniform in +-1/sqrt(fan in) at first. */
function parametersOf(
  scope: ModuleScope,
  shape: readonly number[],
  outChannels: number,
  options: ParameterOptions,
): { readonly weight: LazyParameter; readonly bias: LazyParameter | null } {
  const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
  const bound = 1 / Math.sqrt(fanIn);
  const { bias = true, weightInit = kaimingUniform({ a: Math.sqrt(5) }) } = options;
  const { biasInit = uniform(-bound, bound) } = options;
  return {
    weight: lazyParameter(scope, 'weight', shape, weightInit),
    bias: bias ? lazyParameter(scope, 'bias', [outChannels], biasInit) : null,
  };
}

const given = ({ weight, bias }: ReturnType<typeof parametersOf>, x: Float) => ({
  weight: weight.as(x.dtype) as Float,
  bias: bias ? { bias: bias.as(x.dtype) as Float } : {},
});

type Convolve = (x: Float, weight: Float, options: ConvolutionOptions) => Expr;

interface ConvBuilder<P extends Shape> {
  <const I extends number, const O extends number>(
    inChannels: I,
    outChannels: O,
    kernelSize: Amount,
    options?: ConvOptions,
  ): Layer<ConvolutionRule<I, O, P>>;
}

function conv<P extends Shape>(kind: string, rank: number, convolve: Convolve): ConvBuilder<P> {
  const build = (inChannels: number, outChannels: number, kernelSize: Amount, options: ConvOptions = {}) => {
    const { groups = 1, stride = 1, dilation = 1, padding = 0, paddingMode = 'zeros' } = options;
    const layer = `${kind}(${inChannels}, ${outChannels}, ${JSON.stringify(kernelSize)})`;
    checkChannels(layer, [inChannels, outChannels], groups);
    const kernel = perAxis(layer, 'kernelSize', kernelSize, rank, 1);
    const scope = new ModuleScope(options.name ?? '');
    const own = parametersOf(scope, [outChannels, inChannels / groups, ...kernel], outChannels, options);
    const steps = perAxis(layer, 'stride', stride, rank, 1);
    const around = paddings(layer, padding, kernel, perAxis(layer, 'dilation', dilation, rank, 1), steps);
    const apply = (x: Float): Expr => {
      checkAxis(layer, x, -1 - rank, inChannels);
      const { weight, bias } = given(own, x);
      const attrs = { ...bias, stride, dilation, groups };
      if (paddingMode === 'zeros') return convolve(x, weight, { ...attrs, padding });
      const lead = x.shape.slice(rank).map((): [number, number] => [0, 0]);
      return convolve(pad(x, [...lead, ...around], { mode: paddingMode }), weight, attrs);
    };
    const parameters = own.bias ? [own.weight, own.bias] : [own.weight];
    return asModule(apply, { kind, scope, parameters, children: [] });
  };
  return build as unknown as ConvBuilder<P>;
}

/** Cross-correlation of `[N, I, L]` to `[N, O, L']`; parameters `weight` [O, I / groups, K] and `bias` [O]. */
export const conv1d: ConvBuilder<Places1> = conv<Places1>('conv1d', 1, conv1dOf);
/** Cross-correlation of `[N, I, H, W]`; parameters `weight` [O, I / groups, KH, KW] and `bias` [O]. */
export const conv2d: ConvBuilder<Places2> = conv<Places2>('conv2d', 2, conv2dOf);
/** Cross-correlation of `[N, I, D, H, W]`; parameters `weight` [O, I / groups, KD, KH, KW] and `bias` [O]. */
export const conv3d: ConvBuilder<Places3> = conv<Places3>('conv3d', 3, conv3dOf);

type ConvolveTranspose = (x: Float, weight: Float, options: ConvolutionTransposeOptions) => Expr;

interface ConvTransposeBuilder<P extends Shape> {
  <const I extends number, const O extends number>(
    inChannels: I,
    outChannels: O,
    kernelSize: Amount,
    options?: ConvTransposeOptions,
  ): Layer<ConvolutionRule<I, O, P>>;
}

function convTranspose<P extends Shape>(
  kind: string,
  rank: number,
  convolve: ConvolveTranspose,
): ConvTransposeBuilder<P> {
  const build = (
    inChannels: number,
    outChannels: number,
    kernelSize: Amount,
    options: ConvTransposeOptions = {},
  ) => {
    const { groups = 1, stride = 1, dilation = 1, padding = 0, outputPadding = 0 } = options;
    const layer = `${kind}(${inChannels}, ${outChannels}, ${JSON.stringify(kernelSize)})`;
    checkChannels(layer, [inChannels, outChannels], groups);
    const kernel = perAxis(layer, 'kernelSize', kernelSize, rank, 1);
    const scope = new ModuleScope(options.name ?? '');
    const own = parametersOf(scope, [inChannels, outChannels / groups, ...kernel], outChannels, options);
    const apply = (x: Float): Expr => {
      checkAxis(layer, x, -1 - rank, inChannels);
      const { weight, bias } = given(own, x);
      return convolve(x, weight, { ...bias, stride, dilation, padding, outputPadding, groups });
    };
    const parameters = own.bias ? [own.weight, own.bias] : [own.weight];
    return asModule(apply, { kind, scope, parameters, children: [] });
  };
  return build as unknown as ConvTransposeBuilder<P>;
}

/** Transposed convolution of `[N, I, L]`; parameters `weight` [I, O / groups, K] and `bias` [O]. */
export const convTranspose1d: ConvTransposeBuilder<Places1> = convTranspose<Places1>(
  'convTranspose1d',
  1,
  convTranspose1dOf,
);
/** Transposed convolution of `[N, I, H, W]`; parameters `weight` [I, O / groups, KH, KW] and `bias` [O]. */
export const convTranspose2d: ConvTransposeBuilder<Places2> = convTranspose<Places2>(
  'convTranspose2d',
  2,
  convTranspose2dOf,
);
/** Transposed convolution of `[N, I, D, H, W]`; parameters `weight` [I, O / groups, KD, KH, KW] and `bias` [O]. */
export const convTranspose3d: ConvTransposeBuilder<Places3> = convTranspose<Places3>(
  'convTranspose3d',
  3,
  convTranspose3dOf,
);
