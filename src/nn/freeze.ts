/** Freezing parameters by name, and counting them. */
import { AdjointError } from '../errors.ts';
import { product } from '../size.ts';
import type { LazyParameter, Module } from './module.ts';
import { lazyParameters } from './module.ts';
import type { Selection } from '../select.ts';
import { selected } from './select.ts';

function setFrozen<M extends Module>(what: string, model: M, selection: Selection, frozen: boolean): M {
  for (const parameter of selected(what, model, selection)) parameter.frozen = frozen;
  return model;
}

/**
 * Programs declared from now on leave the named parameters of `model` as they are (default: all of them). Returns
 * the model. Throws E-NAME-UNKNOWN where `selection` names none.
 */
export function freeze<M extends Module>(model: M, selection: Selection = '*'): M {
  return setFrozen('nn.freeze', model, selection, true);
}

/** Programs declared from now on train the named parameters of `model` again (default: all of them). */
export function unfreeze<M extends Module>(model: M, selection: Selection = '*'): M {
  return setFrozen('nn.unfreeze', model, selection, false);
}

export interface ParameterCountOptions {
  /** Counts what steps change and leaves out what is frozen; default false. */
  readonly trainable?: boolean;
}

/** How many numbers the parameters of `model` hold, each parameter counted once. */
export function parameterCount(model: Module, { trainable = false }: ParameterCountOptions = {}): number {
  const counted = lazyParameters(model).filter(({ frozen }) => !(trainable && frozen));
  return counted.reduce((total, parameter) => total + elements(parameter), 0);
}

function elements(parameter: LazyParameter): number {
  const total = product(parameter.shape);
  if (typeof total === 'number') return total;
  throw new AdjointError('E-SHAPE-SYMBOLIC', `parameter ${parameter.path()} has size ${total}`);
}
