/** Three parameters of two layers, and random gradients for them. */
import { batch } from './program.ts';
import { generator } from './random.ts';

export const seed = 7;
export const tight = { rtol: 1e-12, atol: 1e-13 };
export const weight = { name: 'a.weight', shape: [2, 2], data: [1, -2, 3, -4] };
export const bias = { name: 'a.bias', shape: [2], data: [0.5, -0.5] };
export const other = { name: 'b.bias', shape: [2], data: [2, 3] };
export const all = [weight, bias, other];

/** Batches of gradients for all parameters. */
export function batches(count: number): Record<string, number[]>[] {
  const { normal } = generator(seed);
  return Array.from({ length: count }, () =>
    batch(Object.fromEntries(all.map(({ name, data }) => [name, data.map(() => normal())]))),
  );
}
