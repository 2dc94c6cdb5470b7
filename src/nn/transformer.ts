/** Layers of transformers, with parameters, names, options and first values as torch.nn has them. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { dropout as dropoutOf } from '../ops/dropout.ts';
import { feedForwardActivations, withSublayers } from '../ops/transformer.ts';
import type { Block, FeedForwardActivation } from '../ops/transformer.ts';
import type { Shape } from '../shape-types.ts';
import { multiheadAttention } from './attention.ts';
import type { AttentionMasks } from './attention.ts';
import { linear } from './linear.ts';
import type { LayerOptions, Module, ModuleParts } from './module.ts';
import { ModuleScope, asModule } from './module.ts';
import { layerNorm } from './normalization.ts';

type Float = Expr<Shape, FloatDType>;

export interface TransformerLayerOptions extends LayerOptions {
  /** The width of the feed-forward network, default 2048. */
  readonly dimFeedforward?: number;
  /** Of attention weights, of what each part adds, and inside the feed-forward network; default 0.1. */
  readonly dropout?: number;
  /** Default `'relu'`. */
  readonly activation?: FeedForwardActivation | Block;
  /** Default 1e-5. */
  readonly layerNormEps?: number;
  /** Tensors are [N, L, E] instead of [L, N, E]; default false. */
  readonly batchFirst?: boolean;
  /** Normalizes before each part instead of after it; default false. */
  readonly normFirst?: boolean;
  /** Whether there are biases; default true. */
  readonly bias?: boolean;
}

/** What both kinds of layer have: makers of attention and norms, the feed-forward block, and dropout. */
function partsOf(dModel: number, nhead: number, options: TransformerLayerOptions) {
  const { dimFeedforward = 2048, dropout: p = 0.1, activation = 'relu', layerNormEps: eps = 1e-5 } = options;
  const { batchFirst = false, bias = true } = options;
  const linear1 = linear(dModel, dimFeedforward, { bias });
  const linear2 = linear(dimFeedforward, dModel, { bias });
  const activate = typeof activation === 'function' ? activation : feedForwardActivations[activation];
  const dropped: Block = (x) => dropoutOf(x, { p });
  const through = (layer: unknown): Block => layer as Block;
  const feedForward: Block = (x) => dropped(through(linear2)(dropped(activate(through(linear1)(x)))));
  return {
    attention: () => multiheadAttention(dModel, nhead, { dropout: p, bias, batchFirst }),
    norm: () => layerNorm(dModel, { eps, bias }),
    through,
    dropped,
    feedForward,
    linears: [
      ['linear1', linear1.module],
      ['linear2', linear2.module],
    ] as [string, ModuleParts][],
  };
}

export interface TransformerEncoderLayer extends Module {
  /** `attnMask` and `keyPaddingMask` are torch.nn's srcMask and srcKeyPaddingMask. */
  <S extends Shape, D extends FloatDType>(src: Expr<S, D>, masks?: AttentionMasks<NoInfer<D>>): Expr<S, D>;
}

/** Self-attention and a feed-forward network; parameters under `self_attn`, `linear1`, `linear2`, `norm1`, `norm2`. */
export function transformerEncoderLayer(
  dModel: number,
  nhead: number,
  options: TransformerLayerOptions = {},
): TransformerEncoderLayer {
  const { attention, norm, through, dropped, feedForward, linears } = partsOf(dModel, nhead, options);
  const selfAttention = attention();
  const [norm1, norm2] = [norm(), norm()];
  const apply = (src: Float, masks: AttentionMasks = {}): Float => {
    const attend: Block = (x) => dropped(selfAttention(x, x, x, masks).output);
    const sublayers = [
      { block: attend, norm: through(norm1) },
      { block: feedForward, norm: through(norm2) },
    ];
    return withSublayers(src, sublayers, options.normFirst ?? false);
  };
  const scope = new ModuleScope(options.name ?? '');
  const children: [string, ModuleParts][] = [
    ['self_attn', selfAttention.module],
    ...linears,
    ['norm1', norm1.module],
    ['norm2', norm2.module],
  ];
  const parts = { kind: 'transformerEncoderLayer', scope, parameters: [], children };
  return asModule(apply, parts) as unknown as TransformerEncoderLayer;
}

export interface DecoderMasks<D extends FloatDType = FloatDType> {
  /** Masks of self-attention: torch.nn's tgtMask, tgtKeyPaddingMask and tgtIsCausal. */
  readonly target?: AttentionMasks<D>;
  /** Masks of attention to the memory: torch.nn's memoryMask, memoryKeyPaddingMask and memoryIsCausal. */
  readonly memory?: AttentionMasks<D>;
}

export interface TransformerDecoderLayer extends Module {
  <S extends Shape, D extends FloatDType>(
    tgt: Expr<S, D>,
    memory: Expr<Shape, NoInfer<D>>,
    masks?: DecoderMasks<NoInfer<D>>,
  ): Expr<S, D>;
}

/** Self-attention, attention to an encoder's memory under `multihead_attn`, and a feed-forward network. */
export function transformerDecoderLayer(
  dModel: number,
  nhead: number,
  options: TransformerLayerOptions = {},
): TransformerDecoderLayer {
  const { attention, norm, through, dropped, feedForward, linears } = partsOf(dModel, nhead, options);
  const [selfAttention, crossAttention] = [attention(), attention()];
  const [norm1, norm2, norm3] = [norm(), norm(), norm()];
  const apply = (tgt: Float, memory: Float, masks: DecoderMasks = {}): Float => {
    const attend: Block = (x) => dropped(selfAttention(x, x, x, masks.target ?? {}).output);
    const look: Block = (x) => dropped(crossAttention(x, memory, memory, masks.memory ?? {}).output);
    const sublayers = [
      { block: attend, norm: through(norm1) },
      { block: look, norm: through(norm2) },
      { block: feedForward, norm: through(norm3) },
    ];
    return withSublayers(tgt, sublayers, options.normFirst ?? false);
  };
  const scope = new ModuleScope(options.name ?? '');
  const children: [string, ModuleParts][] = [
    ['self_attn', selfAttention.module],
    ['multihead_attn', crossAttention.module],
    ...linears,
    ['norm1', norm1.module],
    ['norm2', norm2.module],
    ['norm3', norm3.module],
  ];
  const parts = { kind: 'transformerDecoderLayer', scope, parameters: [], children };
  return asModule(apply, parts) as unknown as TransformerDecoderLayer;
}

/** Layers in order under `layers`, then `norm` if there is one. */
function stackOf(kind: string, layers: readonly Module[], norm: Module | undefined): ModuleParts {
  const list: ModuleParts = {
    kind: 'list',
    scope: new ModuleScope('layers'),
    parameters: [],
    children: layers.map((layer, i) => [String(i), layer.module] as const),
  };
  for (const [key, child] of list.children) list.scope.adopt(child.scope, key);
  const last: [string, ModuleParts][] = norm ? [['norm', norm.module]] : [];
  return { kind, scope: new ModuleScope(''), parameters: [], children: [['layers', list], ...last] };
}

/** Encoder layers one over the other, all with the same masks, and a norm at the end if one is given. */
export function transformerEncoder(
  layers: readonly TransformerEncoderLayer[],
  options: { readonly norm?: Module } = {},
): TransformerEncoderLayer {
  const apply = (src: Float, masks: AttentionMasks = {}): Float => {
    const y = layers.reduce<Float>((x, layer) => layer(x, masks), src);
    return options.norm ? (options.norm as unknown as Block)(y) : y;
  };
  const parts = stackOf('transformerEncoder', layers, options.norm);
  return asModule(apply, parts) as unknown as TransformerEncoderLayer;
}

/** Decoder layers one over the other over the same memory, and a norm at the end if one is given. */
export function transformerDecoder(
  layers: readonly TransformerDecoderLayer[],
  options: { readonly norm?: Module } = {},
): TransformerDecoderLayer {
  const apply = (tgt: Float, memory: Float, masks: DecoderMasks = {}): Float => {
    const y = layers.reduce<Float>((x, layer) => layer(x, memory, masks), tgt);
    return options.norm ? (options.norm as unknown as Block)(y) : y;
  };
  const parts = stackOf('transformerDecoder', layers, options.norm);
  return asModule(apply, parts) as unknown as TransformerDecoderLayer;
}
