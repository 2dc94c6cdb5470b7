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
  logSoftmax,
  mish,
  prelu,
  relu,
  relu6,
  rrelu,
  selu,
  sigmoid,
  silu,
  softmax,
  softmin,
  softplus,
  softshrink,
  softsign,
  tanh,
  tanhshrink,
  threshold,
} from './activation.ts';
export type { AxisOption, PreluOptions, RreluOptions } from './activation.ts';
export { module } from './define.ts';
export type { Defined, Member, Members, Opened } from './define.ts';
export { freeze, parameterCount, unfreeze } from './freeze.ts';
export type { ParameterCountOptions } from './freeze.ts';
export * as init from './init.ts';
export { bilinear, linear } from './linear.ts';
export type { Bilinear, BilinearOptions, Linear, LinearOptions } from './linear.ts';
export { lora } from './lora.ts';
export type { LoraOptions } from './lora.ts';
export type { Layer, LayerOptions, LazyParameter, Module, NamedParameter } from './module.ts';
export { moduleParameters } from './module.ts';
export { parameter } from './parameter.ts';
export type { OwnParameter, OwnParameterOptions } from './parameter.ts';
export type { ParameterInfo, Selection } from '../select.ts';
export { residual, sequential } from './sequential.ts';
export type { Stage } from './sequential.ts';
export { flatten, identity, unflatten } from './shape.ts';
export { parameterOf } from './sharing.ts';
export { multiheadAttention } from './attention.ts';
export type {
  AttentionCall,
  AttentionMasks,
  AttentionResult,
  MultiheadAttention,
  MultiheadAttentionOptions,
} from './attention.ts';
export { conv1d, conv2d, conv3d, convTranspose1d, convTranspose2d, convTranspose3d } from './convolution.ts';
export type { ConvOptions, ConvTransposeOptions } from './convolution.ts';
export { alphaDropout, dropout, dropout1d, dropout2d, dropout3d } from './dropout.ts';
export { embedding, embeddingBag, positionalEmbedding, positionalEncoding } from './embedding.ts';
export type {
  Embedding,
  EmbeddingBagOptions,
  EmbeddingOptions,
  PositionalEmbeddingOptions,
} from './embedding.ts';
export { batchNorm1d, batchNorm2d, batchNorm3d } from './normalization-batch.ts';
export type { BatchNormLayerOptions } from './normalization-batch.ts';
export {
  groupNorm,
  instanceNorm1d,
  instanceNorm2d,
  instanceNorm3d,
  layerNorm,
  rmsNorm,
} from './normalization.ts';
export type { AffineOptions, LayerNormOptions, RmsNormLayerOptions } from './normalization.ts';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  fold,
  localResponseNorm,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  unfold,
} from './pooling.ts';
export { gru, gruCell, lstm, lstmCell, outputOf, rnn, rnnCell } from './recurrent.ts';
export type {
  CellLayer,
  CellOptions,
  LstmCellLayer,
  LstmLayer,
  RnnCellLayerOptions,
  RnnLayerOptions,
  SequenceLayer,
  SequenceLayerOptions,
} from './recurrent.ts';
export {
  transformerDecoder,
  transformerDecoderLayer,
  transformerEncoder,
  transformerEncoderLayer,
} from './transformer.ts';
export type {
  DecoderMasks,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  TransformerLayerOptions,
} from './transformer.ts';
