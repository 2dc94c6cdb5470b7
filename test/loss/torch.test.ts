import { expect, test } from 'vitest';
import { logSoftmax, loss } from 'adjoint';
import type { Expr } from 'adjoint';
import { differences, lossCases } from './replay.ts';
import type { Build, LossCase } from './replay.ts';

type Attrs = LossCase['attrs'];
type Float = Expr<readonly number[], 'float64'>;
type Labels = Expr<readonly number[], 'int32'>;
type Inputs = Readonly<Record<string, Float>>;

/** PyTorch's spelling of attributes, in ours. */
function camel(attrs: Attrs): object {
  return Object.fromEntries(
    Object.entries(attrs).map(([key, value]) => [
      key.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  );
}

/** The options of a case: its attributes and the optional tensors that it has. */
function options(inputs: Inputs, attrs: Attrs, names: readonly string[] = []): object {
  const given = names.flatMap((name) => (inputs[name] ? [[name, inputs[name]] as const] : []));
  return camel({ ...attrs, ...Object.fromEntries(given) });
}

type PairBuild = (x: Float, y: Float, options: object) => Expr;
const pair = (build: unknown, names: readonly string[] = ['weight']): Build =>
  ((inputs: Inputs, attrs: Attrs) =>
    (build as PairBuild)(
      inputs['input'] as Float,
      inputs['target'] as Float,
      options(inputs, attrs, names),
    )) as Build;

type TripleBuild = (x: Float, y: Float, z: Float, options: object) => Expr;
const triple = (build: unknown, [first, second, third]: readonly [string, string, string]): Build =>
  ((inputs: Inputs, attrs: Attrs) =>
    (build as TripleBuild)(
      inputs[first] as Float,
      inputs[second] as Float,
      inputs[third] as Float,
      options(inputs, attrs),
    )) as Build;

const losses: Readonly<Record<string, Build>> = {
  L1Loss: pair(loss.l1),
  MSELoss: pair(loss.mse),
  SmoothL1Loss: pair(loss.smoothL1),
  HuberLoss: pair(loss.huber),
  BCELoss: pair(loss.bce),
  BCEWithLogitsLoss: pair(loss.bceWithLogits, ['weight', 'pos_weight']),
  CrossEntropyLoss: pair(loss.crossEntropy),
  NLLLoss: pair(loss.nll),
  KLDivLoss: pair(loss.klDiv),
  PoissonNLLLoss: pair(loss.poissonNll),
  HingeEmbeddingLoss: pair(loss.hingeEmbedding),
  SoftMarginLoss: pair(loss.softMargin),
  MultiLabelMarginLoss: pair(loss.multiLabelMargin),
  MultiLabelSoftMarginLoss: pair(loss.multiLabelSoftMargin),
  MultiMarginLoss: pair(loss.multiMargin),
  MarginRankingLoss: triple(loss.marginRanking, ['input1', 'input2', 'target']),
  CosineEmbeddingLoss: triple(loss.cosineEmbedding, ['input1', 'input2', 'target']),
  TripletMarginLoss: triple(loss.tripletMargin, ['anchor', 'positive', 'negative']),
  GaussianNLLLoss: triple(loss.gaussianNll, ['input', 'target', 'var']),
  CTCLoss: ((inputs: Inputs, attrs: Attrs) =>
    (loss.ctc as unknown as (x: Float, y: Float, frames: Float, lengths: Float, options: object) => Expr)(
      logSoftmax(inputs['logits'] as Float, { axis: 2 }),
      inputs['targets'] as Float,
      inputs['input_lengths'] as Float,
      inputs['target_lengths'] as Float,
      options(inputs, attrs),
    )) as Build,
  LinearCrossEntropyLoss: ((inputs: Inputs, attrs: Attrs) =>
    (loss.linearCrossEntropy as unknown as (x: Float, w: Float, y: Labels, options: object) => Expr)(
      inputs['input'] as Float,
      inputs['linear_weight'] as Float,
      inputs['target'] as unknown as Labels,
      options(inputs, attrs, ['linear_bias', 'weight']),
    )) as Build,
};

test.each(lossCases().filter((c) => losses[c.loss]))(
  '$id has the values and gradients of PyTorch',
  (example) => {
    const build = losses[example.loss];
    expect(build && differences(example, build)).toEqual([]);
  },
);
