/** Transformer blocks: attention and a feed-forward network, each added to what goes in and normalized. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { gelu } from './activation.ts';
import { add } from './arithmetic.ts';
import { multiHeadAttention } from './attention-heads.ts';
import type { AttentionProjections, MultiHeadOptions } from './attention-heads.ts';
import { matmul } from './contract.ts';
import { dropout } from './dropout.ts';
import { relu } from './exponential.ts';
import { layerNorm } from './normalization.ts';
import type { Affine } from './normalization.ts';
import { transpose } from './permute.ts';

type Float = Expr<Shape, FloatDType>;
export type Block = (x: Float) => Float;

/** A part of a transformer layer: what it adds, and the normalization before it or after it. */
export interface Sublayer {
  readonly block: Block;
  readonly norm: Block;
}

/** Sublayers in order: x + block(norm(x)) where the norm comes first, else norm(x + block(x)). */
export function withSublayers(x: Float, sublayers: readonly Sublayer[], normFirst: boolean): Float {
  return sublayers.reduce<Float>((y, { block, norm }) => {
    return normFirst ? (add(y, block(norm(y))) as Float) : norm(add(y, block(y)) as Float);
  }, x);
}

export type FeedForwardActivation = 'relu' | 'gelu';

export const feedForwardActivations: Readonly<Record<FeedForwardActivation, Block>> = {
  relu: (x) => relu(x),
  gelu: (x) => gelu(x),
};

/** Weight [out, in] and bias [out]. */
export interface LinearWeights<D extends FloatDType = FloatDType> {
  readonly weight: Expr<Shape, D>;
  readonly bias?: Expr<Shape, D>;
}

export interface EncoderLayerWeights<D extends FloatDType = FloatDType> {
  readonly selfAttention: AttentionProjections<D>;
  readonly linear1: LinearWeights<D>;
  readonly linear2: LinearWeights<D>;
  readonly norm1: Affine<D>;
  readonly norm2: Affine<D>;
}

export interface EncoderLayerOptions<D extends FloatDType = FloatDType> extends MultiHeadOptions<D> {
  /** Default `'relu'`. */
  readonly activation?: FeedForwardActivation;
  /** Default 1e-5. */
  readonly layerNormEps?: number;
  /** Normalizes before attention and feed-forward instead of after; default false. */
  readonly normFirst?: boolean;
}

const affine = (x: Float, { weight, bias }: LinearWeights): Float => {
  const product = matmul(x, transpose(weight)) as Float;
  return bias ? (add(product, bias) as Float) : product;
};

/** A transformer's encoder layer over [N, L, E], with PyTorch's parameters; `dropout` acts on each sublayer. */
export function transformerEncoderLayer<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  weights: EncoderLayerWeights<D>,
  options: EncoderLayerOptions<D>,
): Expr<S, D> {
  const {
    activation = 'relu',
    layerNormEps: eps = 1e-5,
    normFirst = false,
    ...attention
  } = options as EncoderLayerOptions;
  const { selfAttention, linear1, linear2, norm1, norm2 } = weights as unknown as EncoderLayerWeights;
  const dropped: Block = (y) => dropout(y, { p: attention.dropout ?? 0 });
  const width = x.shape.slice(-1);
  const attend: Block = (y) => dropped(multiHeadAttention(y, y, y, selfAttention, attention).output);
  const feedForward: Block = (y) =>
    dropped(affine(dropped(feedForwardActivations[activation](affine(y, linear1))), linear2));
  const sublayers = [
    { block: attend, norm: (y: Float) => layerNorm(y, width, { ...norm1, eps }) },
    { block: feedForward, norm: (y: Float) => layerNorm(y, width, { ...norm2, eps }) },
  ];
  return withSublayers(x as Float, sublayers, normFirst) as unknown as Expr<S, D>;
}
