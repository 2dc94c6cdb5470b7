export {
  celu,
  elu,
  gelu,
  glu,
  hardshrink,
  hardsigmoid,
  hardswish,
  hardtanh,
  leakyRelu,
  logSigmoid,
  logit,
  mish,
  prelu,
  relu6,
  selu,
  silu,
  softplus,
  softshrink,
  softsign,
  tanhshrink,
  threshold,
} from './activation.ts';
export type { GeluOptions, SoftplusOptions } from './activation.ts';
export { abs, add, div, mul, neg, reciprocal, rsqrt, sign, sqrt, square, sub } from './arithmetic.ts';
export { flatten, moveAxis, unflatten } from './axes.ts';
export { broadcastTo, sum } from './broadcast.ts';
export { cast } from './cast.ts';
export { addcdiv, addcmul, clamp, hypot, lerp, logAddExp, maskedFill, xlogy } from './combine.ts';
export type { ClampOptions } from './combine.ts';
export {
  eq,
  ge,
  gt,
  le,
  logicalAnd,
  logicalNot,
  logicalOr,
  logicalXor,
  lt,
  maximum,
  minimum,
  ne,
  where,
} from './compare.ts';
export { concat, stack } from './concat.ts';
export { matmul } from './contract.ts';
export { byMode, gradient, stopGradient, withUpdate } from './control.ts';
export { cumprod, cumsum, linearRecurrence, logCumSumExp } from './cumulative.ts';
export type { RunningOptions } from './cumulative.ts';
export { checkpoint, withGradient } from './custom.ts';
export { hessian, hvp, jacobian, jvp, vjp } from './derivatives.ts';
export { einsum } from './einsum.ts';
export { erf, erfc } from './error-function.ts';
export { exp, exp2, expm1, log, log10, log1p, log2, relu, sigmoid, tanh } from './exponential.ts';
export { all, any, argmax, argmin, maxAlong, minAlong } from './extremes.ts';
export type { Found } from './extremes.ts';
export { flip } from './flip.ts';
export { acosh, asinh, atanh, cosh, sinh } from './hyperbolic.ts';
export { constant, iota, sizeOf, tensor } from './leaves.ts';
export { cdist, cosineSimilarity, norm, normalize, pairwiseDistance, std, variance } from './norm.ts';
export { pad } from './pad.ts';
export type { PadMode, PadOptions, PadWidths } from './pad.ts';
export { narrow, select, slice, split } from './parts.ts';
export type { SliceOptions, SplitOptions } from './parts.ts';
export { permute, transpose } from './permute.ts';
export { addmm, bmm, dot, kron, outer } from './products.ts';
export type { AddmmOptions } from './products.ts';
export { pow } from './power.ts';
export { uniform } from './random.ts';
export { max, mean, min, prod } from './reduce.ts';
export { reshape, squeeze, unsqueeze } from './reshape.ts';
export { logSoftmax, logSumExp, softmax, softmin } from './softmax.ts';
export { argSort, sort, topK } from './sorting.ts';
export type { SortOptions, TopKOptions } from './sorting.ts';
export { interpolate, pixelShuffle, pixelUnshuffle } from './resize.ts';
export type { InterpolateOptions } from './resize.ts';
export { ceil, floor, fmod, frac, remainder, round, trunc } from './rounding.ts';
export { embedding, embeddingBag, gather, oneHot, scatterAdd, take } from './take.ts';
export type { EmbeddingOptions, TakeOptions } from './take.ts';
export { expand, repeatInterleave, roll, tile } from './tiling.ts';
export type { RollOptions } from './tiling.ts';
export { diagonal, tril, triu } from './triangle.ts';
export {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './convolve-builders.ts';
export type { ConvolutionOptions, ConvolutionTransposeOptions } from './convolve-builders.ts';
export { overlapAdd, windows } from './windows-builders.ts';
export type { WindowSpec } from './windows.ts';
export { fold, unfold } from './windows-unfold.ts';
export type { UnfoldOptions } from './windows-unfold.ts';
export { acos, asin, atan, atan2, cos, sin, tan } from './trigonometry.ts';
export { scan } from './scan-builder.ts';
export type { ScanOptions, ScanResult } from './scan-builder.ts';
export {
  avgPool1d,
  avgPool2d,
  avgPool3d,
  localResponseNorm,
  maxFirst,
  maxPool1d,
  maxPool2d,
  maxPool3d,
} from './pooling.ts';
export type { AvgPoolOptions, LocalResponseOptions, MaxPoolOptions, PoolOptions } from './pooling.ts';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
} from './pooling-adaptive.ts';
export type { OutputSize } from './pooling-adaptive.ts';
export { batchNorm, groupNorm, instanceNorm, layerNorm, rmsNorm } from './normalization.ts';
export type {
  Affine,
  BatchNormOptions,
  BatchNormResult,
  NormOptions,
  RmsNormOptions,
} from './normalization.ts';
export { alphaDropout, channelDropout, dropout } from './dropout.ts';
export type { DropoutOptions } from './dropout.ts';
export { gruCell, lstmCell, rnnCell } from './recurrent.ts';
export type { CellWeights, LstmState, Nonlinearity, RnnCellOptions } from './recurrent.ts';
export { gru, lstm, rnn } from './recurrent-sequence.ts';
export type {
  LstmOptions,
  LstmResult,
  RnnOptions,
  SequenceOptions,
  SequenceResult,
} from './recurrent-sequence.ts';
export { scaledDotProductAttention } from './attention.ts';
export type { AttentionOptions } from './attention.ts';
export { averageHeads, multiHeadAttention } from './attention-heads.ts';
export type { AttentionProjections, MultiHeadOptions, MultiHeadResult } from './attention-heads.ts';
export { transformerEncoderLayer } from './transformer.ts';
export type {
  EncoderLayerOptions,
  EncoderLayerWeights,
  FeedForwardActivation,
  LinearWeights,
} from './transformer.ts';
