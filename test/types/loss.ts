/** What losses accept and make, by type. Only type-checked: every line that must not compile says why. */
import { input, loss } from 'adjoint';
import type { Dim, Expr } from 'adjoint';

const column = input('column', ['N', 1]);
const other = input('other', ['N', 1]);
const row = input('row', ['N']);
const wide = input('wide', ['N', 1], 'float64');
const logits = input('logits', ['N', 10]);
const labels = input('labels', ['N'], 'int32');
const probabilities = input('p', ['N', 10]);
const nine = input('q', ['N', 9]);
const image = input('image', ['N', 10, 4, 4]);
const masks = input('masks', ['N', 4, 4], 'int32');

export const mean: Expr<[]> = loss.mse(column, other);
export const each: Expr<readonly ['N', 1]> = loss.mse(column, other, { reduction: 'none' });
// @ts-expect-error [N] is not [N, 1]
loss.mse(column, row);
// @ts-expect-error a float64 target for a float32 prediction
loss.mse(column, wide);
// @ts-expect-error an int32 target
loss.mse(row, labels);
// @ts-expect-error there is no such reduction
loss.mse(column, other, { reduction: 'average' });
// @ts-expect-error beta is an option of smoothL1
loss.huber(column, other, { beta: 1 });
// @ts-expect-error l1 has no option delta
loss.l1(column, other, { delta: 1 });

export const chosen: Expr<[]> = loss.crossEntropy(logits, labels);
export const rows: Expr<['N']> = loss.crossEntropy(logits, labels, { reduction: 'none' });
export const soft: Expr<[]> = loss.crossEntropy(logits, probabilities, { labelSmoothing: 0.1 });
export const dense: Expr<['N', 4, 4]> = loss.crossEntropy(image, masks, { reduction: 'none' });
// @ts-expect-error class indices are int32
loss.crossEntropy(logits, row);
// @ts-expect-error the indices miss an axis
loss.crossEntropy(image, labels);
// @ts-expect-error probabilities of nine classes for ten
loss.crossEntropy(logits, nine);
// @ts-expect-error nll takes class indices only
loss.nll(logits, probabilities);
// @ts-expect-error column labels
loss.crossEntropy(logits, input('labels', ['N', 1], 'int32'));

export const divergence: Expr<[]> = loss.klDiv(logits, logits, { reduction: 'batchmean' });
// @ts-expect-error batchmean is klDiv's alone
loss.mse(column, other, { reduction: 'batchmean' });
// @ts-expect-error a target per row
loss.cosineEmbedding(logits, logits, column);
export const triplets: Expr<['N']> = loss.tripletMargin(logits, logits, logits, { reduction: 'none' });
// @ts-expect-error embeddings of unlike sizes
loss.tripletMargin(logits, logits, column);

/** A user's own generic block. */
export function classify<N extends Dim>(
  scores: Expr<readonly [N, 10], 'float32'>,
  target: Expr<readonly [N], 'int32'>,
): Expr<[], 'float32'> {
  return loss.crossEntropy(scores, target);
}
/** Another one. */
export function fit<S extends readonly Dim[]>(
  a: Expr<S, 'float32'>,
  b: Expr<S, 'float32'>,
): Expr<[], 'float32'> {
  return loss.mse(a, b);
}
