/** Pooling: windows, and one number for each. */
import type { Algebra } from '../algebra/algebra.ts';
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Dim, Shape } from '../shape-types.ts';
import { product } from '../size.ts';
import { add, div, mul } from './arithmetic.ts';
import { broadcastTo, foldAxes, reduceExamples, reduceWith, reducedShape, spread, sum } from './broadcast.ts';
import type { ReduceAttrs } from './broadcast.ts';
import { eq, logicalOr, ne, where } from './compare.ts';
import { defineOp } from './define.ts';
import type { MeaningContext, Op, Tensor } from './define.ts';
import { normalAxis } from './index-math.ts';
import { iota, tensor } from './leaves.ts';
import { pow } from './power.ts';
import { min } from './reduce.ts';
import { reshape } from './reshape.ts';
import { extent, knownSize, perAxis, placesOf } from './windows-geometry.ts';
import { windows } from './windows-builders.ts';
import type { WindowSpec } from './windows.ts';

type Amount = number | readonly number[];
export type PoolFloat = Expr<Shape, FloatDType>;

/** Whether `b` comes before `a`: it is larger, or the first NaN. */
const wins = (b: number, a: number): boolean => b > a || (Number.isNaN(b) && !Number.isNaN(a));

export const maxFirstOp: Op<ReduceAttrs> = defineOp<ReduceAttrs>({
  name: 'maxFirst',
  family: 'reduction',
  doc: 'The largest over axes; NaN wins; of tied places the first in row-major order gets the gradient.',
  kinks: 'ties',
  examples: reduceExamples,
  infer: ([x], { axes }) => {
    const operand = must(x, 'operand');
    return { shape: reducedShape(operand, axes), dtype: operand.dtype };
  },
  meaning: <T>(k: Algebra<T>, args: readonly Tensor<T>[], { attrs }: MeaningContext<ReduceAttrs>) =>
    foldAxes(must(args[0], 'operand'), attrs.axes, k.constant(Number.NEGATIVE_INFINITY), (a, b) =>
      wins(k.primal(b), k.primal(a)) ? b : a,
    ),
  vjp: (g, node) => {
    const x = must(node.args[0], 'operand');
    const { axes } = node.attrs as ReduceAttrs;
    return [where(firstAttained(x, node, axes), spread(g, x.shape, axes), 0)];
  },
  lowering: { kind: 'reduce', combine: 'max' },
});

/** Where `x` is first the extreme `y` over `axes`, in row-major order. */
function firstAttained(x: Expr, y: Expr, axes: readonly number[]): Expr<Shape, 'bool'> {
  const reduced = axes.map((axis) => must(x.shape[axis], 'axis'));
  const positions = iota([product(reduced)], 0) as Expr<Shape, 'int32'>;
  const kept = x.shape.map((size, i) => (axes.includes(i) ? size : 1));
  const position = broadcastTo(reshape(positions, kept), x.shape) as Expr<Shape, 'int32'>;
  const attained = logicalOr(
    eq(x, spread(y, x.shape, axes)) as Expr<Shape, 'bool'>,
    ne(x, x) as Expr<Shape, 'bool'>,
  );
  const first: Expr = min(where(attained, position, 0x7fffffff), { axis: axes });
  return eq(position as Expr, spread(first, x.shape, axes)) as Expr<Shape, 'bool'>;
}

/** The largest over `axis`; of tied places the first in row-major order gets the gradient. */
export function maxFirst<D extends FloatDType>(
  x: Expr<Shape, D>,
  options: { readonly axis: number | readonly number[] },
): Expr<Shape, D> {
  return reduceWith(maxFirstOp, x, options) as Expr<Shape, D>;
}

export interface PoolOptions {
  /** Default: the kernel size. */
  readonly stride?: Amount;
  /** Default 0; at most half of the window. */
  readonly padding?: Amount;
  /** Whether a last window may lie partly outside; default false. */
  readonly ceilMode?: boolean;
}

export interface MaxPoolOptions extends PoolOptions {
  /** How far apart the taps of a window are; default 1. */
  readonly dilation?: Amount;
}

export interface AvgPoolOptions extends PoolOptions {
  /** Whether padding counts as elements of a window; default true. */
  readonly countIncludePad?: boolean;
  /** Divides by this instead of the number of elements. */
  readonly divisorOverride?: number;
}

/** The shape after pooling the last axes, as many as `P` has: their sizes are not known to the types. */
export type Pooled<S extends Shape, P extends Shape> = S extends readonly [...infer L extends Shape, ...P]
  ? [...L, ...{ [I in keyof P]: number }]
  : Shape;

/** A window along one axis, with its padding as it is asked for and as it is taken. */
interface PoolWindow extends Required<WindowSpec> {
  readonly size: number;
  readonly around: number;
}

function poolWindows(
  what: string,
  x: Expr,
  rank: number,
  kernelSize: Amount,
  options: MaxPoolOptions,
): PoolWindow[] {
  const kernel = perAxis(what, 'kernelSize', kernelSize, rank, 1);
  const stride = perAxis(what, 'stride', options.stride ?? kernel, rank, 1);
  const padding = perAxis(what, 'padding', options.padding ?? 0, rank, 0);
  const dilation = perAxis(what, 'dilation', options.dilation ?? 1, rank, 1);
  if (x.shape.length < rank) {
    throw new AdjointError('E-SHAPE-RANK', `${what}: the input has less than ${rank} axes`, [describe(x)]);
  }
  return kernel.map((taps, i): PoolWindow => {
    const axis = x.shape.length - rank + i;
    const size = knownSize(what, x, axis);
    const [step, around, apart] = [stride[i] ?? 1, padding[i] ?? 0, dilation[i] ?? 1];
    const reach = extent(taps, apart);
    if (2 * around > reach) {
      throw new AdjointError(
        'E-ATTRIBUTE',
        `${what}: padding ${around} is more than half of the window ${reach}`,
      );
    }
    const window = { axis, kernel: taps, stride: step, dilation: apart, size, around };
    const places = placesOf({ ...window, low: around, high: around, spread: 1 });
    // A last window may begin in the input or in the padding before it, not in the padding behind.
    const more =
      options.ceilMode && (places - 1) * step + reach < size + 2 * around && places * step < size + around;
    const high = more ? places * step + reach - size - around : around;
    return { ...window, padding: [around, high] };
  });
}

const tapAxes = (rank: number): number[] => Array.from({ length: rank }, (_, i) => i - rank);

type MaxPool<P extends Shape> = <S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  kernelSize: Amount,
  options?: MaxPoolOptions,
) => Expr<Pooled<S, P>, D>;

function maxPool<P extends Shape>(name: string, rank: number): MaxPool<P> {
  const build = (x: PoolFloat, kernelSize: Amount, options: MaxPoolOptions = {}): Expr => {
    const specs = poolWindows(name, x, rank, kernelSize, options);
    const taken = windows(x, specs, { value: Number.NEGATIVE_INFINITY });
    return maxFirst(taken, { axis: tapAxes(rank) });
  };
  return build as unknown as MaxPool<P>;
}

/** The largest of each window along the last axis. Pads with -Infinity; the first of tied places gets the gradient. */
export const maxPool1d: MaxPool<readonly [Dim]> = maxPool<readonly [Dim]>('maxPool1d', 1);
/** The largest of each window over the last two axes, as `maxPool1d`. */
export const maxPool2d: MaxPool<readonly [Dim, Dim]> = maxPool<readonly [Dim, Dim]>('maxPool2d', 2);
/** The largest of each window over the last three axes, as `maxPool1d`. */
export const maxPool3d: MaxPool<readonly [Dim, Dim, Dim]> = maxPool<readonly [Dim, Dim, Dim]>('maxPool3d', 3);

type AvgPool<P extends Shape> = <S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  kernelSize: Amount,
  options?: AvgPoolOptions,
) => Expr<Pooled<S, P>, D>;

/** How many elements each window along an axis has: of the input, or also of the padding asked for. */
function countsAlong(window: PoolWindow, includePad: boolean): number[] {
  const { size, kernel, stride, around, padding } = window;
  const places = placesOf({ ...window, low: around, high: padding[1], spread: 1 });
  return Array.from({ length: places }, (_, place) => {
    const start = place * stride - around;
    const end = Math.min(start + kernel, size + around);
    return includePad ? end - start : Math.min(end, size) - Math.max(start, 0);
  });
}

/** `total` divided by the product of the counts along its last axes. */
export function divideByCounts(total: PoolFloat, counts: readonly (readonly number[])[]): Expr {
  const all = counts.reduce<number[]>((outer, inner) => outer.flatMap((a) => inner.map((b) => a * b)), [1]);
  const [first = 1] = all;
  if (all.every((count) => count === first)) return div(total, first);
  const shape = counts.map(({ length }) => length);
  return div(total as Expr, tensor(all, shape, total.dtype) as Expr);
}

function avgPool<P extends Shape>(name: string, rank: number): AvgPool<P> {
  const build = (x: PoolFloat, kernelSize: Amount, options: AvgPoolOptions = {}): Expr => {
    const { countIncludePad = true, divisorOverride } = options;
    const specs = poolWindows(name, x, rank, kernelSize, options);
    const total = sum(windows(x, specs), { axis: tapAxes(rank) }) as PoolFloat;
    if (divisorOverride !== undefined) return div(total, divisorOverride);
    return divideByCounts(
      total,
      specs.map((window) => countsAlong(window, countIncludePad)),
    );
  };
  return build as unknown as AvgPool<P>;
}

/** The mean of each window along the last axis. */
export const avgPool1d: AvgPool<readonly [Dim]> = avgPool<readonly [Dim]>('avgPool1d', 1);
/** The mean of each window over the last two axes. */
export const avgPool2d: AvgPool<readonly [Dim, Dim]> = avgPool<readonly [Dim, Dim]>('avgPool2d', 2);
/** The mean of each window over the last three axes. */
export const avgPool3d: AvgPool<readonly [Dim, Dim, Dim]> = avgPool<readonly [Dim, Dim, Dim]>('avgPool3d', 3);

export interface LocalResponseOptions {
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 1. */
  readonly k?: number;
}

/** x / (k + alpha m)^beta, with m the mean of x^2 over `size` neighboring channels, zeros beyond the ends. Axis 1 is the channel. */
export function localResponseNorm<S extends Shape, D extends FloatDType>(
  x: Expr<S, D>,
  size: number,
  options: LocalResponseOptions = {},
): Expr<S, D> {
  const { alpha = 1e-4, beta = 0.75, k = 1 } = options;
  const axis = normalAxis('localResponseNorm', x, 1);
  const [kernel = 1] = perAxis('localResponseNorm', 'size', size, 1, 1);
  const padding = [Math.floor(kernel / 2), Math.floor((kernel - 1) / 2)] as const;
  const squares = windows(mul(x, x) as Expr<Shape, D>, [{ axis, kernel, padding }]);
  const mean = div(sum(squares, { axis: -1 }) as PoolFloat, kernel);
  return div(x as Expr, pow(add(mul(mean, alpha), k) as Expr, beta)) as unknown as Expr<S, D>;
}
