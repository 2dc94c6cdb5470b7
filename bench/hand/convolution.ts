/** A training step of the convolutional network by hand: products over unfolded images. */
import type { Start, Train } from '../workload.ts';
import type { Block } from './convolution-block.ts';
import { backwardBlock, block, forwardBlock } from './convolution-block.ts';
import { momentum, trained } from './optimizers.ts';
import { addBias, columnSums, crossEntropy, matrix, product, transposed } from './product.ts';
import { floatsNamed, tensorNamed } from './tensors.ts';

export function convolutionByHand({ parameters, batch }: Start): Train {
  const images = floatsNamed(batch, 'x');
  const labels = tensorNamed(batch, 'label').data;
  const rows = labels.length;
  const own = (name: string) => trained(floatsNamed(parameters, name));
  const first = block({ rows, channels: 1, outputs: 8, side: 28 }, own('0.weight'), own('0.bias'));
  const second = block({ rows, channels: 8, outputs: 16, side: 14 }, own('3.weight'), own('3.bias'));
  const [weight, bias] = [own('7.weight'), own('7.bias')];
  const classes = bias.value.length;
  const features = weight.value.length / classes;
  const logits = new Float32Array(rows * classes);
  const slopes = new Float32Array(rows * classes);

  const classify = (): number => {
    const by = transposed(matrix(weight.value, features));
    product(matrix(second.pooled, features), by, logits, { rows, depth: features, columns: classes });
    addBias(logits, bias.value, false);
    return crossEntropy(logits, labels, slopes);
  };
  const backward = (): void => {
    const [of, from] = [matrix(slopes, classes), matrix(second.pooled, features)];
    columnSums(slopes, bias.gradient);
    product(transposed(of), from, weight.gradient, { rows: classes, depth: rows, columns: features });
    const to = second.pooledGradient;
    product(of, matrix(weight.value, features), to, { rows, depth: classes, columns: features });
    backwardBlock(second, first.pooledGradient);
    backwardBlock(first, null);
  };
  const all = [first, second].flatMap(({ weight: w, bias: b }: Block) => [w, b]).concat(weight, bias);
  return (count) => {
    let loss = Number.NaN;
    for (let i = 0; i < count; i++) {
      forwardBlock(first, images);
      forwardBlock(second, first.pooled);
      loss = classify();
      backward();
      for (const each of all) momentum(each, 0.01, 0.9);
    }
    return loss;
  };
}
