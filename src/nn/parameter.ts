/** Parameters that a user's own module declares. */
import type { FloatDType } from '../dtype.ts';
import { filled } from '../declare.ts';
import type { Expr } from '../expr.ts';
import { checkShape } from '../ops/leaves.ts';
import type { Shape } from '../shape-types.ts';
import type { Initializer, Scope } from '../slot.ts';
import type { LazyParameter } from './module.ts';
import { ModuleParameter } from './module.ts';

export interface OwnParameterOptions {
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

/** A trained tensor among the members of `nn.module`: float32 unless told otherwise. */
export function parameter<const S extends Shape>(
  shape: S,
  options?: OwnParameterOptions,
): OwnParameter<S, 'float32'>;
export function parameter<const S extends Shape, D extends FloatDType>(
  shape: S,
  options: OwnParameterOptions & { readonly dtype: D },
): OwnParameter<S, D>;
export function parameter(
  shape: Shape,
  options: OwnParameterOptions & { readonly dtype?: FloatDType } = {},
): OwnParameter<Shape, FloatDType> {
  checkShape('nn.parameter', shape);
  const { dtype = 'float32', init = filled(0) } = options;
  return new Own<Shape, FloatDType>(new ModuleParameter(null, 'parameter', shape, init), dtype);
}

/** The parameter behind a member of a module; null for layers. It is named once, by its first module. */
export function adoptParameter(member: unknown, scope: Scope, key: string): LazyParameter | null {
  if (!(member instanceof Own)) return null;
  const { parameter } = member;
  if (!parameter.scope) [parameter.scope, parameter.name] = [scope, key];
  return parameter;
}
