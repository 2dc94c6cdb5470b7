/** Attention with several heads as a layer, with parameters, names and first values as torch.nn has them. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { averageHeads, multiHeadAttention } from '../ops/attention-heads.ts';
import type { AttentionProjections } from '../ops/attention-heads.ts';
import { logicalNot, logicalOr, where } from '../ops/compare.ts';
import { transpose } from '../ops/permute.ts';
import { reshape } from '../ops/reshape.ts';
import { divide } from '../size.ts';
import type { Shape } from '../shape-types.ts';
import { zeros } from './init/draw.ts';
import { xavierUniform } from './init/fan.ts';
import { linear } from './linear.ts';
import type { LayerOptions, LazyParameter, Module } from './module.ts';
import { ModuleScope, asModule, checkAxis, lazyParameter, lazyParameters } from './module.ts';
import { checkCounts } from './normalization.ts';

type Float = Expr<Shape, FloatDType>;
type Bool = Expr<Shape, 'bool'>;

export interface MultiheadAttentionOptions extends LayerOptions {
  /** The probability with which a weight is dropped in training; default 0. */
  readonly dropout?: number;
  /** Whether projections have biases; default true. */
  readonly bias?: boolean;
  /** Features of keys, default those of queries. */
  readonly kdim?: number;
  /** Features of values, default those of queries. */
  readonly vdim?: number;
  /** Tensors are [N, L, E] instead of [L, N, E]; default false. */
  readonly batchFirst?: boolean;
}

/** Masks in torch.nn's words: where a bool is true, nothing is attended to; a float is added to the scores. */
export interface AttentionMasks<D extends FloatDType = FloatDType> {
  /** [L, S], or [N * heads, L, S]. */
  readonly attnMask?: Expr<Shape, 'bool'> | Expr<Shape, D>;
  /** [N, S]: the keys of each row that are padding. */
  readonly keyPaddingMask?: Expr<Shape, 'bool'>;
  /** Query i attends to keys 0 to i alone; default false. */
  readonly isCausal?: boolean;
}

export interface AttentionCall<D extends FloatDType = FloatDType> extends AttentionMasks<D> {
  /** Weights are averaged over the heads, [N, L, S]; default true. */
  readonly averageAttnWeights?: boolean;
}

export interface AttentionResult<D extends FloatDType> {
  readonly output: Expr<Shape, D>;
  /** [N, L, S], or [N, heads, L, S]. Costs nothing where it is not used. */
  readonly weights: Expr<Shape, D>;
}

export interface MultiheadAttention extends Module {
  /** Keys and values default to the queries. */
  <D extends FloatDType>(
    query: Expr<Shape, D>,
    key?: Expr<Shape, NoInfer<D>>,
    value?: Expr<Shape, NoInfer<D>>,
    options?: AttentionCall<NoInfer<D>>,
  ): AttentionResult<D>;
}

/** A mask of torch.nn's as one of `multiHeadAttention`: a bool says what is attended to. */
function maskOf(
  { attnMask, keyPaddingMask }: AttentionMasks,
  heads: number,
): { readonly mask?: Float | Bool } {
  const mask = attnMask?.shape.length === 3 ? byHead(attnMask, heads) : attnMask;
  if (!keyPaddingMask) {
    if (!mask) return {};
    return { mask: mask.dtype === 'bool' ? (logicalNot(mask as Bool) as Bool) : (mask as Float) };
  }
  const [rows, keys] =
    keyPaddingMask.shape.length === 1 ? [1, keyPaddingMask.shape[0]] : keyPaddingMask.shape;
  const shape = [must(rows, 'rows'), 1, 1, must(keys, 'keys')];
  const ignored = reshape(keyPaddingMask, shape) as Bool;
  if (!mask) return { mask: logicalNot(ignored) };
  if (mask.dtype !== 'bool')
    return { mask: where(ignored, Number.NEGATIVE_INFINITY, mask as Float) as Float };
  return { mask: logicalNot(logicalOr(mask as Bool, ignored) as Bool) };
}

/** [N * heads, L, S] as [N, heads, L, S]. */
function byHead(mask: Expr, heads: number): Expr {
  const rows = divide(must(mask.shape[0], 'rows'), heads);
  if (rows !== null) return reshape(mask, [rows, heads, ...mask.shape.slice(1)]);
  throw new AdjointError('E-SHAPE-LAYER', `multiheadAttention: the mask is not for ${heads} heads`, [
    describe(mask),
  ]);
}

interface Widths {
  readonly embedDim: number;
  readonly kdim: number;
  readonly vdim: number;
}

/** `in_proj_weight` [3E, E], or one matrix each where features differ, `in_proj_bias`, and the layer `out_proj`. */
class Projections {
  readonly all: readonly LazyParameter[];
  readonly outProj: Module;
  readonly #weights: readonly LazyParameter[];
  readonly #bias: LazyParameter | null;

  constructor(scope: ModuleScope, { embedDim, kdim, vdim }: Widths, bias: boolean) {
    const declare = (name: string, shape: readonly number[]): LazyParameter =>
      lazyParameter(scope, name, shape, xavierUniform());
    const alike = kdim === embedDim && vdim === embedDim;
    this.#weights = alike
      ? [declare('in_proj_weight', [3 * embedDim, embedDim])]
      : [
          declare('q_proj_weight', [embedDim, embedDim]),
          declare('k_proj_weight', [embedDim, kdim]),
          declare('v_proj_weight', [embedDim, vdim]),
        ];
    this.#bias = bias ? lazyParameter(scope, 'in_proj_bias', [3 * embedDim], zeros()) : null;
    this.outProj = linear(embedDim, embedDim, { bias, biasInit: zeros() });
    this.all = this.#bias ? [...this.#weights, this.#bias] : this.#weights;
  }

  as(dtype: FloatDType): AttentionProjections {
    const [query, key, value] = this.#weights.map((weight) => weight.as(dtype) as Float);
    const [outWeight, outBias] = lazyParameters(this.outProj).map((own) => own.as(dtype) as Float);
    const first = must(query, 'weight');
    return {
      inProjWeight: key && value ? [first, key, value] : first,
      ...(this.#bias ? { inProjBias: this.#bias.as(dtype) } : {}),
      outProjWeight: must(outWeight, 'weight'),
      ...(outBias ? { outProjBias: outBias } : {}),
    };
  }
}

/** [L, N, E] as [N, L, E], each tensor once, so that one tensor in several roles stays one. */
function rowsFirst(inputs: readonly Float[]): readonly Float[] {
  const swapped = new Map(inputs.map((x) => [x, x.shape.length === 3 ? (transpose(x, 0, 1) as Float) : x]));
  return inputs.map((x) => must(swapped.get(x), 'tensor'));
}

/**
 * Attention with several heads; parameters `in_proj_weight` [3E, E], `in_proj_bias`, `out_proj.weight` and
 * `out_proj.bias`. Called with queries, keys and values, which default to the queries.
 */
export function multiheadAttention(
  embedDim: number,
  numHeads: number,
  options: MultiheadAttentionOptions = {},
): MultiheadAttention {
  const layer = `multiheadAttention(${embedDim}, ${numHeads})`;
  checkCounts(layer, [embedDim, numHeads, embedDim / numHeads]);
  const { dropout = 0, bias = true, kdim = embedDim, vdim = embedDim, batchFirst = false } = options;
  const scope = new ModuleScope(options.name ?? '');
  const own = new Projections(scope, { embedDim, kdim, vdim }, bias);
  const apply = (
    query: Float,
    key = query,
    value = key,
    call: AttentionCall = {},
  ): AttentionResult<FloatDType> => {
    checkAxis(layer, query, -1, embedDim);
    checkAxis(layer, key, -1, kdim);
    checkAxis(layer, value, -1, vdim);
    const inputs = batchFirst ? [query, key, value] : rowsFirst([query, key, value]);
    const [q, k, v] = inputs as readonly [Float, Float, Float];
    const settings = { numHeads, dropout, isCausal: call.isCausal ?? false, ...maskOf(call, numHeads) };
    const { output, weights } = multiHeadAttention(q, k, v, own.as(query.dtype), settings);
    return {
      output: q === query ? output : (transpose(output, 0, 1) as Float),
      weights: call.averageAttnWeights === false ? weights : averageHeads(weights),
    };
  };
  const children = [['out_proj', own.outProj.module]] as const;
  const parts = { kind: 'multiheadAttention', scope, parameters: own.all, children };
  return asModule(apply, parts) as unknown as MultiheadAttention;
}
