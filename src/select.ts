/** Which parameters: by name, by pattern, or by a predicate. */
import { AdjointError, nearest } from './errors.ts';
import type { Size } from './size.ts';

/** What a predicate sees of a parameter. */
export interface ParameterInfo {
  /** The full name: `encoder.0.weight`. */
  readonly name: string;
  readonly shape: readonly Size[];
}

/** A name in which `*` stands for any text, a regular expression, a predicate, or several of these. */
export type Selection = string | RegExp | ((parameter: ParameterInfo) => boolean) | readonly Selection[];

/** Whether `selection` names the parameter. */
export function selects(selection: Selection, info: ParameterInfo): boolean {
  if (typeof selection === 'string') return globMatches(selection, info.name);
  if (selection instanceof RegExp) return info.name.search(selection) >= 0;
  if (typeof selection === 'function') return selection(info);
  return selection.some((part) => selects(part, info));
}

function globMatches(glob: string, name: string): boolean {
  const parts = glob.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}

/** Throws E-NAME-UNKNOWN where a name or pattern of `selection` matches none of `all`; predicates may match none. */
export function checkSelection(what: string, selection: Selection, all: readonly ParameterInfo[]): void {
  if (typeof selection === 'function') return;
  if (typeof selection !== 'string' && !(selection instanceof RegExp)) {
    for (const part of selection) checkSelection(what, part, all);
  } else if (!all.some((info) => selects(selection, info))) throw noMatch(what, selection, all);
}

/** E-NAME-UNKNOWN: `selection` matches none of `all`. */
export function noMatch(what: string, selection: Selection, all: readonly ParameterInfo[]): AdjointError {
  const names = all.map(({ name }) => name);
  const near = typeof selection === 'string' ? nearest(selection, names) : null;
  const hint = near ? `Did you mean ${near}?` : `The parameters are ${names.join(', ') || 'none'}.`;
  const shown = typeof selection === 'function' ? 'the predicate' : `'${String(selection)}'`;
  return new AdjointError('E-NAME-UNKNOWN', `${what}: ${shown} matches no parameter`, [], hint);
}
