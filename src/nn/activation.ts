/** Activations as layers, with torch.nn's options and defaults. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import * as of from '../ops/activation.ts';
import type { GeluOptions, SoftplusOptions } from '../ops/activation.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { lt, where } from '../ops/compare.ts';
import { byMode } from '../ops/control.ts';
import { relu as reluOf, sigmoid as sigmoidOf, tanh as tanhOf } from '../ops/exponential.ts';
import { uniform } from '../ops/random.ts';
import { logSoftmax as logSoftmaxOf, softmax as softmaxOf, softmin as softminOf } from '../ops/softmax.ts';
import type { Shape } from '../shape-types.ts';
import type { Initializer } from '../slot.ts';
import { constant } from './init/draw.ts';
import type { Layer, LayerOptions } from './module.ts';
import { ModuleScope, asModule, lazyParameter, plainLayer } from './module.ts';
import type { HalfRule, SameRule } from './rules.ts';

type Float = Expr<Shape, FloatDType>;
type Elementwise = () => Layer<SameRule>;
type ElementwiseWith<Options> = (options?: Options) => Layer<SameRule>;

const plain =
  (kind: string, apply: (x: Float) => Expr): Elementwise =>
  () =>
    plainLayer<SameRule>(kind, apply);

const optional =
  <Options>(kind: string, apply: (x: Float, options?: Options) => Expr): ElementwiseWith<Options> =>
  (options) =>
    plainLayer<SameRule>(kind, (x) => apply(x, options));

/** max(x, 0). */
export const relu: Elementwise = plain('relu', reluOf);
/** The hyperbolic tangent. */
export const tanh: Elementwise = plain('tanh', tanhOf);
/** 1 / (1 + e^-x). */
export const sigmoid: Elementwise = plain('sigmoid', sigmoidOf);
/** min(max(x, 0), 6). */
export const relu6: Elementwise = plain('relu6', of.relu6);
/** x sigmoid(x). */
export const silu: Elementwise = plain('silu', of.silu);
/** x tanh(softplus(x)). */
export const mish: Elementwise = plain('mish', of.mish);
/** x / (1 + |x|). */
export const softsign: Elementwise = plain('softsign', of.softsign);
/** log(sigmoid(x)). */
export const logSigmoid: Elementwise = plain('logSigmoid', of.logSigmoid);
/** 0 below -3, 1 above 3, a line between. */
export const hardsigmoid: Elementwise = plain('hardsigmoid', of.hardsigmoid);
/** x hardsigmoid(x). */
export const hardswish: Elementwise = plain('hardswish', of.hardswish);
/** x - tanh(x). */
export const tanhshrink: Elementwise = plain('tanhshrink', of.tanhshrink);
/** elu with the scale and alpha that keep mean 0 and variance 1. */
export const selu: Elementwise = plain('selu', of.selu);

/** x above 0, `negativeSlope` (default 0.01) times x elsewhere. */
export const leakyRelu: ElementwiseWith<{ readonly negativeSlope?: number }> = optional(
  'leakyRelu',
  of.leakyRelu,
);
/** x above 0, alpha (e^x - 1) elsewhere; default alpha 1. */
export const elu: ElementwiseWith<{ readonly alpha?: number }> = optional('elu', of.elu);
/** x above 0, alpha (e^(x / alpha) - 1) elsewhere; default alpha 1. */
export const celu: ElementwiseWith<{ readonly alpha?: number }> = optional('celu', of.celu);
/** x times the normal distribution function of x, or its approximation by tanh. */
export const gelu: ElementwiseWith<GeluOptions> = optional('gelu', of.gelu);
/** log(1 + e^(beta x)) / beta; x itself where beta x is above the threshold. Defaults 1 and 20. */
export const softplus: ElementwiseWith<SoftplusOptions> = optional('softplus', of.softplus);
/** x held between `min` (default -1) and `max` (default 1). */
export const hardtanh: ElementwiseWith<{ readonly min?: number; readonly max?: number }> = optional(
  'hardtanh',
  of.hardtanh,
);
/** x, and 0 from -lambda to lambda (default 0.5). */
export const hardshrink: ElementwiseWith<{ readonly lambda?: number }> = optional(
  'hardshrink',
  of.hardshrink,
);
/** x moved towards 0 by lambda (default 0.5), and 0 from -lambda to lambda. */
export const softshrink: ElementwiseWith<{ readonly lambda?: number }> = optional(
  'softshrink',
  of.softshrink,
);

/** x above `threshold`, else `value`. */
export function threshold(options: { readonly threshold: number; readonly value: number }): Layer<SameRule> {
  return plainLayer('threshold', (x) => of.threshold(x, options));
}

export interface AxisOption {
  /** The axis along which values are normalized; default -1. */
  readonly axis?: number;
}

/** e^x / sum(e^x) along an axis. */
export const softmax: ElementwiseWith<AxisOption> = optional('softmax', softmaxOf);
/** softmax(-x) along an axis. */
export const softmin: ElementwiseWith<AxisOption> = optional('softmin', softminOf);
/** log(softmax(x)) along an axis. */
export const logSoftmax: ElementwiseWith<AxisOption> = optional('logSoftmax', logSoftmaxOf);

/** The first half of the last axis times the sigmoid of the second half. */
export function glu(): Layer<HalfRule> {
  return plainLayer('glu', (x) => of.glu(x));
}

export interface PreluOptions extends LayerOptions {
  /** 1, the default, or the size of axis 1: a slope per channel. */
  readonly parameters?: number;
  /** Default: all 0.25. */
  readonly init?: Initializer;
}

/** x above 0, `weight` times x elsewhere, with a trained weight of one element or one per channel. */
export function prelu(options: PreluOptions = {}): Layer<SameRule> {
  const { parameters = 1, init = constant(0.25), name = '' } = options;
  if (!Number.isInteger(parameters) || parameters < 1) {
    throw new AdjointError('E-SHAPE-SIZE', `prelu: ${parameters} parameters; one, or one per channel`);
  }
  const scope = new ModuleScope(name);
  const weight = lazyParameter(scope, 'weight', [parameters], init);
  const apply = (x: Float): Expr => of.prelu(x, weight.as(x.dtype));
  return asModule(apply, {
    kind: 'prelu',
    scope,
    parameters: [weight],
    children: [],
  }) as unknown as Layer<SameRule>;
}

export interface RreluOptions {
  /** The least slope; default 1/8. */
  readonly lower?: number;
  /** The largest slope; default 1/3. */
  readonly upper?: number;
}

/** x above 0; elsewhere x times a slope, drawn anew for each element in training, the middle one in evaluation. */
export function rrelu({ lower = 1 / 8, upper = 1 / 3 }: RreluOptions = {}): Layer<SameRule> {
  return plainLayer('rrelu', (x) => {
    const slope = add(mul(uniform(x.shape, x.dtype) as Float, upper - lower), lower);
    const below = byMode(mul(x, slope), mul(x, (lower + upper) / 2));
    return where(lt(x, 0), below, x);
  });
}
