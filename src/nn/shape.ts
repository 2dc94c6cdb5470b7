/** Layers that only change shapes. */
import type { Expr } from '../expr.ts';
import type { FlattenOptions } from '../ops/axes.ts';
import { flatten as flattenOf, unflatten as unflattenOf } from '../ops/axes.ts';
import type { Dim } from '../shape-types.ts';
import type { Layer } from './module.ts';
import { plainLayer } from './module.ts';
import type { FlattenRule, OpenRule, SameRule } from './rules.ts';

/** The same value. */
export function identity(): Layer<SameRule> {
  return plainLayer('identity', (x) => x);
}

/** Joins the axes from `start` (default 1) to `end` (default -1) to one. */
export function flatten(): Layer<FlattenRule>;
export function flatten(options: FlattenOptions): Layer<OpenRule>;
export function flatten({ start = 1, end = -1 }: FlattenOptions = {}): Layer<OpenRule> {
  return plainLayer('flatten', (x): Expr => flattenOf(x, { start, end }));
}

/** Takes axis `axis` apart into axes of the sizes `shape`. */
export function unflatten(options: {
  readonly axis: number;
  readonly shape: readonly Dim[];
}): Layer<OpenRule> {
  return plainLayer('unflatten', (x): Expr => unflattenOf(x, options));
}
