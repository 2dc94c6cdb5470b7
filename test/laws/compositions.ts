/** Compositions: what they are called, the operands that the laws draw, and how they are built. */
import type { FloatDType } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import * as A from '../../src/ops/index.ts';
import type { ExampleOperand } from '../../src/ops/define.ts';
import type { Shape } from '../../src/shape-types.ts';

type Float = Expr<Shape, FloatDType>;
type Int = Expr<Shape, 'int32'>;
type Bool = Expr<Shape, 'bool'>;

interface Built {
  build(...operands: readonly Expr[]): Expr;
}

export interface Composition {
  readonly name: string;
  readonly operands: readonly ExampleOperand[];
  /** Declared as a method, so that each row says which operands it takes. */
  readonly build: Built['build'];
}

type Range = readonly [number, number];
const floats = (shape: readonly number[], range?: Range): ExampleOperand =>
  range ? { shape, range } : { shape };
const ints = (shape: readonly number[], size: number): ExampleOperand => ({
  shape,
  dtype: 'int32',
  range: [0, size],
});
const bools = (shape: readonly number[]): ExampleOperand => ({ shape, dtype: 'bool', range: [0, 2] });

const row = (name: string, operands: readonly ExampleOperand[], build: Built['build']): Composition => ({
  name,
  operands,
  build,
});

const matrix = [floats([3, 4])];
const pair = [floats([2, 3]), floats([3])];

/** Elementwise functions of one tensor: they take any shape. */
export const elementwiseCompositions: readonly Composition[] = [
  row('relu6', [floats([5, 2], [-3, 9])], (x: Float) => A.relu6(x)),
  row('silu', matrix, (x: Float) => A.silu(x)),
  row('mish', matrix, (x: Float) => A.mish(x)),
  row('softsign', matrix, (x: Float) => A.softsign(x)),
  row('logSigmoid', [floats([3, 4], [-30, 30])], (x: Float) => A.logSigmoid(x)),
  row('hardswish', [floats([3, 4], [-5, 5])], (x: Float) => A.hardswish(x)),
  row('tanhshrink', matrix, (x: Float) => A.tanhshrink(x)),
  row('selu', matrix, (x: Float) => A.selu(x)),
  row('leakyRelu', matrix, (x: Float) => A.leakyRelu(x, { negativeSlope: 0.2 })),
  row('elu', [floats([3, 4], [-3, 800])], (x: Float) => A.elu(x, { alpha: 1.5 })),
  row('celu', [floats([3, 4], [-3, 800])], (x: Float) => A.celu(x, { alpha: 0.5 })),
  row('gelu', matrix, (x: Float) => A.gelu(x)),
  row('gelu', matrix, (x: Float) => A.gelu(x, { approximate: 'tanh' })),
  row('softplus', [floats([3, 4], [-30, 30])], (x: Float) => A.softplus(x, { beta: 2 })),
  row('hardtanh', matrix, (x: Float) => A.hardtanh(x)),
  row('hardshrink', matrix, (x: Float) => A.hardshrink(x)),
  row('softshrink', matrix, (x: Float) => A.softshrink(x)),
  row('threshold', matrix, (x: Float) => A.threshold(x, { threshold: 0.3, value: -1 })),
  row('logit', [floats([3, 4], [-0.2, 1.2])], (x: Float) => A.logit(x, { eps: 0.1 })),
  row('reciprocal', [floats([3], [0.5, 2])], (x: Float) => A.reciprocal(x)),
  row('rsqrt', [floats([3], [0.5, 2])], (x: Float) => A.rsqrt(x)),
  row('square', matrix, (x: Float) => A.square(x)),
  row('frac', matrix, (x: Float) => A.frac(x)),
];

const combinations: readonly Composition[] = [
  row('prelu', [floats([2, 3, 2]), floats([3])], (x: Float, w: Float) => A.prelu(x, w)),
  row('prelu', [floats([2, 3]), floats([1])], (x: Float, w: Float) => A.prelu(x, w)),
  row('glu', matrix, (x: Float) => A.glu(x)),
  row('clamp', matrix, (x: Float) => A.clamp(x, { min: -0.5, max: 1 })),
  row('clamp', pair, (x: Float, high: Float) => A.clamp(x, { max: high })),
  row('hypot', pair, (x: Float, y: Float) => A.hypot(x, y)),
  row('logAddExp', pair, (x: Float, y: Float) => A.logAddExp(x, y)),
  row('xlogy', [floats([2, 3]), floats([3], [0.2, 3])], (x: Float, y: Float) => A.xlogy(x, y)),
  row('remainder', [floats([4], [-2.4, -2.1]), floats([4], [1.3, 1.6])], (x: Float, y: Float) =>
    A.remainder(x, y),
  ),
  row('lerp', pair, (x: Float, y: Float) => A.lerp(x, y, 0.3)),
  row('lerp', [...pair, floats([1])], (x: Float, y: Float, w: Float) => A.lerp(x, y, w)),
  row('addcmul', [...pair, floats([2, 1])], (x: Float, a: Float, b: Float) =>
    A.addcmul(x, a, b, { value: 0.5 }),
  ),
  row('addcdiv', [...pair, floats([2, 1], [1, 2])], (x: Float, a: Float, b: Float) =>
    A.addcdiv(x, a, b, { value: 0.5 }),
  ),
  row('maskedFill', [floats([2, 3]), bools([3])], (x: Float, m: Bool) => A.maskedFill(x, m, 7)),
  row('gt', pair, (x: Float, y: Float) => A.where(A.gt(x, y) as Bool, A.mul(x, y), x)),
  row('ge', pair, (x: Float, y: Float) => A.where(A.ge(x, y) as Bool, A.mul(x, y), x)),
  row('logicalNot', [bools([3])], (x: Bool) => A.logicalNot(x)),
  row('logicalAnd', [bools([2, 3]), bools([3])], (x: Bool, y: Bool) => A.logicalAnd(x, y)),
  row('logicalOr', [bools([2, 3]), bools([3])], (x: Bool, y: Bool) => A.logicalOr(x, y)),
  row('logicalXor', [bools([2, 3]), bools([3])], (x: Bool, y: Bool) => A.logicalXor(x, y)),
];

const reductions: readonly Composition[] = [
  row('mean', matrix, (x: Float) => A.mean(x, { axis: 1, keepdims: true })),
  row('variance', matrix, (x: Float) => A.variance(x, { axis: 0 })),
  row('std', matrix, (x: Float) => A.std(x, { correction: 0 })),
  row('norm', matrix, (x: Float) => A.norm(x, { axis: 1 })),
  row('norm', matrix, (x: Float) => A.norm(x, { p: 1 })),
  row('norm', matrix, (x: Float) => A.norm(x, { p: 3, axis: 0 })),
  row('norm', matrix, (x: Float) => A.norm(x, { p: 0.5, axis: 0 })),
  row('norm', matrix, (x: Float) => A.norm(x, { p: -1.5, axis: 0 })),
  row('norm', matrix, (x: Float) => A.norm(x, { p: Number.POSITIVE_INFINITY, axis: 0, keepdims: true })),
  row('norm', matrix, (x: Float) => A.norm(x, { p: Number.NEGATIVE_INFINITY })),
  row('norm', matrix, (x: Float) => A.norm(x, { p: 0 })),
  row('normalize', matrix, (x: Float) => A.normalize(x)),
  row('cosineSimilarity', [floats([2, 3]), floats([2, 3])], (x: Float, y: Float) => A.cosineSimilarity(x, y)),
  row('pairwiseDistance', [floats([2, 3]), floats([2, 3])], (x: Float, y: Float) => A.pairwiseDistance(x, y)),
  row('cdist', [floats([2, 3]), floats([4, 3])], (x: Float, y: Float) => A.cdist(x, y)),
  row('logSumExp', matrix, (x: Float) => A.logSumExp(x, { axis: [0, 1] })),
  row('logSumExp', [floats([2, 3], [-900, 900])], (x: Float) => A.logSumExp(x, { axis: 1, keepdims: true })),
  row('softmax', matrix, (x: Float) => A.softmax(x, { axis: 0 })),
  row('softmin', matrix, (x: Float) => A.softmin(x)),
  row('logSoftmax', matrix, (x: Float) => A.logSoftmax(x)),
  row('maxAlong', matrix, (x: Float) => A.maxAlong(x, { axis: 1 }).values),
  row('minAlong', matrix, (x: Float) => A.minAlong(x, { axis: 0, keepdims: true }).values),
  row('argmax', matrix, (x: Float) => A.argmax(x, { axis: 1 })),
  row('argmin', matrix, (x: Float) => A.argmin(x)),
  row('any', [bools([2, 3])], (x: Bool) => A.any(x, { axis: 1 })),
  row('all', [bools([2, 3])], (x: Bool) => A.all(x)),
  row('cumprod', matrix, (x: Float) => A.cumprod(x, { axis: 1 })),
  row('cumprod', matrix, (x: Float) => A.cumprod(x, { axis: 0, reverse: true })),
  row('sort', matrix, (x: Float) => A.sort(x).values),
  row('topK', matrix, (x: Float) => A.topK(x, 2, { axis: 0, largest: false }).values),
];

const movements: readonly Composition[] = [
  row('slice', matrix, (x: Float) => A.slice(x, { axis: 1, start: -3, step: 2 })),
  row('narrow', matrix, (x: Float) => A.narrow(x, { axis: 0, start: 1, length: 2 })),
  row('select', matrix, (x: Float) => A.select(x, { axis: 0, index: -1 })),
  row('split', matrix, (x: Float) => A.mul(...(A.split(x, { axis: 1, into: 2 }) as [Float, Float]))),
  row('split', matrix, (x: Float) => A.split(x, { axis: 1, into: [1, 3] })[1] as Float),
  row('stack', [floats([2]), floats([2])], (x: Float, y: Float) => A.stack([x, y], { axis: -1 })),
  row('tile', pair.slice(1), (x: Float) => A.tile(x, [2, 3])),
  row('repeatInterleave', matrix, (x: Float) => A.repeatInterleave(x, { count: 2, axis: 0 })),
  row('expand', [floats([3, 1])], (x: Float) => A.expand(x, [2, -1, 4])),
  row('roll', matrix, (x: Float) => A.roll(x, { shift: [1, -3], axis: [0, 1] })),
  row('roll', matrix, (x: Float) => A.roll(x, { shift: 5 })),
  row('pad', matrix, (x: Float) =>
    A.pad(
      x,
      [
        [1, 0],
        [-1, 2],
      ],
      { value: 3 },
    ),
  ),
  row('pad', matrix, (x: Float) =>
    A.pad(
      x,
      [
        [1, 2],
        [-1, 2],
      ],
      { mode: 'reflect' },
    ),
  ),
  row('pad', matrix, (x: Float) =>
    A.pad(
      x,
      [
        [4, 0],
        [0, 1],
      ],
      { mode: 'replicate' },
    ),
  ),
  row('pad', matrix, (x: Float) =>
    A.pad(
      x,
      [
        [1, 3],
        [4, 0],
      ],
      { mode: 'circular' },
    ),
  ),
  row('tril', matrix, (x: Float) => A.tril(x, { diagonal: -1 })),
  row('triu', matrix, (x: Float) => A.triu(x)),
  row('diagonal', [floats([2, 3, 4])], (x: Float) => A.diagonal(x, { offset: 1 })),
  row('flatten', [floats([2, 3, 2])], (x: Float) => A.flatten(x, { start: 1 })),
  row('unflatten', [floats([2, 6])], (x: Float) => A.unflatten(x, { axis: 1, shape: [3, -1] })),
  row('moveAxis', [floats([2, 3, 4])], (x: Float) => A.moveAxis(x, 0, -1)),
  row('transpose', [floats([2, 3, 4])], (x: Float) => A.transpose(x)),
  row('squeeze', [floats([1, 3, 1])], (x: Float) => A.squeeze(x)),
  row('unsqueeze', matrix, (x: Float) => A.unsqueeze(x, 1)),
  row('pixelShuffle', [floats([1, 8, 2, 3])], (x: Float) => A.pixelShuffle(x, 2)),
  row('pixelUnshuffle', [floats([1, 2, 4, 6])], (x: Float) => A.pixelUnshuffle(x, 2)),
  row('interpolate', [floats([1, 2, 3, 4])], (x: Float) => A.interpolate(x, { size: [5, 2] })),
  row('interpolate', [floats([1, 2, 3, 4])], (x: Float) =>
    A.interpolate(x, { size: [5, 7], mode: 'bilinear' }),
  ),
  row('interpolate', [floats([1, 1, 3, 4])], (x: Float) =>
    A.interpolate(x, { size: [5, 7], mode: 'bilinear', alignCorners: true }),
  ),
];

const selections: readonly Composition[] = [
  row('take', [floats([4, 3]), ints([2, 2], 4)], (x: Float, i: Int) => A.take(x, i)),
  row('take', [floats([2, 4, 3]), ints([5], 4)], (x: Float, i: Int) => A.take(x, i, { axis: 1 })),
  row('gather', [floats([4, 3]), ints([2, 2], 4)], (x: Float, i: Int) => A.gather(x, i, { axis: 0 })),
  row('scatterAdd', [floats([4, 3]), ints([2, 2], 4), floats([3, 2])], (x: Float, i: Int, y: Float) =>
    A.scatterAdd(x, i, y, { axis: 0 }),
  ),
  row('oneHot', [ints([3], 4)], (i: Int) => A.oneHot(i, 4)),
  row('embedding', [ints([2, 3], 4), floats([4, 2])], (i: Int, w: Float) => A.embedding(i, w)),
  row('embeddingBag', [ints([2, 3], 4), floats([4, 2])], (i: Int, w: Float) => A.embeddingBag(i, w)),
];

const products: readonly Composition[] = [
  row('dot', [floats([3]), floats([3])], (x: Expr<[3], 'float64'>, y: Expr<[3], 'float64'>) => A.dot(x, y)),
  row('outer', [floats([3]), floats([2])], (x: Expr<[3], 'float64'>, y: Expr<[2], 'float64'>) =>
    A.outer(x, y),
  ),
  row('bmm', [floats([2, 1, 3]), floats([2, 3, 2])], (x: Expr<[2, 1, 3]>, y: Expr<[2, 3, 2]>) => A.bmm(x, y)),
  row('addmm', [floats([2]), floats([3, 4]), floats([4, 2])], (x: Float, a: Expr<[3, 4]>, b: Expr<[4, 2]>) =>
    A.addmm(x, a as Expr<[3, 4], 'float64'>, b as Expr<[4, 2], 'float64'>, { beta: 2, alpha: -1 }),
  ),
  row('kron', [floats([2, 3]), floats([2])], (x: Float, y: Float) => A.kron(x, y)),
  row('einsum', [floats([2, 3]), floats([3, 4]), floats([4])], (x: Float, y: Float, z: Float) =>
    A.einsum('ij,jk,k->i', x, y, z),
  ),
  row('einsum', [floats([3, 2, 3])], (x: Float) => A.einsum('iji->j', x)),
  row('einsum', [floats([2, 2, 3]), floats([3, 2])], (x: Float, y: Float) => A.einsum('...ij,jk', x, y)),
  row('einsum', [floats([2, 3]), floats([2])], (x: Float, y: Float) => A.einsum('ij,i->ij', x, y)),
  row('matmul', [floats([3]), floats([2, 3, 2])], (x: Float, y: Float) => A.matmul(x, y)),
  row('matmul', [floats([2, 1, 2, 3]), floats([3, 3, 2])], (x: Float, y: Float) => A.matmul(x, y)),
];

const powers: readonly Composition[] = [2, 3, 0.5, -1, 4, 2.5, -2, 0, 1].map((exponent) =>
  row('pow', [floats([3], [0.3, 2])], (x: Float) => A.pow(x, exponent)),
);

export const compositions: readonly Composition[] = [
  ...elementwiseCompositions,
  ...combinations,
  ...reductions,
  ...movements,
  ...selections,
  ...products,
  ...powers,
  row('pow', [floats([3], [-2, 2])], (x: Float) => A.pow(1.7, x)),
];
