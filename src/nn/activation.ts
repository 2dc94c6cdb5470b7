/** Activations as layers, for use inside `sequential`. */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { relu as reluOf, sigmoid as sigmoidOf, tanh as tanhOf } from '../ops/exponential.ts';
import type { Shape } from '../shape-types.ts';
import type { Layer } from './module.ts';
import { ModuleScope, asModule } from './module.ts';
import type { SameRule } from './rules.ts';

type Elementwise = (x: Expr<Shape, FloatDType>) => Expr;

function activation(kind: string, apply: Elementwise): () => Layer<SameRule> {
  return () =>
    asModule((x: Expr<Shape, FloatDType>) => apply(x), {
      kind,
      scope: new ModuleScope(''),
      parameters: [],
      children: [],
    }) as unknown as Layer<SameRule>;
}

/** max(x, 0). */
export const relu: () => Layer<SameRule> = activation('relu', reluOf);
/** The hyperbolic tangent. */
export const tanh: () => Layer<SameRule> = activation('tanh', tanhOf);
/** 1 / (1 + e^-x). */
export const sigmoid: () => Layer<SameRule> = activation('sigmoid', sigmoidOf);
