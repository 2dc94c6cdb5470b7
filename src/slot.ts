/**
 * Slots: what a step reads from outside or keeps between calls. A slot has an identity of its own, so that two
 * parameters, or two dropouts, are never taken for one.
 */
import type { DType } from './dtype.ts';
import type { Expr } from './expr.ts';
import type { Size } from './size.ts';

interface SlotBase {
  readonly shape: readonly Size[];
  readonly dtype: DType;
}

/** A tensor of the batch. */
export interface InputSlot extends SlotBase {
  readonly kind: 'input';
  readonly name: string;
  /** Integers lie in [low, high). */
  readonly range: readonly [number, number] | null;
}

/** A named place in a tree of modules; its path makes state-dict names such as `0.weight`. */
export interface Scope {
  readonly name: string;
  readonly parent: Scope | null;
}

/** Makes the initial value of a tensor: an expression, or data where an expression cannot say it. */
export interface Initializer {
  readonly name: string;
  /** The initial value as an expression without inputs. */
  readonly value: (shape: readonly Size[], dtype: DType) => Expr;
}

/** A trained tensor. */
export interface ParameterSlot extends SlotBase {
  readonly kind: 'parameter';
  readonly name: string;
  readonly scope: () => Scope | null;
  readonly init: Initializer;
  /** A frozen parameter is read and never updated. */
  readonly frozen: boolean;
}

/** A tensor that the step keeps: optimizer state, running statistics, counters. */
export interface StateSlot extends SlotBase {
  readonly kind: 'state';
  readonly name: string;
  readonly scope: () => Scope | null;
  readonly init: Initializer;
}

/** A rank-0 float64 that can be changed between calls. */
export interface HyperSlot extends SlotBase {
  readonly kind: 'hyper';
  readonly name: string;
  readonly value: number;
}

/** Constant numbers compiled into the module. */
export interface DataSlot extends SlotBase {
  readonly kind: 'data';
  readonly data: readonly number[];
}

/** A stream of random numbers of its own; `training` numbers it. */
export interface RandomSlot extends SlotBase {
  readonly kind: 'random';
  readonly name: string;
}

export type Slot = InputSlot | ParameterSlot | StateSlot | HyperSlot | DataSlot | RandomSlot;

/** The dotted path of a scope, or the empty string. */
export function scopePath(scope: Scope | null): string {
  if (!scope) return '';
  const parent = scopePath(scope.parent);
  return parent && scope.name ? `${parent}.${scope.name}` : parent || scope.name;
}

/** The full name of a slot: `0.weight`, `x`, `lr`. */
export function slotName(slot: Slot): string {
  if (slot.kind === 'data') return 'data';
  if (slot.kind !== 'parameter' && slot.kind !== 'state') return slot.name;
  const path = scopePath(slot.scope());
  return path ? `${path}.${slot.name}` : slot.name;
}
