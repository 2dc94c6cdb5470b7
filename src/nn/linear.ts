/** The affine layer, and the bilinear one. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { add, mul } from '../ops/arithmetic.ts';
import { sum } from '../ops/broadcast.ts';
import { matmul } from '../ops/contract.ts';
import { permute, transpose } from '../ops/permute.ts';
import { reshape, unsqueeze } from '../ops/reshape.ts';
import type { Shape } from '../shape-types.ts';
import type { Initializer } from '../slot.ts';
import { uniform } from './init/draw.ts';
import { kaimingUniform } from './init/fan.ts';
import type { LayerOptions, LazyParameter, Module } from './module.ts';
import { ModuleScope, asModule, checkAxis, lazyParameter } from './module.ts';
import type { Accepts, Applied, LastRule } from './rules.ts';
import { checkShared } from './sharing.ts';

export interface LinearOptions extends LayerOptions {
  /** Whether to add a bias; default true. */
  readonly bias?: boolean;
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
  /** The parameter of another layer that serves as weight here too: see `parameterOf`. */
  readonly weight?: LazyParameter;
}

/** `[..., I]` to `[..., O]`. */
export interface Linear<I extends number, O extends number> extends Module {
  <L extends Shape, D extends FloatDType>(x: Expr<readonly [...L, I], D>): Expr<[...L, O], D>;
  <S extends Shape, D extends FloatDType>(
    x: Expr<S, D> & Accepts<LastRule<I, O>, S>,
  ): Expr<Applied<LastRule<I, O>, S>, D>;
  readonly rule?: LastRule<I, O>;
}

function checkSizes(layer: string, sizes: readonly number[]): void {
  if (sizes.every((size) => Number.isInteger(size) && size > 0)) return;
  throw new AdjointError('E-SHAPE-SIZE', `${layer}: sizes are positive integers`);
}

/** Uniform in +-1 / sqrt(size), as torch draws biases. */
const byRoot = (size: number): Initializer => uniform(-1 / Math.sqrt(size), 1 / Math.sqrt(size));

/**
 * `x W^T + b` over the last axis, with `weight` [out, in] and `bias` [out], both uniform in +-1/sqrt(in) at first,
 * as torch.nn.Linear has it.
 */
export function linear<const I extends number, const O extends number>(
  inFeatures: I,
  outFeatures: O,
  options: LinearOptions = {},
): Linear<I, O> {
  const layer = `linear(${inFeatures}, ${outFeatures})`;
  checkSizes(layer, [inFeatures, outFeatures]);
  const { bias: withBias = true, biasInit = byRoot(inFeatures), weight: shared } = options;
  const { weightInit = kaimingUniform({ a: Math.sqrt(5) }) } = options;
  const scope = new ModuleScope(options.name ?? '');
  const shape = [outFeatures, inFeatures];
  if (shared) checkShared(layer, shared, shape);
  const weight = shared ?? lazyParameter(scope, 'weight', shape, weightInit);
  const bias = withBias ? lazyParameter(scope, 'bias', [outFeatures], biasInit) : null;
  const apply = (x: Expr<Shape, FloatDType>): Expr => {
    checkAxis(layer, x, -1, inFeatures);
    const product: Expr = matmul(x, transpose(weight.as(x.dtype)));
    return bias ? add(product, bias.as(x.dtype)) : product;
  };
  const parameters = bias ? [weight, bias] : [weight];
  return asModule(apply, { kind: 'linear', scope, parameters, children: [] }) as unknown as Linear<I, O>;
}

export interface BilinearOptions extends LayerOptions {
  /** Whether to add a bias; default true. */
  readonly bias?: boolean;
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
}

/** `[..., I]` and `[..., J]` to `[..., O]`. */
export interface Bilinear<I extends number, J extends number, O extends number> extends Module {
  <L extends Shape, D extends FloatDType>(
    x: Expr<readonly [...L, I], D>,
    y: Expr<readonly [...L, J], NoInfer<D>>,
  ): Expr<[...L, O], D>;
}

/**
 * `x^T W_o y + b_o` over the last axes, with `weight` [out, in1, in2] and `bias` [out], both uniform in
 * +-1/sqrt(in1) at first, as torch.nn.Bilinear has it.
 */
export function bilinear<const I extends number, const J extends number, const O extends number>(
  in1Features: I,
  in2Features: J,
  outFeatures: O,
  options: BilinearOptions = {},
): Bilinear<I, J, O> {
  const layer = `bilinear(${in1Features}, ${in2Features}, ${outFeatures})`;
  checkSizes(layer, [in1Features, in2Features, outFeatures]);
  const { bias: withBias = true, weightInit = byRoot(in1Features), biasInit = byRoot(in1Features) } = options;
  const scope = new ModuleScope(options.name ?? '');
  const weight = lazyParameter(scope, 'weight', [outFeatures, in1Features, in2Features], weightInit);
  const bias = withBias ? lazyParameter(scope, 'bias', [outFeatures], biasInit) : null;
  const apply = (x: Expr<Shape, FloatDType>, y: Expr<Shape, FloatDType>): Expr => {
    checkAxis(layer, x, -1, in1Features);
    checkAxis(layer, y, -1, in2Features);
    const rows = x.shape.slice(0, -1);
    if (showShape(rows) !== showShape(y.shape.slice(0, -1))) throw rowsDiffer(layer, x, y);
    const table = reshape(permute(weight.as(x.dtype), [1, 0, 2]), [in1Features, outFeatures * in2Features]);
    const left = reshape(matmul(x, table as Expr<Shape, FloatDType>), [...rows, outFeatures, in2Features]);
    const product = sum(mul(left as Expr<Shape, FloatDType>, unsqueeze(y, -2)), { axis: -1 });
    return bias ? add(product as Expr, bias.as(x.dtype)) : product;
  };
  const parameters = bias ? [weight, bias] : [weight];
  return asModule(apply, { kind: 'bilinear', scope, parameters, children: [] }) as unknown as Bilinear<
    I,
    J,
    O
  >;
}

function rowsDiffer(layer: string, x: Expr, y: Expr): AdjointError {
  const headline = `${layer}: the leading sizes of ${showShape(x.shape)} and ${showShape(y.shape)} differ`;
  return new AdjointError('E-SHAPE-SAME', headline, [describe(x), describe(y)]);
}
