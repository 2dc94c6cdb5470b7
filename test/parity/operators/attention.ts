/** Attention, and the transformer's encoder layer. */
import {
  averageHeads,
  multiHeadAttention,
  scaledDotProductAttention,
  transformerEncoderLayer,
} from 'adjoint';
import type { AttentionProjections, FeedForwardActivation } from 'adjoint';
import type { Float, Inputs, Rows, Unary } from './row.ts';
import { given, options } from './row.ts';

type Attention = { readonly query: Float; readonly key: Float; readonly value: Float };
type Heads = { readonly num_heads: number; readonly is_causal: boolean };
type Encoder = {
  readonly nhead: number;
  readonly activation: FeedForwardActivation;
  readonly layer_norm_eps: number;
  readonly norm_first: boolean;
};

/** The projections under names that begin with `prefix`; `dot` stands for the dot of a state dict. */
function projections(inputs: Inputs, prefix: string, dot: string): AttentionProjections<'float64'> {
  const of = (name: string): Float => inputs[`${prefix}${name}`] as Float;
  return {
    inProjWeight: of('in_proj_weight'),
    outProjWeight: of(`out_proj${dot}weight`),
    ...given('inProjBias', of('in_proj_bias')),
    ...given('outProjBias', of(`out_proj${dot}bias`)),
  };
}

/** The weight and bias of one part of a layer. */
function partOf(inputs: Inputs, part: string): { weight: Float; bias?: Float } {
  return { weight: inputs[`${part}__weight`] as Float, ...given('bias', inputs[`${part}__bias`] as Float) };
}

export const attentionRows: Rows = {
  scaled_dot_product_attention: (
    { query, key, value, attn_mask }: Attention & { attn_mask?: Float },
    attrs,
  ) => scaledDotProductAttention(query, key, value, { ...options(attrs), ...given('mask', attn_mask) }),
  multi_head_attention: (inputs: Attention, { num_heads, is_causal }: Heads) => {
    const { query, key, value } = inputs;
    const heads = { numHeads: num_heads, isCausal: is_causal };
    const result = multiHeadAttention(query, key, value, projections(inputs, '', '_'), heads);
    return [result.output, averageHeads(result.weights)];
  },
  transformer_encoder_layer: (inputs: Unary, attrs: Encoder) => {
    const part = (name: string) => partOf(inputs, name);
    const weights = {
      selfAttention: projections(inputs, 'self_attn__', '__'),
      linear1: part('linear1'),
      linear2: part('linear2'),
      norm1: part('norm1'),
      norm2: part('norm2'),
    };
    return transformerEncoderLayer(inputs.input, weights, {
      numHeads: attrs.nhead,
      activation: attrs.activation,
      layerNormEps: attrs.layer_norm_eps,
      normFirst: attrs.norm_first,
    });
  },
};
