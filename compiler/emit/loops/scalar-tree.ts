/** Walks over scalar expressions. */
import type { Axis, Scalar, Var } from '../../../src/kernel/language.ts';

/** A scalar in which each part that `by` knows something else for is replaced by that. */
export function replaced(scalar: Scalar, by: (part: Scalar) => Scalar | null): Scalar {
  const other = by(scalar);
  if (other) return other;
  switch (scalar.kind) {
    case 'load':
      return { ...scalar, index: replaced(scalar.index, by) };
    case 'prim':
      return { ...scalar, args: scalar.args.map((arg) => replaced(arg, by)) };
    case 'cond': {
      const [test, then] = [replaced(scalar.test, by), replaced(scalar.then, by)];
      return { ...scalar, test, then, else: replaced(scalar.else, by) };
    }
    default:
      return scalar;
  }
}

/** Puts the definitions of variables in their place. */
export function expanded(scalar: Scalar, definitions: ReadonlyMap<Var, Scalar>): Scalar {
  return replaced(scalar, (part) => {
    const value = part.kind === 'var' ? definitions.get(part.var) : undefined;
    return value ? expanded(value, definitions) : null;
  });
}

/** What a scalar is computed from. */
export function operandsOf(scalar: Scalar): readonly Scalar[] {
  if (scalar.kind === 'load') return [scalar.index];
  if (scalar.kind === 'prim') return scalar.args;
  return scalar.kind === 'cond' ? [scalar.test, scalar.then, scalar.else] : [];
}

/** Whether a scalar without variables of its loops changes with an axis. */
export function dependsOn(scalar: Scalar, axis: Axis): boolean {
  if (scalar.kind === 'axis') return scalar.axis === axis;
  return operandsOf(scalar).some((operand) => dependsOn(operand, axis));
}

/** The variables that a scalar names. */
export function variablesOf(scalar: Scalar): Var[] {
  if (scalar.kind === 'var') return [scalar.var];
  return operandsOf(scalar).flatMap(variablesOf);
}
