/**
 * Several neighboring results at once: a loop around one sequential reduction is written for groups of its
 * iterations, whose sums advance together. Each sum keeps its own order; what the group shares is loaded once.
 */
import type { Axis, Scalar, Statement, Var } from '../../../src/kernel/language.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** Results that advance together. */
export const together = 4;

export interface Jam {
  readonly axis: Axis;
  readonly before: readonly Of<'let'>[];
  readonly reduce: Of<'reduce'>;
  readonly after: readonly (Of<'let'> | Of<'store'>)[];
}

/** The parts of a loop that can be written for a group of iterations, or null. */
export function jamOf({ axis, body }: Of<'loop'>): Jam | null {
  const at = body.findIndex(({ kind }) => kind === 'reduce');
  const reduce = body[at];
  if (reduce?.kind !== 'reduce' || reduce.order !== 'sequential') return null;
  if (typeof axis.size === 'number' && axis.size < together) return null;
  const before = body.slice(0, at).filter((statement) => statement.kind === 'let');
  const after = body.slice(at + 1).filter(({ kind }) => kind === 'let' || kind === 'store');
  const inner = reduce.body.every(({ kind }) => kind === 'let');
  if (!inner || before.length + after.length + 1 !== body.length) return null;
  return { axis, before, reduce, after: after as Jam['after'] };
}

/** The loads in a reduction that are the same for every iteration of the jammed axis. */
export function sharedLoads({ axis, before, reduce }: Jam): Scalar[] {
  const own = new Set<Var>();
  const varies = (scalar: Scalar): boolean => {
    switch (scalar.kind) {
      case 'axis':
        return scalar.axis === axis;
      case 'var':
        return own.has(scalar.var);
      case 'load':
        return varies(scalar.index);
      case 'prim':
        return scalar.args.some(varies);
      case 'cond':
        return true;
      default:
        return false;
    }
  };
  for (const { var: of, value } of before) if (varies(value)) own.add(of);
  const lets = reduce.body.filter((statement) => statement.kind === 'let');
  for (const { var: of } of lets) own.add(of);
  const found = new Set<Scalar>();
  const visit = (scalar: Scalar): void => {
    if (scalar.kind === 'load' && !varies(scalar)) found.add(scalar);
    else if (scalar.kind === 'load') visit(scalar.index);
    else if (scalar.kind === 'prim') scalar.args.forEach(visit);
  };
  for (const { value } of lets) visit(value);
  visit(reduce.value);
  return [...found];
}
