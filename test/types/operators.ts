/** What operators accept and make, by type. Only type-checked: every line that must not compile says why. */
import {
  add,
  argmax,
  bmm,
  concat,
  einsum,
  embedding,
  flatten,
  gather,
  input,
  maxAlong,
  mul,
  narrow,
  oneHot,
  outer,
  reshape,
  select,
  slice,
  softmax,
  split,
  stack,
  sum,
  take,
  topK,
  unsqueeze,
  where,
} from 'adjoint';
import type { Dim, Expr } from 'adjoint';

const x = input('x', ['N', 10]);
const y = input('y', ['N', 3]);
const image = input('image', ['N', 16, 7, 7]);
const table = input('table', [100, 32]);
const ids = input('ids', ['N', 8], 'int32');
const flags = input('flags', ['N', 10], 'bool');

export const whole: Expr<readonly ['N', 13]> = concat([x, y], { axis: 1 });
export const last: Expr<readonly ['N', 13]> = concat([x, y], { axis: -1 });
export const pair: Expr<[2, 'N', 10]> = stack([x, x]);
export const columns: Expr<['N', 10, 2]> = stack([x, x], { axis: -1 });
// @ts-expect-error thirteen columns, not fourteen
export const tooWide: Expr<['N', 14]> = concat([x, y], { axis: 1 });

export const flat: Expr<['N', 784]> = flatten(image, { start: 1 });
export const open: Expr<readonly ['N', 784]> = reshape(image, ['N', -1]);
export const method: Expr<readonly ['N', 784]> = image.reshape(['N', -1]);
export const tail: Expr<['N', 784]> = image.flatten({ start: 1 });
export const halves: Expr<readonly ['N', 2, 5]> = reshape(x, ['N', 2, 5]);
// @ts-expect-error 100 * 32 elements are not 100 * 33
reshape(table, [33, 100]);
// @ts-expect-error 10 elements a row are not 12
reshape(x, ['N', 3, 4]);

export const rows: Expr<['N', 8, 32]> = take(table, ids);
export const embedded: Expr<['N', 8, 32]> = embedding(ids, table);
export const hot: Expr<['N', 8, 5], 'int32'> = oneHot(ids, 5);
export const picked: Expr<readonly ['N', 8]> = gather(x, ids, { axis: 1 });
// @ts-expect-error indices are int32
take(table, x);

export const entry: Expr<['N']> = select(x, { axis: 1, index: 0 });
export const part: Expr<readonly ['N', 4]> = narrow(x, { axis: 1, start: 2, length: 4 });
export const some: Expr<readonly ['N', Dim]> = slice(x, { axis: 1, start: 2 });
export const first: Expr<readonly ['N', 4]> = split(x, { axis: 1, into: [4, 6] })[0];
export const second: Expr<readonly ['N', Dim]> = split(x, { axis: 1, into: 2 })[1];
// @ts-expect-error there are two halves
export const third: Expr = split(x, { axis: 1, into: 2 })[2];

export const place: Expr<['N'], 'int32'> = argmax(x, { axis: 1 });
export const best: Expr<['N']> = maxAlong(x, { axis: -1 }).values;
export const few: Expr<readonly ['N', 3], 'int32'> = topK(x, 3).indices;
export const count: Expr<['N'], 'int32'> = sum(flags, { axis: 1 });
export const total: Expr<[], 'int32'> = flags.sum();
export const heights: Expr<['N']> = x.sum({ axis: 1 });
export const kept: Expr<readonly ['N', 10]> = softmax(x);
export const column: Expr<['N', 1, 10]> = unsqueeze(x, 1);
export const chosen: Expr<readonly ['N', 10]> = where(flags, x, 0);

export const product: Expr<['N', 3]> = einsum('ij,jk->ik', x, input('w', [10, 3]));
export const grid: Expr<[4, 5]> = outer(input('a', [4]), input('b', [5]));
// @ts-expect-error the inner sizes are 3 and 4
bmm(input('a', [2, 5, 3]), input('b', [2, 4, 6]));
// @ts-expect-error bools are not multiplied with floats
mul(x, flags);
// @ts-expect-error softmax is for floats
softmax(ids);

/** A user's own generic block. */
export function gated<N extends Dim>(
  z: Expr<readonly [N, 64], 'float32'>,
): Expr<readonly [N, 64], 'float32'> {
  return add(mul(z, z.sigmoid()), softmax(z)).clamp({ min: -1 }).tanh();
}
