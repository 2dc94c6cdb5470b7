/** The affine layer. */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { add } from '../ops/arithmetic.ts';
import { matmul } from '../ops/contract.ts';
import { transpose } from '../ops/permute.ts';
import type { Shape } from '../shape-types.ts';
import type { Initializer } from '../slot.ts';
import { uniform } from './init.ts';
import type { LayerOptions, Module } from './module.ts';
import { ModuleScope, asModule, checkAxis, lazyParameter } from './module.ts';
import type { LastRule } from './rules.ts';

export interface LinearOptions extends LayerOptions {
  /** Whether to add a bias; default true. */
  readonly bias?: boolean;
  readonly weightInit?: Initializer;
  readonly biasInit?: Initializer;
}

/** `[..., I]` to `[..., O]`. */
export interface Linear<I extends number, O extends number> extends Module {
  <L extends Shape, D extends FloatDType>(x: Expr<readonly [...L, I], D>): Expr<[...L, O], D>;
  readonly rule?: LastRule<I, O>;
}

/**
 * `x W^T + b` over the last axis, with `weight` [out, in] and `bias` [out], both uniform in +-1/sqrt(in) at first,
 * as torch.nn.Linear has it.
 */
export function linear<const I extends number, const O extends number>(
  inFeatures: I,
  outFeatures: O,
  options: LinearOptions = {},
): Linear<I, O> {
  for (const size of [inFeatures, outFeatures]) {
    if (!Number.isInteger(size) || size < 1) {
      throw new AdjointError(
        'E-SHAPE-SIZE',
        `linear(${inFeatures}, ${outFeatures}): sizes are positive integers`,
      );
    }
  }
  const scope = new ModuleScope(options.name ?? '');
  const bound = 1 / Math.sqrt(inFeatures);
  const fallback = uniform(-bound, bound);
  const weight = lazyParameter(scope, 'weight', [outFeatures, inFeatures], options.weightInit ?? fallback);
  const bias = lazyParameter(scope, 'bias', [outFeatures], options.biasInit ?? fallback);
  const withBias = options.bias ?? true;
  const apply = (x: Expr<Shape, FloatDType>): Expr => {
    checkAxis(`linear(${inFeatures}, ${outFeatures})`, x, -1, inFeatures);
    const product: Expr = matmul(x, transpose(weight.as(x.dtype)));
    return withBias ? add(product, bias.as(x.dtype)) : product;
  };
  return asModule(apply, {
    kind: 'linear',
    scope,
    parameters: withBias ? [weight, bias] : [weight],
    children: [],
  }) as unknown as Linear<I, O>;
}
