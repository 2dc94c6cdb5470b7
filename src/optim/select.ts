/** The parameters of an optimizer that are selected. */
import type { ParameterInfo, Selection } from '../select.ts';
import { checkSelection, selects } from '../select.ts';
import type { Leaf } from './optimizer.ts';

const infoOf = ({ name, parameter }: Leaf): ParameterInfo => ({ name, shape: parameter.shape });

/** Matrices and tensors of more axes: the parameters that weight decay is meant for. Biases and norms have one. */
export const matrices = ({ shape }: ParameterInfo): boolean => shape.length >= 2;

/** Whether `selection` names the leaf. */
export const selectsLeaf = (selection: Selection, leaf: Leaf): boolean => selects(selection, infoOf(leaf));

/** Throws E-NAME-UNKNOWN where a name or pattern of `selection` matches no leaf. */
export function checkLeaves(what: string, selection: Selection, leaves: readonly Leaf[]): void {
  checkSelection(what, selection, leaves.map(infoOf));
}
