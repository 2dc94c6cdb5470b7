/** What statements contain: whether they are safe past the end of an axis, and whether they are long. */
import type { Axis, Scalar, Statement, Var } from '../../../../src/kernel/language.ts';
import type { Definition } from '../../loops/linear.ts';
import { linearOf, strideAlong } from '../../loops/linear.ts';
import type { Reduce } from '../../loops/order.ts';
import { some } from '../../loops/order.ts';
import { dividesPlainly, isCore } from './scalars.ts';

/** The lets of statements, those inside them too. */
function definitions(body: readonly Statement[], found: Map<Var, Scalar> = new Map()): Map<Var, Scalar> {
  for (const statement of body) {
    if (statement.kind === 'let') found.set(statement.var, statement.value);
    if ('body' in statement) definitions(statement.body, found);
  }
  return found;
}

/**
 * Whether computing up to 16 values past the end of `axis` may trap: statements, or a `value` after them, read memory
 * other than elements that lie side by side along it, or every other one, or divide by what may be 0.
 */
export function readsBeyond(body: readonly Statement[], axis: Axis, value: Scalar | null = null): boolean {
  const lets = definitions(body);
  const definition: Definition = (of) => lets.get(of) ?? null;
  const reaches = (scalar: Scalar): boolean => {
    switch (scalar.kind) {
      case 'cond':
        return true;
      case 'prim': {
        const divides = scalar.prim === 'idiv' || scalar.prim === 'irem';
        return (divides && !dividesPlainly(scalar.args[1])) || scalar.args.some(reaches);
      }
      case 'load': {
        const stride = strideAlong(linearOf(scalar.index, definition), axis, (of) => of.kind !== 'var');
        return stride === null || stride < 0 || stride > 2;
      }
      default:
        return false;
    }
  };
  const statementReaches = (statement: Statement): boolean => {
    switch (statement.kind) {
      case 'let':
      case 'store':
      case 'accumulate':
        return reaches(statement.value);
      case 'reduce':
        return statement.body.some(statementReaches) || reaches(statement.value);
      default:
        return true;
    }
  };
  return body.some(statementReaches) || (value !== null && reaches(value));
}

/** Whether every load in reductions lies beside the one before it along `axis`, or is always the same. */
export function readsSideBySide(body: readonly Statement[], axis: Axis): boolean {
  const lets = definitions(body);
  const definition: Definition = (of) => lets.get(of) ?? null;
  const isNear = (scalar: Scalar): boolean => {
    if (scalar.kind === 'prim') return scalar.args.every(isNear);
    if (scalar.kind !== 'load') return scalar.kind !== 'cond';
    const stride = strideAlong(linearOf(scalar.index, definition), axis, (of) => of.kind !== 'var');
    return stride === 0 || stride === 1;
  };
  return !some(body, (statement) => statement.kind === 'reduce' && !reducesNear(statement, isNear));
}

function reducesNear({ body, value }: Reduce, isNear: (scalar: Scalar) => boolean): boolean {
  return isNear(value) && body.every((inner) => inner.kind === 'let' && isNear(inner.value));
}

/** Whether some value takes a math kernel, whose code is long wherever it is used. */
export function callsFunctions(body: readonly Statement[]): boolean {
  const inScalar = (scalar: Scalar): boolean => {
    if (scalar.kind === 'cond') return [scalar.test, scalar.then, scalar.else].some(inScalar);
    return scalar.kind === 'prim' && (!isCore(scalar.prim) || scalar.args.some(inScalar));
  };
  return some(body, (statement) => 'value' in statement && inScalar(statement.value));
}
