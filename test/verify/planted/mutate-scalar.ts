/** Faults in scalar expressions and statements of the kernel language, in one place each. */
import { int32, prim } from '../../../src/kernel/build.ts';
import type { Axis, Scalar, Statement } from '../../../src/kernel/language.ts';
import type { Kind } from './bug.ts';

const commutes: ReadonlySet<string> = new Set(['add', 'mul', 'min', 'max', 'eq', 'ne', 'and', 'or', 'xor']);

const isNumber = ({ dtype }: Scalar): boolean => dtype !== 'bool';

/** The expression with `edit` made at the first place, from the root down, where it says something. */
function editFirst(scalar: Scalar, edit: (scalar: Scalar) => Scalar | null): Scalar | null {
  const here = edit(scalar);
  if (here) return here;
  if (scalar.kind === 'prim') {
    for (const [i, arg] of scalar.args.entries()) {
      const changed = editFirst(arg, edit);
      if (changed) return { ...scalar, args: scalar.args.with(i, changed) };
    }
  }
  if (scalar.kind !== 'cond') return null;
  const then = editFirst(scalar.then, edit);
  return then && { ...scalar, then };
}

const swapped = (scalar: Scalar): Scalar | null => {
  if (scalar.kind !== 'prim' || scalar.args.length < 2 || commutes.has(scalar.prim)) return null;
  const [first, second, third] = scalar.args;
  if (scalar.prim === 'select' && first && second && third)
    return { ...scalar, args: [first, third, second] };
  return scalar.args.length === 2 ? { ...scalar, args: scalar.args.toReversed() } : null;
};

const dropped = (scalar: Scalar): Scalar | null => {
  if (scalar.kind !== 'prim') return null;
  return scalar.args.find(({ dtype }) => dtype === scalar.dtype) ?? null;
};

const shifted = (scalar: Scalar): Scalar | null =>
  scalar.kind === 'const' && isNumber(scalar) ? { ...scalar, value: scalar.value + 1 } : null;

/** The value with one fault; null where there is no place for it. */
export function mutateScalar(scalar: Scalar, kind: Kind): Scalar | null {
  switch (kind) {
    case 'sign':
      return isNumber(scalar) ? prim('neg', scalar) : prim('not', scalar);
    case 'operand swap':
      return editFirst(scalar, swapped);
    case 'dropped term':
      return editFirst(scalar, dropped);
    case 'off by one':
      return editFirst(scalar, shifted);
    default:
      return null;
  }
}

/** An index one further along its last axis, from the end back to the start. */
export function rotated(index: readonly Scalar[], sizes: readonly (number | string)[]): Scalar[] | null {
  const axis = sizes.findLastIndex((size) => typeof size === 'number' && size > 1);
  const [at, size] = [index[axis], sizes[axis]];
  if (!at || typeof size !== 'number') return null;
  return index.with(axis, prim('irem', prim('add', at, int32(1)), int32(size)));
}

/** Statements of which the first loop that is long enough stops one short. */
export function shortened(statements: readonly Statement[]): Statement[] | null {
  for (const [i, statement] of statements.entries()) {
    if ((statement.kind === 'loop' || statement.kind === 'ordered') && Number(statement.axis.size) > 1) {
      const axis: Axis = { ...statement.axis, size: Number(statement.axis.size) - 1 };
      return statements.with(i, { ...statement, axis, body: renamed(statement.body, statement.axis, axis) });
    }
  }
  return null;
}

/** The statements with one axis in the place of another. */
function renamed(statements: readonly Statement[], from: Axis, to: Axis): Statement[] {
  const scalar = (of: Scalar): Scalar => {
    if (of.kind === 'axis') return of.axis === from ? { ...of, axis: to } : of;
    if (of.kind === 'load') return { ...of, index: scalar(of.index) };
    if (of.kind === 'prim') return { ...of, args: of.args.map(scalar) };
    if (of.kind === 'cond')
      return { ...of, test: scalar(of.test), then: scalar(of.then), else: scalar(of.else) };
    return of;
  };
  return statements.map((of): Statement => {
    switch (of.kind) {
      case 'let':
        return { ...of, value: scalar(of.value) };
      case 'store':
      case 'accumulate':
        return { ...of, index: scalar(of.index), value: scalar(of.value) };
      case 'reduce':
        return { ...of, body: renamed(of.body, from, to), value: scalar(of.value) };
      case 'carry': {
        const vars = of.vars.map((each) => ({ ...each, init: scalar(each.init), next: scalar(each.next) }));
        return { ...of, vars, body: renamed(of.body, from, to) };
      }
      case 'loop':
      case 'ordered':
        return { ...of, body: renamed(of.body, from, to) };
    }
  });
}
