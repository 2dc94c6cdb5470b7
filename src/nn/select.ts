/** Which parameters of a module: by name, by pattern, or by a predicate. */
import { AdjointError, nearest } from '../errors.ts';
import type { Size } from '../size.ts';
import type { LazyParameter, Module } from './module.ts';
import { lazyParameters } from './module.ts';

/** What a predicate sees of a parameter. */
export interface ParameterInfo {
  /** The full name: `encoder.0.weight`. */
  readonly name: string;
  readonly shape: readonly Size[];
}

/** A name in which `*` stands for any text, a regular expression, a predicate, or several of these. */
export type Selection = string | RegExp | ((parameter: ParameterInfo) => boolean) | readonly Selection[];

function selects(selection: Selection, info: ParameterInfo): boolean {
  if (typeof selection === 'string') return globMatches(selection, info.name);
  if (selection instanceof RegExp) return info.name.search(selection) >= 0;
  if (typeof selection === 'function') return selection(info);
  return selection.some((part) => selects(part, info));
}

function globMatches(glob: string, name: string): boolean {
  const parts = glob.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}

/** The parameters that `selection` names. Throws E-NAME-UNKNOWN where there is none. */
export function selected(what: string, module: Module, selection: Selection): LazyParameter[] {
  const all = lazyParameters(module);
  const found = all.filter((own) => selects(selection, { name: own.path(), shape: own.shape }));
  if (found.length > 0) return found;
  const names = all.map((own) => own.path());
  const near = typeof selection === 'string' ? nearest(selection, names) : null;
  const hint = near ? `Did you mean ${near}?` : `The parameters are ${names.join(', ') || 'none'}.`;
  const shown = typeof selection === 'function' ? 'the predicate' : `'${String(selection)}'`;
  throw new AdjointError('E-NAME-UNKNOWN', `${what}: ${shown} matches no parameter`, [], hint);
}
