export { bce, bceWithLogits } from './binary.ts';
export type { BceWithLogitsOptions } from './binary.ts';
export type { Weights } from './checks.ts';
export { crossEntropy, linearCrossEntropy, nll } from './classification.ts';
export type {
  ClassLoss,
  CrossEntropyOptions,
  LinearCrossEntropyOptions,
  NllOptions,
} from './classification.ts';
export { ctc } from './ctc.ts';
export type { CtcOptions } from './ctc.ts';
export { cosineEmbedding, marginRanking, tripletMargin } from './embedding.ts';
export type { CosineEmbeddingOptions, MarginRankingOptions, TripletMarginOptions } from './embedding.ts';
export { gaussianNll, klDiv, poissonNll } from './likelihood.ts';
export type { GaussianNllOptions, KlDivOptions, PoissonNllOptions } from './likelihood.ts';
export { multiLabelMargin, multiMargin } from './class-margin.ts';
export type { MultiMarginOptions } from './class-margin.ts';
export { hingeEmbedding, multiLabelSoftMargin, softMargin } from './margin.ts';
export type { MarginOption, MultiLabelSoftMarginOptions } from './margin.ts';
export type { PairLoss, WeightOption } from './pair.ts';
export type { Reduction, ReductionOption } from './reduction.ts';
export { huber, l1, mse, smoothL1 } from './regression.ts';
export type { HuberOptions, SmoothL1Options } from './regression.ts';
