/** Dropout: random zeros in training, nothing in evaluation. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { add, mul } from './arithmetic.ts';
import { broadcastTo } from './broadcast.ts';
import { lt, where } from './compare.ts';
import { byMode } from './control.ts';
import { constant } from './leaves.ts';
import { uniform } from './random.ts';

type Float = Expr<Shape, FloatDType>;

export interface DropoutOptions {
  /** The probability of a zero, default 0.5. */
  readonly p?: number;
}

function checkProbability(what: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw new AdjointError('E-ATTRIBUTE', `${what}: p is ${p}`, [], 'Give a probability in [0, 1].');
}

/** Where a uniform number of its own, over `shape`, lies below 1 - p. */
function kept(x: Expr, shape: readonly Size[], p: number): Expr<Shape, 'bool'> {
  return lt(uniform(shape, x.dtype as FloatDType) as Float, 1 - p) as Expr<Shape, 'bool'>;
}

function dropped(what: string, x: Float, p: number, shape: readonly Size[]): Float {
  checkProbability(what, p);
  if (p === 0) return x;
  const zeros = broadcastTo(constant(0, x.dtype), x.shape) as Float;
  const survivors = p === 1 ? zeros : where(broadcastTo(kept(x, shape, p), x.shape), mul(x, 1 / (1 - p)), 0);
  return byMode(survivors as Float, x);
}

/** Each element 0 with probability p, else divided by 1 - p, in training; x in evaluation. */
export function dropout<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: DropoutOptions = {},
): Expr<S, D> {
  return dropped('dropout', x as Float, options.p ?? 0.5, x.shape) as unknown as Expr<S, D>;
}

/** As `dropout`, for whole channels: axes 0 and 1 choose, [C, ...] with `rank - 1` axes is one row. */
export function channelDropout<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  rank: number,
  options: DropoutOptions = {},
): Expr<S, D> {
  const name = `dropout${rank - 2}d`;
  if (x.shape.length !== rank && x.shape.length !== rank - 1) {
    throw new AdjointError('E-SHAPE-RANK', `${name}: the input has neither ${rank - 1} nor ${rank} axes`);
  }
  const first = x.shape.length - rank + 2;
  const shape = x.shape.map((size, i) => (i < first ? size : 1));
  return dropped(name, x as Float, options.p ?? 0.5, shape) as unknown as Expr<S, D>;
}

/** What SELU tends to for very negative inputs: -scale * alpha. */
const saturation = -1.7580993408473766;

/** Dropout that keeps mean and variance of what SELU makes: dropped elements saturate, and all are rescaled. */
export function alphaDropout<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: DropoutOptions = {},
): Expr<S, D> {
  const { p = 0.5 } = options;
  checkProbability('alphaDropout', p);
  if (p === 0) return x;
  const zeros = broadcastTo(constant(0, x.dtype), x.shape) as Float;
  if (p === 1) return byMode(zeros, x as Float) as unknown as Expr<S, D>;
  const scale = 1 / Math.sqrt((saturation ** 2 * p + 1) * (1 - p));
  const survivors = where(kept(x, x.shape, p), x as Float, saturation);
  const rescaled = add(mul(survivors as Float, scale), -scale * saturation * p);
  return byMode(rescaled as Float, x as Float) as unknown as Expr<S, D>;
}
