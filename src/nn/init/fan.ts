/** Initializers that keep the variance of what flows through a layer, from the sizes of its weight. */
import { AdjointError } from '../../errors.ts';
import { showShape } from '../../describe.ts';
import type { Size } from '../../size.ts';
import type { Initializer } from '../../slot.ts';
import { checkInit, normal, uniform } from './draw.ts';

/** The sizes of a shape as numbers. Throws E-SHAPE-SYMBOLIC for a named one. */
export function numericShape(name: string, shape: readonly Size[]): number[] {
  return shape.map((size) => {
    if (typeof size === 'number') return size;
    throw new AdjointError(
      'E-SHAPE-SYMBOLIC',
      `nn.init.${name}: size ${size} of ${showShape(shape)} is a name`,
    );
  });
}

/** How many values a weight [out, in, ...] reads for one output, and writes from one input. */
function fans(name: string, shape: readonly Size[]): { readonly in: number; readonly out: number } {
  const [rows, columns, ...field] = numericShape(name, shape);
  if (rows === undefined || columns === undefined) {
    const headline = `nn.init.${name}: ${showShape(shape)} has no rows and columns`;
    throw new AdjointError(
      'E-SHAPE-RANK',
      headline,
      [],
      'Weights are [out, in, ...]; use uniform or normal here.',
    );
  }
  const positions = field.reduce((a, b) => a * b, 1);
  return { in: columns * positions, out: rows * positions };
}

/** Chooses the distribution when the shape is known. */
function byShape(name: string, choose: (shape: readonly Size[]) => Initializer): Initializer {
  return { name, value: (shape, dtype) => choose(shape).value(shape, dtype) };
}

const evenly = (std: number): Initializer => uniform(-Math.sqrt(3) * std, Math.sqrt(3) * std);

export interface XavierOptions {
  /** Factor of the standard deviation; default 1. See `calculateGain`. */
  readonly gain?: number;
}

function xavierStd(name: string, shape: readonly Size[], gain: number): number {
  const fan = fans(name, shape);
  return gain * Math.sqrt(2 / (fan.in + fan.out));
}

/** Uniform with standard deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
export function xavierUniform({ gain = 1 }: XavierOptions = {}): Initializer {
  return byShape(`xavierUniform(${gain})`, (shape) => evenly(xavierStd('xavierUniform', shape, gain)));
}

/** Normal with standard deviation gain sqrt(2 / (fanIn + fanOut)) (Glorot and Bengio, 2010). */
export function xavierNormal({ gain = 1 }: XavierOptions = {}): Initializer {
  return byShape(`xavierNormal(${gain})`, (shape) => normal(0, xavierStd('xavierNormal', shape, gain)));
}

/** Functions that `calculateGain` knows. */
export type Nonlinearity =
  | 'linear'
  | 'conv1d'
  | 'conv2d'
  | 'conv3d'
  | 'convTranspose1d'
  | 'convTranspose2d'
  | 'convTranspose3d'
  | 'sigmoid'
  | 'tanh'
  | 'relu'
  | 'leakyRelu'
  | 'selu';

const gains: Readonly<Record<Nonlinearity, (slope: number) => number>> = {
  linear: () => 1,
  conv1d: () => 1,
  conv2d: () => 1,
  conv3d: () => 1,
  convTranspose1d: () => 1,
  convTranspose2d: () => 1,
  convTranspose3d: () => 1,
  sigmoid: () => 1,
  tanh: () => 5 / 3,
  relu: () => Math.sqrt(2),
  leakyRelu: (slope) => Math.sqrt(2 / (1 + slope ** 2)),
  selu: () => 3 / 4,
};

/**
 * The factor that makes up for what a nonlinearity does to the variance, as torch's calculate_gain. `param` is the
 * slope of `leakyRelu`, default 0.01.
 */
export function calculateGain(nonlinearity: Nonlinearity, param = 0.01): number {
  const known = Object.keys(gains).join(', ');
  checkInit('calculateGain', Object.hasOwn(gains, nonlinearity), `${nonlinearity} is none of ${known}`);
  return gains[nonlinearity](param);
}

export interface KaimingOptions {
  /** The slope of the `leakyRelu` that follows; default 0. */
  readonly a?: number;
  /** Which variance is kept: that of the values (`'fanIn'`, the default) or of the gradients. */
  readonly mode?: 'fanIn' | 'fanOut';
  /** What follows the layer; default `'leakyRelu'`. */
  readonly nonlinearity?: Nonlinearity;
}

function kaimingStd(name: string, shape: readonly Size[], options: KaimingOptions): number {
  const { a = 0, mode = 'fanIn', nonlinearity = 'leakyRelu' } = options;
  checkInit(name, mode === 'fanIn' || mode === 'fanOut', `mode ${String(mode)} is neither fanIn nor fanOut`);
  const fan = fans(name, shape);
  return calculateGain(nonlinearity, a) / Math.sqrt(mode === 'fanIn' ? fan.in : fan.out);
}

/** Uniform with standard deviation gain / sqrt(fan) (He et al., 2015). */
export function kaimingUniform(options: KaimingOptions = {}): Initializer {
  return byShape('kaimingUniform', (shape) => evenly(kaimingStd('kaimingUniform', shape, options)));
}

/** Normal with standard deviation gain / sqrt(fan) (He et al., 2015). */
export function kaimingNormal(options: KaimingOptions = {}): Initializer {
  return byShape('kaimingNormal', (shape) => normal(0, kaimingStd('kaimingNormal', shape, options)));
}
