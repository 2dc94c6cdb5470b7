/**
 * Modules: functions of expressions that own parameters and children. A module's place in its parent makes the
 * state-dict names that PyTorch users know: `0.weight`, `encoder.bias`.
 */
import type { FloatDType } from '../dtype.ts';
import { AdjointError } from '../errors.ts';
import type { Expr } from '../expr.ts';
import { parameter } from '../declare.ts';
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
  readonly name: string;
  readonly shape: readonly Size[];
  /** The slot, once the module has been applied. */
  slot(): ParameterSlot | null;
  as<D extends FloatDType>(dtype: D): Expr<Shape, D>;
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

/** Declares a parameter of a module. */
export function lazyParameter(
  scope: Scope,
  name: string,
  shape: readonly Size[],
  init: Initializer,
): LazyParameter {
  let made: Expr | null = null;
  return {
    name,
    shape,
    slot: () => (made?.slot?.kind === 'parameter' ? made.slot : null),
    as: <D extends FloatDType>(dtype: D): Expr<Shape, D> => {
      made ??= parameter(name, shape, { dtype, init, scope: () => scope }) as Expr;
      if (made.dtype !== dtype) {
        const full = [scopePath(scope), name].filter((part) => part).join('.');
        throw new AdjointError('E-DTYPE', `parameter ${full} is ${made.dtype} and meets ${dtype}`);
      }
      return made as unknown as Expr<Shape, D>;
    },
  };
}

/** Joins a function and its parts to a module. */
export function asModule<F extends object>(apply: F, parts: ModuleParts): F & Module {
  for (const [key, child] of parts.children) parts.scope.adopt(child.scope, key);
  return Object.assign(apply, { module: parts });
}

export interface NamedParameter {
  readonly name: string;
  /** Null while the module has not been applied. */
  readonly slot: ParameterSlot | null;
}

/** All parameters of a module in state-dict order: its own, then those of its children, each once. */
export function moduleParameters({ module }: Module): NamedParameter[] {
  const found = new Map<LazyParameter, NamedParameter>();
  const visit = (parts: ModuleParts): void => {
    for (const lazy of parts.parameters) {
      const name = [scopePath(parts.scope), lazy.name].filter((part) => part).join('.');
      if (!found.has(lazy)) found.set(lazy, { name, slot: lazy.slot() });
    }
    for (const [, child] of parts.children) visit(child);
  };
  visit(module);
  return [...found.values()];
}

/** The size of axis `axis` of a layer's input; an error that names the layer where it is not `expected`. */
export function checkAxis(layer: string, x: Expr, axis: number, expected: Size): void {
  const size = x.shape.at(axis);
  if (size === expected) return;
  const place = axis === -1 ? 'last axis' : `axis ${axis}`;
  throw new AdjointError(
    'E-SHAPE-LAYER',
    `${layer}: the ${place} has size ${String(size)}, not ${expected}`,
    [`${x.origin?.name ?? x.op.name}  [${x.shape.join(', ')}]${siteOf(x)}`],
  );
}

function siteOf(x: Expr): string {
  const site = x.origin?.site();
  return site ? `  declared at ${site}` : '';
}
