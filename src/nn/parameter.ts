/** Parameters that a user's own module declares. */
import type { FloatDType } from '../dtype.ts';
import { filled } from '../declare.ts';
import type { Expr } from '../expr.ts';
import { checkShape } from '../ops/leaves.ts';
import type { Shape } from '../shape-types.ts';
import type { Initializer, Scope } from '../slot.ts';
import type { LazyParameter } from './module.ts';
import { ModuleParameter } from './module.ts';

export interface OwnParameterOptions<D extends FloatDType> {
  /** Default float32. */
  readonly dtype?: D;
  /** Default zeros. */
  readonly init?: Initializer;
}

/** A parameter that a user's own module declares; its key in the module is its name. */
export interface OwnParameter<S extends Shape, D extends FloatDType> {
  readonly parameter: LazyParameter;
  readonly value: Expr<S, D>;
}

class Own<S extends Shape, D extends FloatDType> implements OwnParameter<S, D> {
  readonly parameter: ModuleParameter;
  readonly #dtype: D;

  constructor(parameter: ModuleParameter, dtype: D) {
    this.parameter = parameter;
    this.#dtype = dtype;
  }

  get value(): Expr<S, D> {
    return this.parameter.as(this.#dtype) as unknown as Expr<S, D>;
  }
}

/** A trained tensor among the members of `nn.module`. */
export function parameter<const S extends Shape, D extends FloatDType = 'float32'>(
  shape: S,
  options: OwnParameterOptions<D> = {},
): OwnParameter<S, D> {
  checkShape('nn.parameter', shape);
  const { dtype, init = filled(0) } = options;
  const type: FloatDType = dtype ?? 'float32';
  return new Own<S, D>(new ModuleParameter(null, 'parameter', shape, init), type as D);
}

/** The parameter behind a member of a module; null for layers. It is named once, by its first module. */
export function adoptParameter(member: unknown, scope: Scope, key: string): LazyParameter | null {
  if (!(member instanceof Own)) return null;
  const { parameter } = member;
  if (!parameter.scope) [parameter.scope, parameter.name] = [scope, key];
  return parameter;
}
