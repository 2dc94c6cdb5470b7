/**
 * Several results at once: the iterations of one loop of a nest are written in groups, whose sums advance together.
 * Each sum keeps its own order; what the group shares is loaded once.
 */
import type { Axis, Scalar, Var } from '../../../src/kernel/language.ts';
import { operandsOf } from '../loops/scalar-tree.ts';
import type { Nest } from './nest.ts';
import { isLet } from './nest.ts';

export interface Group {
  /** The loop whose iterations are grouped: inside of so many others. */
  readonly depth: number;
  readonly axis: Axis;
  /** Iterations of a group. */
  readonly size: number;
  /** Whether no iteration is left over. */
  readonly isExact: boolean;
  /** Whether one group is all there is. */
  readonly isWhole: boolean;
  /** Variables that differ in the iterations of a group. */
  readonly own: ReadonlySet<Var>;
}

/** Sizes of groups, the best first: four sums keep a processor busy. */
const sizes: readonly number[] = [4, 5, 6, 7, 8, 3, 2];
const usual = 4;

function sizeOf({ size }: Axis): number | null {
  if (typeof size !== 'number') return usual;
  const exact = sizes.find((count) => size % count === 0 && (count > 2 || size === 2));
  return exact ?? (size > usual ? usual : null);
}

/** Whether a scalar differs in the iterations of a group. */
export function varies(scalar: Scalar, { axis, own }: Pick<Group, 'axis' | 'own'>): boolean {
  if (scalar.kind === 'axis') return scalar.axis === axis;
  if (scalar.kind === 'var') return own.has(scalar.var);
  return operandsOf(scalar).some((operand) => varies(operand, { axis, own }));
}

function ownVariables({ before, reduce, after }: Nest, axis: Axis): Set<Var> {
  const own = new Set<Var>([reduce.var]);
  for (const { var: of, value } of [...before.flat(), ...reduce.body, ...after].filter(isLet))
    if (varies(value, { axis, own })) own.add(of);
  return own;
}

/** The parts of a sum that its group shares: loads, choices, and the guards of choices that differ. */
export function sharedParts({ reduce }: Nest, group: Pick<Group, 'axis' | 'own'>): Scalar[] {
  const found = new Set<Scalar>();
  const visit = (scalar: Scalar): void => {
    const isPart = scalar.kind === 'load' || scalar.kind === 'cond' || scalar.dtype === 'bool';
    const isLeaf = operandsOf(scalar).length === 0;
    if (isPart && !isLeaf && !varies(scalar, group)) found.add(scalar);
    // What a branch loads is inside of its memory only where the branch is taken.
    else if (scalar.kind === 'cond') visit(scalar.test);
    else operandsOf(scalar).forEach(visit);
  };
  const lets = reduce.body.filter(isLet);
  for (const { var: of, value } of lets) if (group.own.has(of)) visit(value);
  visit(reduce.value);
  return [...found];
}

/** Loads and tests in a scalar. */
function work(scalar: Scalar): number {
  const isTest = scalar.kind === 'prim' && scalar.dtype === 'bool' && scalar.args[0]?.dtype !== 'bool';
  const own = scalar.kind === 'load' || isTest ? 1 : 0;
  return operandsOf(scalar).reduce((total, operand) => total + work(operand), own);
}

/** How many loads and tests a group saves. */
function savings(nest: Nest, group: Group): number {
  const lets = nest.reduce.body.filter(isLet).filter((statement) => !group.own.has(statement.var));
  const parts = [...sharedParts(nest, group), ...lets.map(({ value }) => value)];
  return parts.reduce((total, part) => total + work(part), 0);
}

/** The loop to group, if any: that which shares most, then one that leaves nothing over, then the innermost. */
export function groupOf(nest: Nest): Group | null {
  if (nest.reduce.order !== 'sequential') return null;
  const first = nest.before.findLastIndex((statements) => !statements.every(isLet));
  let best: { readonly group: Group; readonly rank: number } | null = null;
  for (const [depth, axis] of nest.axes.entries()) {
    const size = sizeOf(axis);
    if (depth < first || size === null) continue;
    const isExact = typeof axis.size === 'number' && axis.size % size === 0;
    const isWhole = axis.size === size;
    const group: Group = { depth, axis, size, isExact, isWhole, own: ownVariables(nest, axis) };
    const rank = 4 * savings(nest, group) + (size >= usual ? 2 : 0) + (isExact ? 1 : 0);
    if (!best || rank >= best.rank) best = { group, rank };
  }
  return best?.group ?? null;
}
