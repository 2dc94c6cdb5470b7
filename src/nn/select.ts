/** The parameters of a module that are selected. */
import type { ParameterInfo, Selection } from '../select.ts';
import { checkSelection, noMatch, selects } from '../select.ts';
import type { LazyParameter, Module } from './module.ts';
import { lazyParameters } from './module.ts';

const infoOf = (own: LazyParameter): ParameterInfo => ({ name: own.path(), shape: own.shape });

/** The parameters that `selection` names. Throws E-NAME-UNKNOWN where a part of it names none. */
export function selected(what: string, module: Module, selection: Selection): LazyParameter[] {
  const all = lazyParameters(module);
  const infos = all.map(infoOf);
  checkSelection(what, selection, infos);
  const found = all.filter((own) => selects(selection, infoOf(own)));
  if (found.length === 0) throw noMatch(what, selection, infos);
  return found;
}
