/** Leaves that a user declares. This module also gives expressions their methods. */
import type { DType, FloatDType } from './dtype.ts';
import { AdjointError } from './errors.ts';
import type { Expr } from './expr.ts';
import { installMethods } from './expr.ts';
import { methods } from './methods.ts';
import { broadcastTo } from './ops/broadcast.ts';
import { checkShape, constant, hyperOp, inputOp, parameterOp, slotLeaf, stateOp } from './ops/leaves.ts';
import type { Shape } from './shape-types.ts';
import type { Initializer, Scope } from './slot.ts';

installMethods(methods);

function checkName(what: string, name: string): void {
  if (typeof name === 'string' && name.length > 0) return;
  throw new AdjointError('E-NAME-UNKNOWN', `${what}: the name is empty`, [], 'Give it a name.');
}

export interface InputOptions {
  /** Integers lie in [low, high): class labels, indices. Checked when data arrive. */
  readonly range?: readonly [low: number, high: number] | null;
}

/**
 * A tensor of the batch. Sizes are numbers or names; a name is bound when data arrive.
 * Throws E-SHAPE-SIZE where an entry of `shape` is no size.
 */
export function input<const S extends Shape>(name: string, shape: S): Expr<S, 'float32'>;
export function input<const S extends Shape, D extends DType>(
  name: string,
  shape: S,
  dtype: D,
  options?: InputOptions,
): Expr<S, D>;
export function input(
  name: string,
  shape: Shape,
  dtype: DType = 'float32',
  { range = null }: InputOptions = {},
): Expr {
  checkName('input', name);
  checkShape(`input ${name}`, shape);
  return slotLeaf(inputOp, { kind: 'input', name, shape, dtype, range });
}

/** The initializer that fills with one number. */
export function filled(value: number): Initializer {
  return {
    name: `constant(${value})`,
    value: (shape, dtype) => broadcastTo(constant(value, dtype), shape),
  };
}

export interface ParameterOptions<D extends FloatDType> {
  readonly dtype?: D;
  readonly init?: Initializer;
  readonly scope?: () => Scope | null;
  readonly frozen?: boolean;
}

const noScope = (): null => null;

/** A trained tensor; it starts at zero unless an initializer is given. */
export function parameter<const S extends Shape, D extends FloatDType = 'float32'>(
  name: string,
  shape: S,
  options: ParameterOptions<D> = {},
): Expr<S, D> {
  checkName('parameter', name);
  checkShape(`parameter ${name}`, shape);
  const { dtype, init = filled(0), scope = noScope, frozen = false } = options;
  return slotLeaf(parameterOp, {
    kind: 'parameter',
    name,
    shape,
    dtype: dtype ?? 'float32',
    init,
    scope,
    frozen,
  }) as unknown as Expr<S, D>;
}

export interface StateOptions<D extends DType> {
  readonly dtype?: D;
  readonly init?: Initializer;
  readonly scope?: () => Scope | null;
}

/** A tensor that the step keeps between calls; `withUpdate` changes it. */
export function state<const S extends Shape, D extends DType = 'float32'>(
  name: string,
  shape: S,
  options: StateOptions<D> = {},
): Expr<S, D> {
  checkName('state', name);
  checkShape(`state ${name}`, shape);
  const { dtype, init = filled(0), scope = noScope } = options;
  return slotLeaf(stateOp, {
    kind: 'state',
    name,
    shape,
    dtype: dtype ?? 'float32',
    init,
    scope,
  }) as unknown as Expr<S, D>;
}

/** A rank-0 float64 with a default, which a call of the step can change without recompiling. */
export function hyper(name: string, value: number): Expr<[], 'float64'> {
  checkName('hyper', name);
  return slotLeaf(hyperOp, { kind: 'hyper', name, shape: [], dtype: 'float64', value }) as unknown as Expr<
    [],
    'float64'
  >;
}
