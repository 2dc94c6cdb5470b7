/**
 * Modules: functions of expressions that own parameters and children. A module's place in its parent makes the
 * state-dict names that PyTorch users know: `0.weight`, `encoder.bias`.
 */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import { describe } from '../describe.ts';
import type { Expr } from '../expr.ts';
import { checkShape, parameterOp, slotLeaf } from '../ops/leaves.ts';
import type { Rule, Applied, Accepts } from './rules.ts';
import type { Shape } from '../shape-types.ts';
import type { Size } from '../size.ts';
import type { Initializer, ParameterSlot, Scope } from '../slot.ts';
import { scopePath } from '../slot.ts';

/** A place in the tree of modules. It is named once, when its parent takes it in. */
export class ModuleScope implements Scope {
  name: string;
  parent: Scope | null = null;

  constructor(name: string) {
    this.name = name;
  }

  /** Makes `child` the child `key` of this scope; a module that has a parent already keeps its first place. */
  adopt(child: ModuleScope, key: string): void {
    if (child.parent) return;
    child.parent = this;
    child.name = key;
  }
}

/** A parameter that takes the dtype of the first input its module is applied to. */
export interface LazyParameter {
  /** The last part of its name. */
  readonly name: string;
  readonly shape: readonly Size[];
  /** Whether steps leave it as it is; `freeze` sets it. */
  frozen: boolean;
  /** The full name: `encoder.0.weight`. */
  path(): string;
  /** The slot, once the module has been applied. */
  slot(): ParameterSlot | null;
  /** The parameter as a leaf of the graph. Throws E-DTYPE where it is of another precision already. */
  as<D extends FloatDType>(dtype: D): Expr<Shape, D>;
}

/** The parameter of a module; its name and place may come later than itself. */
export class ModuleParameter implements LazyParameter {
  name: string;
  scope: Scope | null;
  frozen = false;
  readonly shape: readonly Size[];
  readonly #init: Initializer;
  #leaf: Expr | null = null;

  constructor(scope: Scope | null, name: string, shape: readonly Size[], init: Initializer) {
    this.scope = scope;
    this.name = name;
    this.shape = shape;
    this.#init = init;
  }

  path(): string {
    return [scopePath(this.scope), this.name].filter((part) => part).join('.');
  }

  slot(): ParameterSlot | null {
    return this.#leaf ? (this.#leaf.slot as ParameterSlot) : null;
  }

  as<D extends FloatDType>(dtype: D): Expr<Shape, D> {
    this.#leaf ??= slotLeaf(parameterOp, slotOf(this, dtype, this.#init));
    if (this.#leaf.dtype !== dtype) {
      throw new AdjointError('E-DTYPE', `parameter ${this.path()} is ${this.#leaf.dtype} and meets ${dtype}`);
    }
    return this.#leaf as unknown as Expr<Shape, D>;
  }
}

/** The slot follows its parameter, which is named when its module is adopted, and frozen whenever one likes. */
function slotOf(owner: ModuleParameter, dtype: FloatDType, init: Initializer): ParameterSlot {
  return {
    kind: 'parameter',
    shape: owner.shape,
    dtype,
    init,
    scope: () => owner.scope,
    get name() {
      return owner.name;
    },
    get frozen() {
      return owner.frozen;
    },
  };
}

/** Declares a parameter of a module. */
export function lazyParameter(
  scope: Scope,
  name: string,
  shape: readonly Size[],
  init: Initializer,
): LazyParameter {
  checkShape(`parameter ${name}`, shape);
  return new ModuleParameter(scope, name, shape, init);
}

/** What every module is, besides a function. */
export interface ModuleParts {
  readonly kind: string;
  readonly scope: ModuleScope;
  readonly parameters: readonly LazyParameter[];
  readonly children: readonly (readonly [string, ModuleParts])[];
}

export interface Module {
  readonly module: ModuleParts;
}

/** A module from one tensor to one tensor; `R` says what it does to shapes. */
export interface Layer<R extends Rule> extends Module {
  <S extends Shape, D extends FloatDType>(x: Expr<S, D> & Accepts<R, S>): Expr<Applied<R, S>, D>;
  readonly rule?: R;
}

export interface LayerOptions {
  /** The layer's name where it has no parent: the prefix of its parameters' names. */
  readonly name?: string;
}

/** Joins a function and its parts to a module. */
export function asModule<F extends object>(apply: F, parts: ModuleParts): F & Module {
  for (const [key, child] of parts.children) parts.scope.adopt(child.scope, key);
  return Object.assign(apply, { module: parts });
}

/** A module without parameters, from the function that it applies. */
export function plainLayer<R extends Rule>(
  kind: string,
  apply: (x: Expr<Shape, FloatDType>) => Expr,
): Layer<R> {
  const parts = { kind, scope: new ModuleScope(''), parameters: [], children: [] };
  return asModule((x: Expr<Shape, FloatDType>) => apply(x), parts) as unknown as Layer<R>;
}

/** The parameters of a module in state-dict order: its own, then those of its children, each once. */
export function lazyParameters({ module }: Module): LazyParameter[] {
  const found = new Set<LazyParameter>();
  const visit = (parts: ModuleParts): void => {
    for (const own of parts.parameters) found.add(own);
    for (const [, child] of parts.children) visit(child);
  };
  visit(module);
  return [...found];
}

export interface NamedParameter {
  readonly name: string;
  readonly shape: readonly Size[];
  /** Null while the module has not been applied. */
  readonly slot: ParameterSlot | null;
}

/** The parameters of a module with their names, in state-dict order, each once. */
export function moduleParameters(module: Module): NamedParameter[] {
  return lazyParameters(module).map((own) => ({ name: own.path(), shape: own.shape, slot: own.slot() }));
}

/** The size of axis `axis` of a layer's input; an error that names the layer where it is not `expected`. */
export function checkAxis(layer: string, x: Expr, axis: number, expected: Size): void {
  const size = x.shape.at(axis);
  if (size === expected) return;
  const place = axis === -1 ? 'last axis' : `axis ${axis}`;
  const found = size === undefined ? `there is no ${place}` : `the ${place} has size ${size}`;
  throw new AdjointError('E-SHAPE-LAYER', `${layer}: ${found}, not ${expected}`, [describe(x)]);
}
