/**
 * Normalization: values brought to mean 0 and variance 1 over chosen axes. Variances are means of squared distances
 * from the mean, so that a large mean costs no digits.
 */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr, ScalarLike } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { divide, factors, product } from '../size.ts';
import type { Size } from '../size.ts';
import { add, div, mul, rsqrt, square, sub } from './arithmetic.ts';
import { broadcastTo } from './broadcast.ts';
import { maximum } from './compare.ts';
import { stopGradient } from './control.ts';
import { apply, defineOp } from './define.ts';
import type { Op } from './define.ts';
import { sameSignature } from './elementwise.ts';
import { sizeOf } from './leaves.ts';
import { mean } from './reduce.ts';
import { reshape } from './reshape.ts';

type Float = Expr<Shape, FloatDType>;
type StandardizedAttrs = {
  readonly axes: readonly number[];
  /** Whether the statistics are those of a batch, for which one value is too few. */
  readonly batch?: boolean;
};

/**
 * Operands: y, x and r, of one shape, where y = (x - mean) r and r = 1 / sqrt(variance + eps), over `axes`. Its
 * derivative by x needs two sums of one pass, where those of the composition would wait for each other.
 */
export const standardizedOp: Op<StandardizedAttrs> = defineOp<StandardizedAttrs>({
  name: 'standardized',
  family: 'control',
  doc: 'The first operand, which is the second one standardized; gradients take the formula r (g - mean(g) - y mean(g y)).',
  infer: (args) => sameSignature('standardized', args),
  meaning: (_k, [y]) => must(y, 'value').data,
  vjp: (g, node) => {
    const { axes } = node.attrs as StandardizedAttrs;
    const average = (value: Expr): Float => mean(value as Float, { axis: axes, keepdims: true }) as Float;
    const tilt = mul(node as Float, average(mul(g, node)));
    return [null, mul(must(node.args[2], 'scale'), sub(sub(g as Float, average(g)), tilt) as Expr), null];
  },
  lowering: { kind: 'elementwise', scalar: ([y]) => must(y, 'value') },
});

/** (x - mean) / sqrt(variance + eps) over `axes`, and the mean and variance, with the axes kept. */
function standardized(x: Float, axes: readonly number[], eps: number, batch: boolean = false) {
  const average = mean(x, { axis: axes, keepdims: true }) as Float;
  const distance = sub(x, average) as Float;
  const variance = mean(square(distance), { axis: axes, keepdims: true }) as Float;
  const scale = broadcastTo(rsqrt(add(variance, eps)), x.shape);
  const y = mul(distance, scale as Float);
  const attrs = batch ? { axes, batch } : { axes };
  return { y: apply(standardizedOp, [y, x, scale], attrs) as Float, mean: average, variance };
}

/** A scale and a shift, each one number for a channel or an element. */
export interface Affine<D extends FloatDType> {
  readonly weight?: Expr<Shape, D>;
  readonly bias?: Expr<Shape, D>;
}

/** `y * weight + bias`, both reshaped to `shape`. */
function affine<D extends FloatDType>(y: Float, { weight, bias }: Affine<D>, shape: readonly Size[]): Float {
  const scaled = weight ? mul(y, reshape(weight, shape) as Float) : y;
  return (bias ? add(scaled as Float, reshape(bias, shape) as Float) : scaled) as Float;
}

/** [C, 1, 1...]: one number for each channel, to broadcast over axis 1. */
const channelShape = (x: Expr): Size[] => x.shape.slice(1).map((size, i) => (i === 0 ? size : 1));

function requireRank(what: string, x: Expr, rank: number): void {
  if (x.shape.length >= rank) return;
  throw new AdjointError('E-SHAPE-RANK', `${what}: the input has less than ${rank} axes`, [describe(x)]);
}

/** The last axes of `x`, whose sizes must be `shape`. */
function lastAxes(what: string, x: Expr, shape: readonly Size[]): number[] {
  const first = x.shape.length - shape.length;
  if (shape.length > 0 && first >= 0 && showShape(x.shape.slice(first)) === showShape(shape)) {
    return shape.map((_, i) => first + i);
  }
  const headline = `${what}: the input does not end in ${showShape(shape)}`;
  throw new AdjointError('E-SHAPE-LAYER', headline, [describe(x)]);
}

export interface NormOptions<D extends FloatDType> extends Affine<D> {
  /** Added to the variance; default 1e-5. */
  readonly eps?: number;
}

const shapeOf = (shape: Size | readonly Size[]): readonly Size[] =>
  Array.isArray(shape) ? shape : [shape as Size];

/** Standardizes over the last axes, of sizes `normalizedShape`; weight and bias have that shape. */
export function layerNorm<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  normalizedShape: Size | readonly Size[],
  options: NormOptions<D> = {},
): Expr<S, D> {
  const shape = shapeOf(normalizedShape);
  const { y } = standardized(x as Float, lastAxes('layerNorm', x, shape), options.eps ?? 1e-5);
  return affine(y, options, shape) as unknown as Expr<S, D>;
}

/** The distance from 1 to the next larger number. */
const machineEpsilon: Readonly<Record<FloatDType, number>> = { float32: 2 ** -23, float64: 2 ** -52 };

export interface RmsNormOptions<D extends FloatDType> {
  readonly weight?: Expr<Shape, D>;
  /** Added to the mean of squares; default (or null): the machine epsilon of the element type. */
  readonly eps?: number | null;
}

/** x / sqrt(mean(x^2) + eps) over the last axes, of sizes `normalizedShape`. */
export function rmsNorm<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  normalizedShape: Size | readonly Size[],
  options: RmsNormOptions<D> = {},
): Expr<S, D> {
  const shape = shapeOf(normalizedShape);
  const axis = lastAxes('rmsNorm', x, shape);
  const squares = mean(square(x as Float), { axis, keepdims: true }) as Float;
  const y = mul(x as Float, rsqrt(add(squares, options.eps ?? machineEpsilon[x.dtype])));
  return affine(y as Float, options, shape) as unknown as Expr<S, D>;
}

/** Standardizes each group of channels of [N, C, ...]; weight and bias are [C]. */
export function groupNorm<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  numGroups: number,
  options: NormOptions<D> = {},
): Expr<S, D> {
  requireRank('groupNorm', x, 2);
  const [rows, channels, ...rest] = x.shape;
  const perGroup = divide(must(channels, 'channels'), numGroups);
  if (perGroup === null) {
    const headline = `groupNorm: ${channels} channels do not divide into ${numGroups} groups`;
    throw new AdjointError('E-ATTRIBUTE', headline, [describe(x)]);
  }
  const grouped = reshape(x as Float, [must(rows, 'rows'), numGroups, product([perGroup, ...rest])]) as Float;
  const { y } = standardized(grouped, [2], options.eps ?? 1e-5);
  return affine(reshape(y, x.shape) as Float, options, channelShape(x)) as unknown as Expr<S, D>;
}

/** Standardizes each channel of each row of [N, C, ...] over its places; weight and bias are [C]. */
export function instanceNorm<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: NormOptions<D> = {},
): Expr<S, D> {
  requireRank('instanceNorm', x, 3);
  const places = x.shape.map((_, i) => i).slice(2);
  const { y } = standardized(x as Float, places, options.eps ?? 1e-5);
  return affine(y, options, channelShape(x)) as unknown as Expr<S, D>;
}

export interface BatchNormOptions<D extends FloatDType> extends NormOptions<D> {
  readonly runningMean?: Expr<Shape, D>;
  readonly runningVar?: Expr<Shape, D>;
  /** Whether to use the batch's own statistics and to update the running ones; default false. */
  readonly training?: boolean;
  /** The share of the new statistics, default 0.1. */
  readonly momentum?: ScalarLike;
}

export interface BatchNormResult<S extends Shape, D extends FloatDType> {
  readonly output: Expr<S, D>;
  /** The running statistics after this batch; as they were where nothing is trained, null where there are none. */
  readonly runningMean: Expr<Shape, D> | null;
  readonly runningVar: Expr<Shape, D> | null;
}

/**
 * Standardizes each channel of [N, C, ...] over rows and places: by the batch's statistics in training, where the
 * running ones move toward them (the variance with N - 1 in the denominator), and else by the running ones.
 */
export function batchNorm<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  options: BatchNormOptions<D> = {},
): BatchNormResult<S, D> {
  requireRank('batchNorm', x, 2);
  const { runningMean = null, runningVar = null, training = false, eps = 1e-5 } = options;
  const shape = channelShape(x);
  if (!training && runningMean && runningVar) {
    const distance = sub(x as Float, reshape(runningMean, shape) as Float) as Float;
    const y = mul(distance, reshape(rsqrt(add(runningVar, eps)), shape) as Float) as Float;
    return { output: affine(y, options, shape) as unknown as Expr<S, D>, runningMean, runningVar };
  }
  const axes = x.shape.map((_, i) => i).filter((i) => i !== 1);
  if (training) requireSeveral(x, axes);
  const { y, mean: average, variance } = standardized(x as Float, axes, eps, training);
  const output = affine(y, options, shape) as unknown as Expr<S, D>;
  if (!training) return { output, runningMean, runningVar };
  const count = sizeOf(axes.map((axis) => must(x.shape[axis], 'axis')));
  // One element has no variance: its share is 0, not 0 / 0.
  const correction = div(count, maximum(sub(count, 1), 1));
  const unbiased = mul(variance, correction) as Float;
  return {
    output,
    runningMean: moved(runningMean, average, options.momentum ?? 0.1),
    runningVar: moved(runningVar, unbiased, options.momentum ?? 0.1),
  };
}

/** One value has no variance, and standardized it is 0 whatever it was. */
function requireSeveral(x: Expr, axes: readonly number[]): void {
  if (countOver(x, axes) !== 1) return;
  const headline = 'batchNorm: training takes statistics over one value per channel';
  throw new AdjointError('E-SHAPE-LAYER', headline, [describe(x)], 'Give it more rows or places.');
}

/** The number of elements that `axes` of `x` have together. */
const countOver = (x: Expr, axes: readonly number[]): Size =>
  product(axes.map((axis) => must(x.shape[axis], 'axis')));

/**
 * Sizes that must be more than 1 where `roots` are computed: batch statistics are taken over so many values. Those that
 * are more than 1 by themselves are left out.
 */
export function severalNeeded(nodes: readonly Expr[]): Size[] {
  const sizes = nodes.flatMap((node): Size[] => {
    if (node.op.name !== standardizedOp.name) return [];
    const { axes, batch } = node.attrs as StandardizedAttrs;
    return batch ? [countOver(node, axes)] : [];
  });
  return [...new Set(sizes)].filter((size) => typeof size !== 'number' && factors(size).coefficient === 1);
}

/** `(1 - momentum) running + momentum batch`, as a constant for derivatives. */
function moved<D extends FloatDType>(
  running: Expr<Shape, D> | null,
  batch: Float,
  momentum: ScalarLike,
): Expr<Shape, D> | null {
  if (!running) return null;
  const value = stopGradient(reshape(batch, running.shape)) as unknown as Expr<Shape, D>;
  const kept = mul(running, typeof momentum === 'number' ? 1 - momentum : sub(1, momentum));
  return add(kept as Expr<Shape, D>, mul(value, momentum) as Expr<Shape, D>) as Expr<Shape, D>;
}
