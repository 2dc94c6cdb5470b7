export { binaryAccuracy, f1, precision, recall } from './binary.ts';
export type { BinaryMetric, ThresholdOption } from './binary.ts';
export { accuracy, confusionMatrix, perplexity, topKAccuracy } from './classification.ts';
export type { PerplexityOptions, TopKOptions } from './classification.ts';
export type { IgnoreOption } from './counts.ts';
export { mae, mse, r2 } from './regression.ts';
