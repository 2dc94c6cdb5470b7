/** Layers one after the other. */
import type { Expr } from '../expr.ts';
import { add } from '../ops/arithmetic.ts';
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe, showShape } from '../describe.ts';
import type { Shape } from '../shape-types.ts';
import type { Layer, Module } from './module.ts';
import { ModuleScope, asModule } from './module.ts';
import type { Adjoining, ChainRule, ResidualRule } from './rules.ts';

/** A module of one tensor. */
export type Stage = Module & ((x: never) => unknown);

type Fitting<Layers extends readonly unknown[]> =
  Layers extends Adjoining<Layers> ? Layers : Adjoining<Layers>;

type Apply = (x: Expr<Shape, FloatDType>) => Expr<Shape, FloatDType>;

function chain(kind: string, layers: readonly Module[], finish: (x: Expr, y: Expr) => Expr): Module {
  const apply = (x: Expr): Expr =>
    finish(
      x,
      layers.reduce<Expr>((value, layer) => (layer as unknown as Apply)(value as Expr<Shape, FloatDType>), x),
    );
  const children = layers.map((layer, i) => [String(i), layer.module] as const);
  return asModule(apply, { kind, scope: new ModuleScope(''), parameters: [], children });
}

/** Applies `layers` in order; their parameters are called `0.weight`, `2.bias` and so on. */
export function sequential<const Layers extends readonly Stage[]>(
  ...layers: Fitting<Layers>
): Layer<ChainRule<Layers>> {
  const stages = layers as unknown as readonly Module[];
  return chain('sequential', stages, (_, y) => y) as unknown as Layer<ChainRule<Layers>>;
}

/** `x` plus what `layers` make of it, in order; they must keep its shape. Throws E-SHAPE-SAME. */
export function residual<const Layers extends readonly Stage[]>(
  ...layers: Fitting<Layers>
): Layer<ResidualRule<Layers>> {
  const stages = layers as unknown as readonly Module[];
  return chain('residual', stages, (x, y) => {
    if (showShape(x.shape) === showShape(y.shape)) return add(x, y);
    const headline = `residual: the layers make ${showShape(y.shape)} of ${showShape(x.shape)}`;
    throw new AdjointError('E-SHAPE-SAME', headline, [describe(x), describe(y)]);
  }) as unknown as Layer<ResidualRule<Layers>>;
}
