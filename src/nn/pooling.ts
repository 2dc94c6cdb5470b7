/** Pooling as layers, and other layers over windows. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import {
  adaptiveAvgPool1d as adaptiveAvgPool1dOf,
  adaptiveAvgPool2d as adaptiveAvgPool2dOf,
  adaptiveMaxPool1d as adaptiveMaxPool1dOf,
  adaptiveMaxPool2d as adaptiveMaxPool2dOf,
} from '../ops/pooling-adaptive.ts';
import type { OutputSize } from '../ops/pooling-adaptive.ts';
import {
  avgPool1d as avgPool1dOf,
  avgPool2d as avgPool2dOf,
  avgPool3d as avgPool3dOf,
  localResponseNorm as localResponseNormOf,
  maxPool1d as maxPool1dOf,
  maxPool2d as maxPool2dOf,
  maxPool3d as maxPool3dOf,
} from '../ops/pooling.ts';
import type { AvgPoolOptions, LocalResponseOptions, MaxPoolOptions } from '../ops/pooling.ts';
import { fold as foldOf, unfold as unfoldOf } from '../ops/windows-unfold.ts';
import type { UnfoldOptions } from '../ops/windows-unfold.ts';
import type { Shape } from '../shape-types.ts';
import type { Places1, Places2, Places3, PoolRule } from './convolution-rules.ts';
import type { Layer } from './module.ts';
import { plainLayer } from './module.ts';
import type { OpenRule, SameRule } from './rules.ts';

type Amount = number | readonly number[];
type Float = Expr<Shape, FloatDType>;

type Pool<P extends Shape, O> = (kernelSize: Amount, options?: O) => Layer<PoolRule<P>>;

function pool<P extends Shape, O>(
  kind: string,
  apply: (x: Float, kernelSize: Amount, options?: O) => Expr,
): Pool<P, O> {
  return (kernelSize, options) => plainLayer(kind, (x) => apply(x, kernelSize, options));
}

/** The largest of each window along the last axis. */
export const maxPool1d: Pool<Places1, MaxPoolOptions> = pool('maxPool1d', maxPool1dOf);
/** The largest of each window over the last two axes. */
export const maxPool2d: Pool<Places2, MaxPoolOptions> = pool('maxPool2d', maxPool2dOf);
/** The largest of each window over the last three axes. */
export const maxPool3d: Pool<Places3, MaxPoolOptions> = pool('maxPool3d', maxPool3dOf);
/** The mean of each window along the last axis. */
export const avgPool1d: Pool<Places1, AvgPoolOptions> = pool('avgPool1d', avgPool1dOf);
/** The mean of each window over the last two axes. */
export const avgPool2d: Pool<Places2, AvgPoolOptions> = pool('avgPool2d', avgPool2dOf);
/** The mean of each window over the last three axes. */
export const avgPool3d: Pool<Places3, AvgPoolOptions> = pool('avgPool3d', avgPool3dOf);

type Adaptive<P extends Shape> = (outputSize: OutputSize) => Layer<PoolRule<P>>;

function adaptive<P extends Shape>(kind: string, apply: (x: Float, size: OutputSize) => Expr): Adaptive<P> {
  return (outputSize) => plainLayer(kind, (x) => apply(x, outputSize));
}

/** Means of as many windows along the last axis as `outputSize` says; null keeps the size. */
export const adaptiveAvgPool1d: Adaptive<Places1> = adaptive('adaptiveAvgPool1d', adaptiveAvgPool1dOf);
/** Means of windows over the last two axes, as many as `outputSize` says; null keeps a size. */
export const adaptiveAvgPool2d: Adaptive<Places2> = adaptive('adaptiveAvgPool2d', adaptiveAvgPool2dOf);
/** The largest of windows along the last axis, as many as `outputSize` says; null keeps the size. */
export const adaptiveMaxPool1d: Adaptive<Places1> = adaptive('adaptiveMaxPool1d', adaptiveMaxPool1dOf);
/** The largest of windows over the last two axes, as many as `outputSize` says; null keeps a size. */
export const adaptiveMaxPool2d: Adaptive<Places2> = adaptive('adaptiveMaxPool2d', adaptiveMaxPool2dOf);

/** x / (k + alpha m)^beta, with m the mean of x^2 over `size` neighboring channels. */
export function localResponseNorm(size: number, options: LocalResponseOptions = {}): Layer<SameRule> {
  return plainLayer('localResponseNorm', (x) => localResponseNormOf(x, size, options));
}

/** `[N, C, H, W]` to `[N, C*KH*KW, L]`: the windows as columns. */
export function unfold(kernelSize: Amount, options: UnfoldOptions = {}): Layer<OpenRule> {
  return plainLayer('unfold', (x) => unfoldOf(x, kernelSize, options));
}

/** `[N, C*KH*KW, L]` to `[N, C, H, W]`: columns added where their windows lie. */
export function fold(outputSize: Amount, kernelSize: Amount, options: UnfoldOptions = {}): Layer<OpenRule> {
  return plainLayer('fold', (x) => foldOf(x, outputSize, kernelSize, options));
}
