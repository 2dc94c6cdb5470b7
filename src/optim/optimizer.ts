/**
 * What an optimizer is: an expression builder from gradients to new parameters. State and hyper-parameters are
 * asked for by name, so the update rule reads like its formula.
 */
import type { DType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import type { Size } from '../size.ts';

/** A tensor that the optimizer keeps. `value` is what the last step left; `next` says what this one leaves. */
export interface Kept {
  readonly value: Expr;
  set(next: Expr): void;
}

/** One trained tensor, as an update rule sees it. */
export interface Leaf {
  readonly name: string;
  readonly parameter: Expr;
  /** A tensor kept for this parameter, of its shape unless another is given, from `initial` (default 0). */
  keep(name: string, options?: { shape?: readonly Size[]; dtype?: DType; initial?: number | Expr }): Kept;
}

/** What all parameters of an optimizer share. */
export interface OptimizerContext {
  readonly leaves: readonly Leaf[];
  /** The number of this step, from 1, as a rank-0 float64. */
  readonly count: Expr<[], 'float64'>;
  /** A hyper-parameter of the optimizer as a rank-0 float64 that calls can change. */
  hyper(name: string): Expr<[], 'float64'>;
  /** A tensor kept once for all parameters. */
  keep(name: string, options?: { shape?: readonly Size[]; dtype?: DType; initial?: number | Expr }): Kept;
}

/** From one tensor per parameter to another: gradients in, updates out. `apply` may keep state. */
export interface Transform {
  readonly name: string;
  /** Hyper-parameters with their defaults, changeable between calls. */
  readonly hyper: Readonly<Record<string, number>>;
  apply(updates: readonly Expr[], context: OptimizerContext): readonly Expr[];
}

/**
 * An optimizer makes new parameters from gradients. `select` says which parameters it trains; groups of
 * optimizers share a program.
 */
export interface Optimizer {
  readonly name: string;
  readonly hyper: Readonly<Record<string, number>>;
  /** New values, one for each leaf, in order. */
  update(gradients: readonly Expr[], context: OptimizerContext): readonly Expr[];
}
