/** Walks over scalar expressions. */
import type { Axis, Scalar, Var } from '../../../src/kernel/language.ts';

/** Puts the definitions of variables in their place. */
export function expanded(scalar: Scalar, definitions: ReadonlyMap<Var, Scalar>): Scalar {
  switch (scalar.kind) {
    case 'var': {
      const value = definitions.get(scalar.var);
      return value ? expanded(value, definitions) : scalar;
    }
    case 'load':
      return { ...scalar, index: expanded(scalar.index, definitions) };
    case 'prim':
      return { ...scalar, args: scalar.args.map((arg) => expanded(arg, definitions)) };
    case 'cond': {
      const { test, then, else: otherwise } = scalar;
      return {
        ...scalar,
        test: expanded(test, definitions),
        then: expanded(then, definitions),
        else: expanded(otherwise, definitions),
      };
    }
    default:
      return scalar;
  }
}

function operandsOf(scalar: Scalar): readonly Scalar[] {
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
