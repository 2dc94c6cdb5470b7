import { describe, expect, test } from 'vitest';
import {
  averageHeads,
  gradient,
  input,
  multiHeadAttention,
  scaledDotProductAttention,
  sum,
  transformerEncoderLayer,
} from 'adjoint';
import type { Expr } from 'adjoint';
import type { Float } from './check.ts';
import { checkDerivatives, given, numbersFrom, numbersOf, point } from './check.ts';
import { replayRows } from './replay.ts';

type AttentionInputs = {
  readonly query: Float;
  readonly key: Float;
  readonly value: Float;
  readonly attn_mask?: Float;
};
type ProjectionInputs = {
  readonly in_proj_weight: Float;
  readonly in_proj_bias?: Float;
  readonly out_proj_weight: Float;
  readonly out_proj_bias?: Float;
};
type Named = Readonly<Record<string, Float>>;

function projections({ in_proj_weight, in_proj_bias, out_proj_weight, out_proj_bias }: ProjectionInputs) {
  return {
    inProjWeight: in_proj_weight,
    outProjWeight: out_proj_weight,
    ...(in_proj_bias ? { inProjBias: in_proj_bias } : {}),
    ...(out_proj_bias ? { outProjBias: out_proj_bias } : {}),
  };
}

function named(inputs: Named, name: string): Float {
  const found = inputs[name];
  if (!found) throw new Error(`the case has no ${name}`);
  return found;
}

type LayerAttrs = {
  readonly nhead: number;
  readonly activation: 'relu' | 'gelu';
  readonly layer_norm_eps: number;
  readonly norm_first: boolean;
};

describe('attention', () => {
  replayRows({
    scaled_dot_product_attention: (
      { query, key, value, attn_mask }: AttentionInputs,
      { is_causal, scale, enable_gqa }: { is_causal: boolean; scale: number | null; enable_gqa?: boolean },
    ) => {
      const mask = attn_mask ? { mask: attn_mask } : {};
      const options = { ...mask, isCausal: is_causal, scale, enableGqa: enable_gqa ?? false };
      return [scaledDotProductAttention(query, key, value, options)];
    },
    multi_head_attention: (
      { query, key, value, ...weights }: AttentionInputs & ProjectionInputs,
      { num_heads, is_causal }: { num_heads: number; is_causal: boolean },
    ) => {
      const options = { numHeads: num_heads, isCausal: is_causal };
      const result = multiHeadAttention(query, key, value, projections(weights), options);
      return [result.output, averageHeads(result.weights)];
    },
    transformer_encoder_layer: (inputs: Named, attrs: LayerAttrs) => {
      const pair = (name: string) => ({
        weight: named(inputs, `${name}__weight`),
        bias: named(inputs, `${name}__bias`),
      });
      const weights = {
        selfAttention: {
          inProjWeight: named(inputs, 'self_attn__in_proj_weight'),
          inProjBias: named(inputs, 'self_attn__in_proj_bias'),
          outProjWeight: named(inputs, 'self_attn__out_proj__weight'),
          outProjBias: named(inputs, 'self_attn__out_proj__bias'),
        },
        linear1: pair('linear1'),
        linear2: pair('linear2'),
        norm1: pair('norm1'),
        norm2: pair('norm2'),
      };
      const { nhead, activation, layer_norm_eps, norm_first } = attrs;
      const options = { numHeads: nhead, activation, layerNormEps: layer_norm_eps, normFirst: norm_first };
      return [transformerEncoderLayer(named(inputs, 'input'), weights, options)];
    },
  });

  test.each([false, true])('differentiates twice (causal: %s)', (isCausal) => {
    const draw = numbersFrom(3);
    const points = [
      [2, 3, 2],
      [2, 4, 2],
      [2, 4, 3],
    ].map((shape, i) => point(`x${i}`, shape, draw));
    checkDerivatives(
      (q, k, v) => [scaledDotProductAttention(q as Float, k as Float, v as Float, { isCausal })],
      points,
      draw,
    );
  });

  test('a query without keys gives 0 and passes no gradient, also twice', () => {
    const q = given('q', [2, 2], [3, -4, 5, 6], 'float64');
    const mask = given('mask', [2, 2], [0, 0, 1, 0], 'bool');
    const y = scaledDotProductAttention(q.expr, q.expr, q.expr, {
      mask: mask.expr as unknown as Expr<[2, 2], 'bool'>,
    });
    const slope = gradient(sum(y) as Expr<[], 'float64'>, q.expr);
    const curvature = gradient(sum(slope) as Expr<[], 'float64'>, q.expr);
    expect(numbersOf(y, [q, mask])).toEqual([0, 0, 3, -4]);
    expect(numbersOf(slope, [q, mask])).toEqual([1, 1, 0, 0]);
    expect(numbersOf(curvature, [q, mask]).every(Number.isFinite)).toBe(true);
  });

  test('refuses heads that do not divide the features', () => {
    const x = input('x', ['N', 3, 4], 'float64') as Float;
    const weights = {
      inProjWeight: input('w', [12, 4], 'float64'),
      outProjWeight: input('o', [4, 4], 'float64'),
    };
    expect(() => multiHeadAttention(x, x, x, weights, { numHeads: 3 })).toThrow(
      /E-ATTRIBUTE.*4 features.*3 heads/s,
    );
  });
});
