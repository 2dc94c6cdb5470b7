/**
 * What an optimizer is: an expression builder from gradients to new parameters. State and hyper-parameters are
 * asked for by name, so an update rule reads like its formula.
 */
import type { FloatDType } from '../dtype.ts';
import type { Expr } from '../expr.ts';
import { must } from '../errors.ts';
import type { Scalar } from '../schedule/number.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import { rateOf } from './rate.ts';

export type { Scalar } from '../schedule/number.ts';

/** A float tensor of any shape. */
export type Float = Expr<Shape, FloatDType>;

/** A hyper-parameter: a number, or a schedule of one. Both can be changed between calls. */
export type Rate = number | Schedule;

/** A tensor that the optimizer keeps: `value` is what the last step left, `set` says what this one leaves. */
export interface Kept<E extends Expr = Float> {
  readonly value: E;
  set(next: E): void;
}

export interface KeepOptions {
  /** Default: the parameter's. */
  readonly shape?: readonly Size[];
  /** What the tensor is filled with at first; default 0. */
  readonly initial?: number;
}

/** One trained tensor, as an update rule sees it. */
export interface Leaf {
  readonly name: string;
  readonly parameter: Float;
  /**
   * A tensor kept for this parameter, of its dtype. What it is set to is flushed: magnitudes below the smallest
   * normal number become 0.
   */
  keep(name: string, options?: KeepOptions): Kept;
  /** In `evaluate` and `predict`, `value` stands for the parameter. It may read what is kept. */
  evaluateAt(value: Float): void;
}

/** What all parameters of an optimizer share. */
export interface OptimizerContext {
  readonly leaves: readonly Leaf[];
  /** The number of this update, from 1. */
  readonly count: Scalar;
  /** What the loss of this batch is weighted with: the denominator of a mean, else the rows of the batch. */
  readonly weight: Scalar;
  /** A number that calls can change, under the name that the module gives it. */
  hyper(name: string, value: number): Scalar;
  /** A number kept for all parameters together; default 0 at first. */
  keep(name: string, initial?: number): Kept<Scalar>;
  /** The gradients of this batch's loss at other parameters, one for each leaf. */
  gradientsAt(parameters: readonly Float[]): Float[];
}

/** From one tensor per parameter to another: gradients in, updates out. */
export interface Transform {
  readonly name: string;
  apply(updates: readonly Float[], context: OptimizerContext): readonly Float[];
}

/** Makes new parameters from gradients. */
export interface Optimizer {
  readonly name: string;
  /** New values, one for each leaf, in order. */
  update(gradients: readonly Float[], context: OptimizerContext): readonly Float[];
}

export type Rates = Readonly<Record<string, Rate | undefined>>;
/** The rates of a rule as expressions. */
export type Scalars<R extends Rates> = { readonly [K in keyof R]: Scalar };

/** What becomes of one gradient. */
export type Rule<R extends Rates> = (
  gradient: Float,
  leaf: Leaf,
  rates: Scalars<R>,
  context: OptimizerContext,
) => Float;

/** The rates as expressions, declared in `context` by their names. */
export function ratesOf<R extends Rates>(rates: R, context: OptimizerContext): Scalars<R> {
  const entries = Object.entries(rates).flatMap(([name, rate]) =>
    rate === undefined ? [] : [[name, rateOf(name, rate, context)] as const],
  );
  return Object.fromEntries(entries) as Scalars<R>;
}

function applyRule<R extends Rates>(rates: R, rule: Rule<R>) {
  return (gradients: readonly Float[], context: OptimizerContext): Float[] => {
    const scalars = ratesOf(rates, context);
    return context.leaves.map((leaf, i) => rule(must(gradients[i], 'gradient'), leaf, scalars, context));
  };
}

/** An optimizer from its rule: the new parameter for each gradient. */
export function optimizer<const R extends Rates>(name: string, rates: R, rule: Rule<R>): Optimizer {
  return { name, update: applyRule(rates, rule) };
}

/** A transformation from its rule: the update for each gradient. */
export function transform<const R extends Rates>(name: string, rates: R, rule: Rule<R>): Transform {
  return { name, apply: applyRule(rates, rule) };
}
