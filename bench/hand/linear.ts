/** Linear regression by hand: one pass over the rows, then the update. */
import type { Start, Train } from '../workload.ts';
import { floatsNamed } from './tensors.ts';

export function linearByHand({ parameters, batch }: Start): Train {
  const [x, y] = [floatsNamed(batch, 'x'), floatsNamed(batch, 'y')];
  const [weight, bias] = [floatsNamed(parameters, 'weight').slice(), floatsNamed(parameters, 'bias').slice()];
  const [columns, rows] = [weight.length, y.length];
  const miss = new Float32Array(rows);
  const gradient = new Float32Array(columns);
  const rate = Math.fround(0.01);
  const step = (): number => {
    const loss = misses(x, y, weight, bias[0] ?? 0, miss);
    gradient.fill(0);
    let sum = 0;
    for (let i = 0; i < rows; i++) {
      const slope = miss[i] as number;
      sum = Math.fround(sum + slope);
      for (let k = 0; k < columns; k++)
        gradient[k] = (gradient[k] as number) + Math.fround((x[i * columns + k] as number) * slope);
    }
    for (let k = 0; k < columns; k++)
      weight[k] = (weight[k] as number) - Math.fround(rate * (gradient[k] as number));
    bias[0] = (bias[0] ?? 0) - Math.fround(rate * sum);
    return loss;
  };
  return (count) => {
    let loss = Number.NaN;
    for (let i = 0; i < count; i++) loss = step();
    return loss;
  };
}

/** The mean squared error; the slope of each row's goes to `slopes`. */
function misses(
  x: Float32Array,
  y: Float32Array,
  weight: Float32Array,
  bias: number,
  slopes: Float32Array,
): number {
  const [fround, columns, rows] = [Math.fround, weight.length, y.length];
  let total = 0;
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let k = 0; k < columns; k++)
      sum = fround(sum + fround((x[i * columns + k] as number) * (weight[k] as number)));
    const miss = fround(fround(sum + bias) - (y[i] as number));
    total = fround(total + fround(miss * miss));
    slopes[i] = fround(2 * miss) / rows;
  }
  return total / rows;
}
