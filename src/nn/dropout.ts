/** Dropout as layers: random in training, the identity in evaluation. */
import { alphaDropout as alphaDropoutOf, channelDropout, dropout as dropoutOf } from '../ops/dropout.ts';
import type { Layer } from './module.ts';
import { plainLayer } from './module.ts';
import type { SameRule } from './rules.ts';

/** Each element 0 with probability p (default 0.5), else divided by 1 - p. */
export function dropout(p = 0.5): Layer<SameRule> {
  return plainLayer('dropout', (x) => dropoutOf(x, { p }));
}

/** Each channel of [N, C, L] 0 with probability p (default 0.5), else divided by 1 - p. */
export function dropout1d(p = 0.5): Layer<SameRule> {
  return plainLayer('dropout1d', (x) => channelDropout(x, 3, { p }));
}

/** Each channel of [N, C, H, W] 0 with probability p (default 0.5), else divided by 1 - p. */
export function dropout2d(p = 0.5): Layer<SameRule> {
  return plainLayer('dropout2d', (x) => channelDropout(x, 4, { p }));
}

/** Each channel of [N, C, D, H, W] 0 with probability p (default 0.5), else divided by 1 - p. */
export function dropout3d(p = 0.5): Layer<SameRule> {
  return plainLayer('dropout3d', (x) => channelDropout(x, 5, { p }));
}

/** Dropout for networks of SELU: keeps mean and variance; p is 0.5 by default. */
export function alphaDropout(p = 0.5): Layer<SameRule> {
  return plainLayer('alphaDropout', (x) => alphaDropoutOf(x, { p }));
}
