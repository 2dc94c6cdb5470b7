/** Low-rank adapters of a layer that stays as it is (Hu et al., 2021). */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { add, mul } from '../ops/arithmetic.ts';
import type { Shape } from '../shape-types.ts';
import { freeze } from './freeze.ts';
import { zeros } from './init/draw.ts';
import type { Linear } from './linear.ts';
import { linear } from './linear.ts';
import type { LayerOptions, Module } from './module.ts';
import { ModuleScope, asModule } from './module.ts';

export interface LoraOptions extends LayerOptions {
  /** The rank of the change: far smaller than the sizes of the layer. */
  readonly rank: number;
  /** The change is scaled by alpha / rank; default alpha = rank. */
  readonly alpha?: number;
}

type Apply = (x: Expr<Shape, FloatDType>) => Expr;

/**
 * `layer(x) + (alpha / rank) B A x`: the layer is frozen, A [rank, in] and B [out, rank] are trained. B is 0 at
 * first, so that the adapted layer starts as the layer itself. Names: `base_layer`, `lora_A`, `lora_B`.
 */
export function lora<const I extends number, const O extends number>(
  layer: Linear<I, O>,
  { rank, alpha = rank, name = '' }: LoraOptions,
): Linear<I, O> {
  const [outFeatures, inFeatures] = weightSizes(layer);
  if (!Number.isInteger(rank) || rank < 1 || rank > Math.min(inFeatures, outFeatures)) {
    const headline = `lora: rank ${rank} of a layer from ${inFeatures} to ${outFeatures} features`;
    throw new AdjointError(
      'E-ATTRIBUTE',
      headline,
      [],
      'The rank is an integer from 1 to the smaller of both.',
    );
  }
  const down = linear(inFeatures, rank, { bias: false });
  const up = linear(rank, outFeatures, { bias: false, weightInit: zeros() });
  const base = freeze(layer) as unknown as Apply;
  const apply = (x: Expr<Shape, FloatDType>): Expr => {
    const change = (up as unknown as Apply)((down as unknown as Apply)(x) as Expr<Shape, FloatDType>);
    return add(base(x), mul(change, alpha / rank));
  };
  const children = [
    ['base_layer', layer.module],
    ['lora_A', down.module],
    ['lora_B', up.module],
  ] as const;
  const parts = { kind: 'lora', scope: new ModuleScope(name), parameters: [], children };
  return asModule(apply, parts) as unknown as Linear<I, O>;
}

function weightSizes({ module }: Module): [outFeatures: number, inFeatures: number] {
  const [rows, columns] = module.parameters[0]?.shape ?? [];
  if (typeof rows === 'number' && typeof columns === 'number') return [rows, columns];
  throw new AdjointError('E-PROGRAM', 'lora: the layer has no weight [out, in]', [], 'Adapt an nn.linear.');
}
