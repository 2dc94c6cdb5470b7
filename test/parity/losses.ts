/** The losses that the project has, by their names in the specification. */
import { logSoftmax, loss } from 'adjoint';
import type { Expr } from 'adjoint';
import type { Build, Float, Integer, Rows } from './operators/row.ts';
import { given, options } from './operators/row.ts';

type Pair = {
  readonly input: Float;
  readonly target: Float;
  readonly weight?: Float;
  readonly pos_weight?: Float;
};

type Labeled = { readonly input: Float; readonly target: Integer; readonly weight?: Float };
type Matrix = Expr<[number, number], 'float64'>;
type Linear = Omit<Labeled, 'input'> & {
  readonly input: Matrix;
  readonly linear_weight: Matrix;
  readonly linear_bias?: Float;
};

type Two = { readonly input1: Float; readonly input2: Float; readonly target: Float };
type Triplet = { readonly anchor: Float; readonly positive: Float; readonly negative: Float };

type Sequences = {
  readonly logits: Expr<[number, number, number], 'float64'>;
  readonly targets: Expr<[number, number], 'int32'>;
  readonly input_lengths: Expr<[number], 'int32'>;
  readonly target_lengths: Expr<[number], 'int32'>;
};

/** A row of a loss of a prediction and a target, whose weights are options. */
function pair(f: (x: Float, target: Float, options: Record<string, never>) => Expr): Build {
  return ({ input, target, weight, pos_weight }: Pair, attrs) => {
    const weights = { ...given('weight', weight), ...given('posWeight', pos_weight) };
    return f(input, target, { ...options(attrs), ...weights } as Record<string, never>);
  };
}

export const lossRows: Rows = {
  L1Loss: pair(loss.l1),
  MSELoss: pair(loss.mse),
  SmoothL1Loss: pair(loss.smoothL1),
  HuberLoss: pair(loss.huber),
  BCELoss: pair(loss.bce),
  BCEWithLogitsLoss: pair(loss.bceWithLogits),
  CrossEntropyLoss: pair(loss.crossEntropy),
  NLLLoss: ({ input, target, weight }: Labeled, attrs) =>
    loss.nll(input, target, { ...options(attrs), ...given('weight', weight) }),
  KLDivLoss: pair(loss.klDiv),
  PoissonNLLLoss: pair(loss.poissonNll),
  HingeEmbeddingLoss: pair(loss.hingeEmbedding),
  SoftMarginLoss: pair(loss.softMargin),
  MultiLabelSoftMarginLoss: pair(loss.multiLabelSoftMargin),
  MarginRankingLoss: ({ input1, input2, target }: Two, attrs) =>
    loss.marginRanking(input1, input2, target, options(attrs)),
  CosineEmbeddingLoss: ({ input1, input2, target }: Two, attrs) =>
    loss.cosineEmbedding(input1, input2, target, options(attrs)),
  TripletMarginLoss: ({ anchor, positive, negative }: Triplet, attrs) =>
    loss.tripletMargin(anchor, positive, negative, options(attrs)),
  MultiMarginLoss: ({ input, target, weight }: Labeled, attrs) =>
    loss.multiMargin(input, target, { ...options(attrs), ...given('weight', weight) }),
  MultiLabelMarginLoss: ({ input, target }: Labeled, attrs) =>
    loss.multiLabelMargin(input, target, options(attrs)),
  GaussianNLLLoss: ({ input, target, var: variance }: Pair & { readonly var: Float }, attrs) =>
    loss.gaussianNll(input, target, variance, options(attrs)),
  CTCLoss: ({ logits, targets, input_lengths, target_lengths }: Sequences, attrs) =>
    loss.ctc(logSoftmax(logits, { axis: 2 }), targets, input_lengths, target_lengths, options(attrs)),
  LinearCrossEntropyLoss: ({ input, linear_weight, target, linear_bias, weight }: Linear, attrs) =>
    loss.linearCrossEntropy(input, linear_weight, target, {
      ...options(attrs),
      ...given('linearBias', linear_bias),
      ...given('weight', weight),
    }),
};
