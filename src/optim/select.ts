/** Which parameters: by name, by pattern, or by a predicate. */
import { AdjointError, nearest } from '../errors.ts';
import type { Size } from '../size.ts';
import type { Leaf } from './optimizer.ts';

/** What a predicate sees of a parameter. */
export interface ParameterInfo {
  /** The full name: `encoder.0.weight`. */
  readonly name: string;
  readonly shape: readonly Size[];
}

/** A name in which `*` stands for any text, a regular expression, a predicate, or several of these. */
export type Selection = string | RegExp | ((parameter: ParameterInfo) => boolean) | readonly Selection[];

/** Matrices and tensors of more axes: the parameters that weight decay is meant for. Biases and norms have one. */
export const matrices = ({ shape }: ParameterInfo): boolean => shape.length >= 2;

/** Whether `selection` names the leaf. */
export function selects(selection: Selection, leaf: Leaf): boolean {
  if (typeof selection === 'string') return globMatches(selection, leaf.name);
  if (selection instanceof RegExp) return leaf.name.search(selection) >= 0;
  if (typeof selection === 'function') return selection({ name: leaf.name, shape: leaf.parameter.shape });
  return selection.some((part) => selects(part, leaf));
}

function globMatches(glob: string, name: string): boolean {
  const parts = glob.split('*').map((text) => text.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's').test(name);
}

/** Throws E-NAME-UNKNOWN where a name or pattern of `selection` matches no leaf. */
export function checkSelection(what: string, selection: Selection, leaves: readonly Leaf[]): void {
  if (typeof selection === 'function') return;
  if (typeof selection !== 'string' && !(selection instanceof RegExp)) {
    for (const part of selection) checkSelection(what, part, leaves);
    return;
  }
  if (leaves.some((leaf) => selects(selection, leaf))) return;
  const names = leaves.map(({ name }) => name);
  const near = typeof selection === 'string' ? nearest(selection, names) : null;
  const hint = near ? `Did you mean ${near}?` : `The parameters are ${names.join(', ')}.`;
  throw new AdjointError('E-NAME-UNKNOWN', `${what}: ${String(selection)} matches no parameter`, [], hint);
}
