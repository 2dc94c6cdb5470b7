/** Attention with several heads, each over a part of the features. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { add } from './arithmetic.ts';
import { attentionWeights } from './attention.ts';
import type { AttentionOptions, Float } from './attention.ts';
import { matmul } from './contract.ts';
import { split } from './parts.ts';
import { transpose } from './permute.ts';
import { mean } from './reduce.ts';
import { reshape } from './reshape.ts';
import { knownSize } from './windows-geometry.ts';

/** Projections of queries, keys and values to E features in [3E, E], and of what they give, [E, E]. */
export interface AttentionProjections<D extends FloatDType = FloatDType> {
  /** [3E, E], or one matrix each where keys or values have other features. */
  readonly inProjWeight: Expr<Shape, D> | readonly [Expr<Shape, D>, Expr<Shape, D>, Expr<Shape, D>];
  /** [3E]. */
  readonly inProjBias?: Expr<Shape, D>;
  readonly outProjWeight: Expr<Shape, D>;
  readonly outProjBias?: Expr<Shape, D>;
}

export interface MultiHeadOptions<D extends FloatDType = FloatDType> extends Omit<
  AttentionOptions<D>,
  'scale' | 'enableGqa'
> {
  readonly numHeads: number;
}

export interface MultiHeadResult<D extends FloatDType> {
  /** [N, L, E]. */
  readonly output: Expr<Shape, D>;
  /** [N, heads, L, S]: what each query of each head takes of each value. */
  readonly weights: Expr<Shape, D>;
}

type Three<T> = readonly [query: T, key: T, value: T];

const isThree = (weight: Expr | Three<Expr>): weight is Three<Expr> => Array.isArray(weight);

const affine = (x: Expr, weight: Expr, bias: Expr | undefined): Float => {
  const product = matmul(x as Float, transpose(weight as Float)) as Float;
  return bias ? (add(product, bias as Float) as Float) : product;
};

/** Projected queries, keys and values; what is the same tensor takes part in one product. */
function projected(inputs: Three<Expr>, { inProjWeight, inProjBias }: AttentionProjections): Three<Float> {
  const [query, key, value] = inputs;
  if (!isThree(inProjWeight) && query === key && key === value) {
    const [q, k, v] = split(affine(query, inProjWeight, inProjBias), { into: 3, axis: -1 });
    return [must(q, 'queries') as Float, must(k, 'keys') as Float, must(v, 'values') as Float];
  }
  const weights = isThree(inProjWeight) ? inProjWeight : split(inProjWeight as Float, { into: 3 });
  const biases = inProjBias && split(inProjBias as Float, { into: 3 });
  const [q, k, v] = inputs.map((x, i) => affine(x, must(weights[i], 'weight'), biases?.[i]));
  return [must(q, 'queries'), must(k, 'keys'), must(v, 'values')];
}

/** [..., L, heads * F] to [..., heads, L, F]. */
function apart(x: Float, heads: number): Float {
  const width = knownSize('multiHeadAttention', x, x.shape.length - 1);
  const parts = reshape(x, [...x.shape.slice(0, -1), heads, width / heads]) as Float;
  return transpose(parts, -3, -2) as Float;
}

/** [..., heads, L, F] to [..., L, heads * F]. */
function together(x: Float): Float {
  const parts = transpose(x, -3, -2) as Float;
  const [heads, width] = parts.shape.slice(-2).map(Number);
  return reshape(parts, [...parts.shape.slice(0, -2), must(heads, 'heads') * must(width, 'width')]) as Float;
}

/**
 * Attention of `numHeads` heads over queries [N, L, E], keys and values [N, S, E]; the batch axis may be left out.
 * A mask says what a query attends to, and broadcasts to [N, heads, L, S].
 */
export function multiHeadAttention<D extends FloatDType>(
  query: Expr<Shape, D>,
  key: Expr<Shape, D>,
  value: Expr<Shape, D>,
  projections: AttentionProjections<D>,
  options: MultiHeadOptions<D>,
): MultiHeadResult<D> {
  const { numHeads, ...rest } = options;
  const [q, k, v] = projected([query, key, value], projections as unknown as AttentionProjections);
  if (!Number.isSafeInteger(numHeads) || numHeads < 1 || Number(q.shape.at(-1)) % numHeads !== 0) {
    const headline = `multiHeadAttention: ${q.shape.at(-1)} features do not divide into ${numHeads} heads`;
    throw new AdjointError('E-ATTRIBUTE', headline, [describe(query)]);
  }
  const weights = attentionWeights(apart(q, numHeads), apart(k, numHeads), rest as AttentionOptions);
  const mixed = together(matmul(weights, apart(v, numHeads)) as Float);
  const output = affine(mixed, projections.outProjWeight, projections.outProjBias);
  return { output: output as unknown as Expr<Shape, D>, weights: weights as unknown as Expr<Shape, D> };
}

/** The mean over heads of attention weights [N, heads, L, S]. */
export function averageHeads<D extends FloatDType>(weights: Expr<Shape, D>): Expr<Shape, D> {
  return mean(weights, { axis: -3 }) as Expr<Shape, D>;
}
