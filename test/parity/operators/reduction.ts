/** Reductions over axes, running reductions, orders, and functions that normalize along an axis. */
import {
  all,
  any,
  argmax,
  argmin,
  cosineSimilarity,
  cumprod,
  cumsum,
  logCumSumExp,
  logSoftmax,
  logSumExp,
  max,
  maxAlong,
  mean,
  min,
  minAlong,
  norm,
  normalize,
  pairwiseDistance,
  prod,
  softmax,
  softmin,
  sort,
  std,
  sum,
  topK,
  variance,
} from 'adjoint';
import type { Expr } from 'adjoint';
import type { Bool, Build, Float, Rows, Unary } from './row.ts';
import { given } from './row.ts';

type Over = { readonly dim: readonly number[] | null; readonly keepdim: boolean };
type Along = { readonly dim: number };
type MaybeAlong = { readonly dim: number | null };
type Keep = { readonly keepdim: boolean };
type Power = { readonly p: number };
type Flags = { readonly input: Bool };
type Two = { readonly x1: Float; readonly x2: Float };

type Options = { axis?: readonly number[]; keepdims: boolean };

/** A row of a reduction whose attributes beside the axes are options. */
function reduction<A extends object>(f: (x: Float, options: Options & A) => Expr): Build {
  return ({ input }: Unary, { dim, keepdim, ...rest }: Over) =>
    f(input, { ...rest, ...given('axis', dim), keepdims: keepdim } as unknown as Options & A);
}

/** A row of a function along one axis. */
function along(f: (x: Float, options: { axis: number }) => Expr): Build {
  return ({ input }: Unary, { dim }: Along) => f(input, { axis: dim });
}

const found = ({ values, indices }: { values: Expr; indices: Expr }): readonly Expr[] => [values, indices];

const reductions: Rows = {
  sum: reduction((x, options) => sum(x, options)),
  mean: reduction((x, options) => mean(x, options)),
  amax: reduction((x, options) => max(x, options)),
  amin: reduction((x, options) => min(x, options)),
  prod: reduction((x, options) => prod(x, options)),
  var: reduction<{ correction: number }>((x, options) => variance(x, options)),
  std: reduction<{ correction: number }>((x, options) => std(x, options)),
  logsumexp: reduction((x, options) => logSumExp(x, options)),
  norm: reduction<Power>((x, options) => norm(x, options)),
  max_dim: ({ input }: Unary, { dim, keepdim }: Along & Keep) =>
    found(maxAlong(input, { axis: dim, keepdims: keepdim })),
  min_dim: ({ input }: Unary, { dim, keepdim }: Along & Keep) =>
    found(minAlong(input, { axis: dim, keepdims: keepdim })),
  argmax: ({ input }: Unary, { dim, keepdim }: MaybeAlong & Keep) =>
    argmax(input, { ...given('axis', dim), keepdims: keepdim }),
  argmin: ({ input }: Unary, { dim, keepdim }: MaybeAlong & Keep) =>
    argmin(input, { ...given('axis', dim), keepdims: keepdim }),
  any: ({ input }: Flags, { dim }: MaybeAlong) => any(input, given('axis', dim)),
  all: ({ input }: Flags, { dim }: MaybeAlong) => all(input, given('axis', dim)),
};

const orders: Rows = {
  cumsum: along(cumsum),
  cumprod: along(cumprod),
  logcumsumexp: along(logCumSumExp),
  sort: ({ input }: Unary, { dim, descending }: Along & { descending: boolean }) =>
    found(sort(input, { axis: dim, descending })),
  topk: ({ input }: Unary, { k, dim, largest }: Along & { k: number; largest: boolean }) =>
    found(topK(input, k, { axis: dim, largest })),
};

const normalizing: Rows = {
  softmax: along(softmax),
  log_softmax: along(logSoftmax),
  softmin: along(softmin),
  normalize: ({ input }: Unary, { p, dim, eps }: Along & Power & { eps: number }) =>
    normalize(input, { p, axis: dim, eps }),
  cosine_similarity: ({ x1, x2 }: Two, { dim, eps }: Along & { eps: number }) =>
    cosineSimilarity(x1, x2, { axis: dim, eps }),
  pairwise_distance: ({ x1, x2 }: Two, { p, eps, keepdim }: Power & Keep & { eps: number }) =>
    pairwiseDistance(x1, x2, { p, eps, keepdims: keepdim }),
};

export const reductionRows: Rows = { ...reductions, ...orders, ...normalizing };
