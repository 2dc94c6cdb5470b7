/** Attention: means of values, weighted by how well queries and keys agree. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { add, div, mul, sub } from './arithmetic.ts';
import { broadcastTo, sum } from './broadcast.ts';
import { eq, ge, logicalAnd, where } from './compare.ts';
import { matmul } from './contract.ts';
import { stopGradient } from './control.ts';
import { dropout } from './dropout.ts';
import { exp } from './exponential.ts';
import { iota } from './leaves.ts';
import { transpose } from './permute.ts';
import { max } from './reduce.ts';
import { reshape } from './reshape.ts';
import { softmax } from './softmax.ts';
import { knownSize } from './windows-geometry.ts';

export type Float = Expr<Shape, FloatDType>;
type Bool = Expr<Shape, 'bool'>;

export interface AttentionOptions<D extends FloatDType = FloatDType> {
  /** Broadcasts to [..., L, S]. A bool says which keys a query attends to; a float is added to the scores. */
  readonly mask?: Expr<Shape, D> | Expr<Shape, 'bool'>;
  /** Query i attends to keys 0 to i alone, also where the lengths differ; default false. */
  readonly isCausal?: boolean;
  /** What scores are multiplied by; default (or null): 1 / sqrt(E). */
  readonly scale?: number | null;
  /** Keys and values have fewer heads (axis -3), each serving several queries in a row; default false. */
  readonly enableGqa?: boolean;
  /** The probability with which a weight is dropped in training; default 0. */
  readonly dropout?: number;
}

/** Softmax over the last axis where rows may be -Infinity throughout: such a row is 0 and passes no gradient. */
function maskedSoftmax(scores: Float): Float {
  const largest = max(scores, { axis: -1, keepdims: true }) as Float;
  const top = where(eq(largest, Number.NEGATIVE_INFINITY) as Bool, 0, largest) as Float;
  const e = exp(sub(scores, stopGradient(top)) as Float);
  const total = sum(e, { axis: -1, keepdims: true }) as Float;
  return div(e, where(eq(total, 0) as Bool, 1, total) as Float) as Float;
}

/** [L, S]: true where key j is not behind query i. */
function causal(queries: Size, keys: Size): Bool {
  return ge(iota([queries, keys], 0) as Expr, iota([queries, keys], 1) as Expr) as unknown as Bool;
}

/** softmax(q k^T scale), masked: [..., L, S]. */
export function attentionWeights(query: Float, key: Float, options: AttentionOptions = {}): Float {
  const { mask, isCausal = false, scale } = options;
  const width = knownSize('attention', query, query.shape.length - 1);
  const scaled = mul(query, scale ?? 1 / Math.sqrt(width)) as Float;
  const scores = matmul(scaled, transpose(key)) as Float;
  const [queries, keys] = [must(scores.shape.at(-2), 'queries'), must(scores.shape.at(-1), 'keys')];
  const bools = mask?.dtype === 'bool' ? [mask as Bool] : [];
  if (isCausal) bools.push(causal(queries, keys));
  const added = mask && mask.dtype !== 'bool' ? (add(scores, mask as Float) as Float) : scores;
  const [attends, ...more] = bools;
  const allowed = attends && more.reduce<Bool>((all, next) => logicalAnd(all as Bool, next) as Bool, attends);
  const masked = allowed ? (where(allowed, added, Number.NEGATIVE_INFINITY) as Float) : added;
  const weights = mask || isCausal ? maskedSoftmax(masked) : softmax(masked);
  return dropout(weights, { p: options.dropout ?? 0 });
}

/** Heads of keys or values repeated, each for as many queries as it serves. */
function shared(x: Float, heads: Size): Float {
  const own = x.shape.at(-3);
  if (typeof own !== 'number' || typeof heads !== 'number' || heads % own !== 0) {
    throw new AdjointError('E-SHAPE-LAYER', `attention: ${own} heads do not serve ${heads}`, [describe(x)]);
  }
  const at = x.shape.length - 2;
  const apart = reshape(x, x.shape.toSpliced(at, 0, 1)) as Float;
  const repeated = broadcastTo(apart, apart.shape.with(at, heads / own)) as Float;
  return reshape(repeated, x.shape.with(at - 1, heads)) as Float;
}

/**
 * softmax(q k^T scale, masked) v, for queries [..., L, E], keys [..., S, E] and values [..., S, V]. A query that may
 * attend to no key gives 0, and no gradient passes.
 */
export function scaledDotProductAttention<D extends FloatDType>(
  query: Expr<Shape, D>,
  key: Expr<Shape, D>,
  value: Expr<Shape, D>,
  options: AttentionOptions<D> = {},
): Expr<Shape, D> {
  const heads = query.shape.at(-3);
  const repeat = (x: Expr): Float =>
    options.enableGqa && heads !== undefined ? shared(x as Float, heads) : (x as Float);
  const weights = attentionWeights(query as Float, repeat(key), options as AttentionOptions);
  return matmul(weights, repeat(value)) as unknown as Expr<Shape, D>;
}
