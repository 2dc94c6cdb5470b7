/** Normalization without memory, as layers. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import {
  groupNorm as groupNormOf,
  instanceNorm as instanceNormOf,
  layerNorm as layerNormOf,
  rmsNorm as rmsNormOf,
} from '../ops/normalization.ts';
import type { Dim, Shape } from '../shape-types.ts';
import type { ChannelsRule } from './convolution-rules.ts';
import { ones, zeros } from './init/draw.ts';
import type { Layer, LayerOptions, LazyParameter } from './module.ts';
import { ModuleScope, asModule, checkAxis, lazyParameter } from './module.ts';
import type { LastRule, SameRule } from './rules.ts';

export type Float = Expr<Shape, FloatDType>;

export interface AffineOptions extends LayerOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /** Whether there is a weight, and with it a bias. */
  readonly affine?: boolean;
  /** Whether there is a bias beside the weight; default true. */
  readonly bias?: boolean;
}

/** A weight of ones and a bias of zeros, where they are asked for. */
export class AffineParameters {
  readonly all: readonly LazyParameter[];
  readonly #weight: LazyParameter | null;
  readonly #bias: LazyParameter | null;

  constructor(scope: ModuleScope, shape: readonly number[], affine: boolean, bias: boolean) {
    this.#weight = affine ? lazyParameter(scope, 'weight', shape, ones()) : null;
    this.#bias = affine && bias ? lazyParameter(scope, 'bias', shape, zeros()) : null;
    this.all = [this.#weight, this.#bias].filter((own) => own !== null);
  }

  as(dtype: FloatDType): { readonly weight?: Float; readonly bias?: Float } {
    return {
      ...(this.#weight ? { weight: this.#weight.as(dtype) } : {}),
      ...(this.#bias ? { bias: this.#bias.as(dtype) } : {}),
    };
  }
}

/** Throws E-ATTRIBUTE unless all sizes are positive integers. */
export function checkCounts(layer: string, sizes: readonly number[]): void {
  if (sizes.every((size) => Number.isSafeInteger(size) && size > 0)) return;
  throw new AdjointError('E-ATTRIBUTE', `${layer}: sizes are positive integers`);
}

export interface LayerNormOptions extends LayerOptions {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
  /** Whether there are parameters; default true. */
  readonly elementwiseAffine?: boolean;
  /** Whether there is a bias beside the weight; default true. */
  readonly bias?: boolean;
}

const sizesOf = (shape: number | readonly number[]): readonly number[] =>
  typeof shape === 'number' ? [shape] : shape;

/** The rule of a layer over the last axes: the last one keeps its size, and must be it. */
export type TrailingRule<N> = N extends Dim
  ? LastRule<N, N>
  : N extends readonly [...Shape, infer L extends Dim]
    ? LastRule<L, L>
    : SameRule;

/** Standardizes over the last axes, of sizes `normalizedShape`; parameters `weight` and `bias` of that shape. */
export function layerNorm<const N extends number | readonly number[]>(
  normalizedShape: N,
  options: LayerNormOptions = {},
): Layer<TrailingRule<N>> {
  const sizes = sizesOf(normalizedShape);
  checkCounts(`layerNorm(${sizes})`, sizes);
  const { eps = 1e-5, elementwiseAffine = true, bias = true } = options;
  const scope = new ModuleScope(options.name ?? '');
  const own = new AffineParameters(scope, sizes, elementwiseAffine, bias);
  const apply = (x: Float): Expr => layerNormOf(x, sizes, { ...own.as(x.dtype), eps });
  const parts = { kind: 'layerNorm', scope, parameters: own.all, children: [] };
  return asModule(apply, parts) as unknown as Layer<TrailingRule<N>>;
}

export interface RmsNormLayerOptions extends LayerOptions {
  /** Default (or null): the machine epsilon of the element type. */
  readonly eps?: number | null;
  /** Whether there is a weight; default true. */
  readonly elementwiseAffine?: boolean;
}

/** x / sqrt(mean(x^2) + eps) over the last axes, of sizes `normalizedShape`; parameter `weight` of that shape. */
export function rmsNorm<const N extends number | readonly number[]>(
  normalizedShape: N,
  options: RmsNormLayerOptions = {},
): Layer<TrailingRule<N>> {
  const sizes = sizesOf(normalizedShape);
  checkCounts(`rmsNorm(${sizes})`, sizes);
  const scope = new ModuleScope(options.name ?? '');
  const own = new AffineParameters(scope, sizes, options.elementwiseAffine ?? true, false);
  const apply = (x: Float): Expr => rmsNormOf(x, sizes, { ...own.as(x.dtype), eps: options.eps ?? null });
  const parts = { kind: 'rmsNorm', scope, parameters: own.all, children: [] };
  return asModule(apply, parts) as unknown as Layer<TrailingRule<N>>;
}

/** Standardizes each of `numGroups` groups of channels; parameters `weight` and `bias` [C], unless `affine` is false. */
export function groupNorm<const C extends number>(
  numGroups: number,
  numChannels: C,
  options: AffineOptions = {},
): Layer<ChannelsRule<C>> {
  const layer = `groupNorm(${numGroups}, ${numChannels})`;
  checkCounts(layer, [numGroups, numChannels, numChannels / numGroups]);
  const { eps = 1e-5, affine = true, bias = true } = options;
  const scope = new ModuleScope(options.name ?? '');
  const own = new AffineParameters(scope, [numChannels], affine, bias);
  const apply = (x: Float): Expr => {
    checkAxis(layer, x, 1, numChannels);
    return groupNormOf(x, numGroups, { ...own.as(x.dtype), eps });
  };
  const parts = { kind: 'groupNorm', scope, parameters: own.all, children: [] };
  return asModule(apply, parts) as unknown as Layer<ChannelsRule<C>>;
}

type InstanceNorm = <const C extends number>(
  numFeatures: C,
  options?: AffineOptions,
) => Layer<ChannelsRule<C>>;

function instanceNorm(kind: string, rank: number): InstanceNorm {
  const build = (numFeatures: number, options: AffineOptions = {}) => {
    const layer = `${kind}(${numFeatures})`;
    checkCounts(layer, [numFeatures]);
    const { eps = 1e-5, affine = false, bias = true } = options;
    const scope = new ModuleScope(options.name ?? '');
    const own = new AffineParameters(scope, [numFeatures], affine, bias);
    const apply = (x: Float): Expr => {
      checkRank(layer, x, [rank]);
      checkAxis(layer, x, 1, numFeatures);
      return instanceNormOf(x, { ...own.as(x.dtype), eps });
    };
    return asModule(apply, { kind, scope, parameters: own.all, children: [] });
  };
  return build as unknown as InstanceNorm;
}

/** Throws E-SHAPE-RANK unless `x` has one of the ranks. */
export function checkRank(layer: string, x: Expr, ranks: readonly number[]): void {
  if (ranks.includes(x.shape.length)) return;
  throw new AdjointError(
    'E-SHAPE-RANK',
    `${layer}: the input has ${x.shape.length} axes, not ${ranks.join(' or ')}`,
  );
}

/** Standardizes each channel of each row of [N, C, L]; without parameters unless `affine` is true. */
export const instanceNorm1d: InstanceNorm = instanceNorm('instanceNorm1d', 3);
/** Standardizes each channel of each row of [N, C, H, W]; without parameters unless `affine` is true. */
export const instanceNorm2d: InstanceNorm = instanceNorm('instanceNorm2d', 4);
/** Standardizes each channel of each row of [N, C, D, H, W]; without parameters unless `affine` is true. */
export const instanceNorm3d: InstanceNorm = instanceNorm('instanceNorm3d', 5);
