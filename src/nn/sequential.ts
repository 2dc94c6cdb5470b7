/** Layers one after the other. */
import type { Expr } from '../expr.ts';
import type { Layer, Module } from './module.ts';
import { ModuleScope, asModule } from './module.ts';
import type { ChainRule } from './rules.ts';

/** Applies `layers` in order; their parameters are called `0.weight`, `2.bias` and so on. */
export function sequential<const Layers extends readonly Module[]>(
  ...layers: Layers
): Layer<ChainRule<Layers>> {
  const apply = (x: Expr): Expr =>
    layers.reduce<Expr>((value, layer) => (layer as unknown as (value: Expr) => Expr)(value), x);
  return asModule(apply, {
    kind: 'sequential',
    scope: new ModuleScope(''),
    parameters: [],
    children: layers.map((layer, i) => [String(i), layer.module] as const),
  }) as unknown as Layer<ChainRule<Layers>>;
}
