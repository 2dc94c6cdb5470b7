/** Layers over images and sequences: what does not fit does not compile. */
import { conv2d, input, maxPool2d, nn } from 'adjoint';
import type { Expr } from 'adjoint';

const image = input('image', ['N', 3, 28, 28]);
const table = input('table', ['N', 8]);
const tokens = input('tokens', ['N', 12], 'int32');

export const features: Expr<['N', 16, number, number], 'float32'> = nn.conv2d(3, 16, 3)(image);
export const halved: Expr<['N', 3, number, number], 'float32'> = nn.maxPool2d(2)(image);
export const same: Expr<readonly ['N', 3, 28, 28], 'float32'> = nn.batchNorm2d(3)(image);
export const dropped: Expr<readonly ['N', 3, 28, 28], 'float32'> = nn.dropout2d()(image);
export const embedded: Expr<['N', 12, 5], 'float32'> = nn.embedding(100, 5)(tokens);
export const normed: Expr<['N', 8], 'float32'> = nn.layerNorm(8)(table);
export const sequence: Expr<['N', 16, number, number], 'float32'> = nn.sequential(
  nn.conv2d(3, 16, 3),
  nn.batchNorm2d(16),
  nn.relu(),
  nn.maxPool2d(2),
)(image);
export const classified: Expr<['N', 10], 'float32'> = nn.sequential(
  nn.conv2d(3, 8, 3, { padding: 'same' }),
  nn.batchNorm2d(8),
  nn.relu(),
  nn.maxPool2d(2),
  nn.dropout(0.1),
  nn.flatten(),
  nn.linear(8 * 14 * 14, 10),
)(image);
export const functional: Expr<['N', 16, number, number], 'float32'> = conv2d(
  image,
  input('w', [16, 3, 3, 3]),
);
export const pooled: Expr<['N', 3, number, number], 'float32'> = maxPool2d(image, 2);

// @ts-expect-error: three channels are not four
export const channels = nn.conv2d(4, 16, 3)(image);
// @ts-expect-error: a table is no image
export const noImage = nn.conv2d(8, 16, 3)(table);
// @ts-expect-error: three channels are not sixteen
export const otherChannels = nn.batchNorm2d(16)(image);
// @ts-expect-error: the last size is 8
export const otherWidth = nn.layerNorm(9)(table);
// @ts-expect-error: indices are int32
export const notIndices = nn.embedding(100, 5)(table);
