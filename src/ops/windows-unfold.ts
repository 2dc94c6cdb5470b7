/** Windows of images as columns, and back: PyTorch's unfold (im2col) and fold (col2im). */
import type { FloatDType } from '../dtype.ts';
import { AdjointError, must } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import type { Shape } from '../shape-types.ts';
import { divide, product } from '../size.ts';
import { permute } from './permute.ts';
import { reshape } from './reshape.ts';
import { knownSize, perAxis, placesOf } from './windows-geometry.ts';
import { overlapAdd, windows } from './windows-builders.ts';
import type { WindowSpec } from './windows.ts';

type Amount = number | readonly number[];

export interface UnfoldOptions {
  readonly stride?: Amount;
  readonly padding?: Amount;
  readonly dilation?: Amount;
}

type FullSpec = Required<WindowSpec>;

function specsOf(what: string, kernelSize: Amount, options: UnfoldOptions): FullSpec[] {
  const kernel = perAxis(what, 'kernelSize', kernelSize, 2, 1);
  const stride = perAxis(what, 'stride', options.stride ?? 1, 2, 1);
  const padding = perAxis(what, 'padding', options.padding ?? 0, 2, 0);
  const dilation = perAxis(what, 'dilation', options.dilation ?? 1, 2, 1);
  return kernel.map((taps, i) => {
    const around = must(padding[i], 'padding');
    return {
      axis: i + 2,
      kernel: taps,
      stride: must(stride[i], 'stride'),
      dilation: must(dilation[i], 'dilation'),
      padding: [around, around],
    };
  });
}

function requireRank(what: string, x: Expr, rank: number): void {
  if (x.shape.length === rank) return;
  throw new AdjointError('E-SHAPE-RANK', `${what}: the input has not ${rank} axes`, [describe(x)]);
}

/** `[N, C, H, W]` to `[N, C*KH*KW, L]`: the windows as columns, in row-major order of their places. */
export function unfold<D extends FloatDType>(
  x: Expr<Shape, D>,
  kernelSize: Amount,
  options: UnfoldOptions = {},
): Expr<Shape, D> {
  requireRank('unfold', x, 4);
  const taken = windows(x, specsOf('unfold', kernelSize, options));
  const [rows, channels, ...rest] = taken.shape;
  const columns = permute(taken as Expr, [0, 1, 4, 5, 2, 3]);
  const shape = [
    must(rows, 'rows'),
    product([must(channels, 'channels'), ...rest.slice(2)]),
    product(rest.slice(0, 2)),
  ];
  return reshape(columns, shape) as unknown as Expr<Shape, D>;
}

/** `[N, C*KH*KW, L]` to `[N, C, H, W]`: columns added where their windows lie; the adjoint of `unfold`. */
export function fold<D extends FloatDType>(
  x: Expr<Shape, D>,
  outputSize: Amount,
  kernelSize: Amount,
  options: UnfoldOptions = {},
): Expr<Shape, D> {
  requireRank('fold', x, 3);
  const sizes = perAxis('fold', 'outputSize', outputSize, 2, 1);
  const specs = specsOf('fold', kernelSize, options);
  const kernel = specs.map((spec) => spec.kernel);
  const places = specs.map(({ padding: [low, high], ...rest }, i) =>
    placesOf({ ...rest, low, high, spread: 1, size: must(sizes[i], 'size') }),
  );
  const channels = divide(must(x.shape[1], 'channels'), product(kernel));
  if (channels === null || knownSize('fold', x, 2) !== product(places)) {
    const headline = `fold: columns of ${product(kernel)} at ${product(places)} places are wanted`;
    throw new AdjointError('E-SHAPE-RESHAPE', headline, [describe(x)]);
  }
  const split = reshape(x, [must(x.shape[0], 'rows'), channels, ...kernel, ...places]);
  const taken = permute(split as Expr, [0, 1, 4, 5, 2, 3]);
  return overlapAdd(taken, specs, sizes) as unknown as Expr<Shape, D>;
}
