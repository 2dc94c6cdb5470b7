/**
 * One factor of a convolution: a load, or a load that is guarded so that places outside of the operand count as
 * zero. The guards tell the windows: sums of counters that together are one coordinate of the operand.
 */
import type { Axis, Scalar } from '../../../src/kernel/language.ts';
import type { Term } from './linear.ts';
import { isAxis, linearOf } from './linear.ts';

type Load = Extract<Scalar, { kind: 'load' }>;

/** A sum of counters times numbers, and a number. */
export interface Position {
  readonly factors: ReadonlyMap<Axis, number>;
  readonly constant: number;
}

/** A coordinate: inside from 0 up to `end`, exclusive, and only at multiples of `spread`. */
export interface Window {
  readonly position: Position;
  /** Whether positions below 0 occur. */
  readonly low: boolean;
  /** Positions from here on are outside; infinite where none are. */
  readonly end: number;
  readonly spread: number;
  /** Elements of the operand from one multiple of `spread` to the next. */
  readonly pitch: number;
}

export interface Source {
  readonly load: Load;
  /** The index, but for what the windows add to it. */
  readonly rest: readonly Term[];
  readonly windows: readonly Window[];
}

const undefinedVariable = (): null => null;

/** A scalar as a position; null where it is something else. */
function positionOf(scalar: Scalar): Position | null {
  const factors = new Map<Axis, number>();
  let constant = 0;
  for (const { of, symbols, factor } of linearOf(scalar, undefinedVariable)) {
    if (symbols.length > 0) return null;
    if (of === null) constant = factor;
    else if (isAxis(of)) factors.set(of, factor);
    else return null;
  }
  return { factors, constant };
}

function samePosition(x: Position, y: Position): boolean {
  if (x.constant !== y.constant || x.factors.size !== y.factors.size) return false;
  return [...x.factors].every(([axis, factor]) => y.factors.get(axis) === factor);
}

const numberOf = (scalar: Scalar | undefined): number =>
  scalar?.kind === 'const' ? scalar.value : Number.NaN;

type Bounds = Omit<Window, 'pitch'>;

/** What one test says of a position. */
function boundOf(test: Scalar): Bounds | null {
  if (test.kind !== 'prim') return null;
  const [x, y] = test.args;
  const about = (of: Scalar | undefined, bounds: Partial<Bounds>): Bounds | null => {
    const position = of ? positionOf(of) : null;
    return position ? { position, low: false, end: Infinity, spread: 1, ...bounds } : null;
  };
  if (test.prim === 'le' && numberOf(x) === 0) return about(y, { low: true });
  if (test.prim === 'lt' && numberOf(y) > 0) return about(x, { end: numberOf(y) });
  if (test.prim !== 'eq' || numberOf(y) !== 0 || x?.kind !== 'prim' || x.prim !== 'irem') return null;
  return numberOf(x.args[1]) > 1 ? about(x.args[0], { spread: numberOf(x.args[1]) }) : null;
}

const conjuncts = (test: Scalar): readonly Scalar[] =>
  test.kind === 'prim' && test.prim === 'and' ? test.args.flatMap(conjuncts) : [test];

/** The bounds of each position that a guard tests; null where it tests anything else. */
function boundsOf(guard: Scalar): Bounds[] | null {
  const found: Bounds[] = [];
  for (const test of conjuncts(guard)) {
    const bound = boundOf(test);
    if (!bound) return null;
    const at = found.findIndex(({ position }) => samePosition(position, bound.position));
    const known = found[at];
    if (!known) found.push(bound);
    else {
      const { position } = known;
      const low = known.low || bound.low;
      const [end, spread] = [Math.min(known.end, bound.end), Math.max(known.spread, bound.spread)];
      found[at] = { position, low, end, spread };
    }
  }
  return found;
}

/** The factor that a scalar is; variables are expected to be expanded. */
export function sourceOf(scalar: Scalar): Source | null {
  if (scalar.kind === 'load')
    return { load: scalar, rest: linearOf(scalar.index, undefinedVariable), windows: [] };
  if (scalar.kind !== 'cond' || scalar.then.kind !== 'load') return null;
  if (scalar.else.kind !== 'const' || !Object.is(scalar.else.value, 0)) return null;
  const bounds = boundsOf(scalar.test);
  return bounds && takeWindows(scalar.then, bounds);
}

/** Parts the index of a guarded load into its windows and the rest. */
function takeWindows(load: Load, bounds: readonly Bounds[]): Source | null {
  let rest = linearOf(load.index, undefinedVariable);
  const windows: Window[] = [];
  for (const bound of bounds) {
    const taken = bound.spread === 1 ? takeSum(rest, bound) : takeQuotient(rest, bound);
    if (!taken) return null;
    rest = taken.rest;
    windows.push({ ...bound, pitch: taken.pitch });
  }
  return { load, rest, windows };
}

interface Taken {
  readonly rest: Term[];
  readonly pitch: number;
}

/** The position itself, times the pitch, is part of the index. */
function takeSum(terms: readonly Term[], { position }: Bounds): Taken | null {
  const own = terms.filter(({ of }) => of !== null && isAxis(of) && position.factors.has(of));
  const [first] = own;
  if (!first || own.length !== position.factors.size) return null;
  const factorOf = ({ of }: Term): number => position.factors.get(of as Axis) ?? Number.NaN;
  const pitch = first.factor / factorOf(first);
  if (!own.every((term) => term.symbols.length === 0 && term.factor === pitch * factorOf(term))) return null;
  const constant: Term = { of: null, symbols: [], factor: -pitch * position.constant };
  return { rest: [...terms.filter((term) => !own.includes(term)), constant], pitch };
}

/** The position divided by the spread, times the pitch, is part of the index. */
function takeQuotient(terms: readonly Term[], { position, spread }: Bounds): Taken | null {
  const quotient = terms.find(({ of }) => {
    if (of === null || isAxis(of) || of.kind !== 'prim' || of.prim !== 'idiv') return false;
    const dividend = of.args[0] ? positionOf(of.args[0]) : null;
    return numberOf(of.args[1]) === spread && dividend !== null && samePosition(dividend, position);
  });
  if (!quotient || quotient.symbols.length > 0) return null;
  return { rest: terms.filter((term) => term !== quotient), pitch: quotient.factor };
}
