/**
 * Indices of loads inside of the loops of a sum: what changes only in an outer loop is added up there, once, and has
 * a name.
 */
import { must } from '../../../src/errors.ts';
import { storage } from '../../../src/kernel/language.ts';
import type { Axis, Scalar, Var } from '../../../src/kernel/language.ts';
import type { Term } from '../loops/linear.ts';
import { isAxis, linearOf } from '../loops/linear.ts';
import { dependsOn, operandsOf, variablesOf } from '../loops/scalar-tree.ts';
import { Code, code } from '../code.ts';
import { slug } from '../names.ts';
import type { Written } from './expression.ts';
import { binary, plain } from './expression.ts';
import type { Group } from './group.ts';
import { varies } from './group.ts';
import type { Nest } from './nest.ts';
import { isLet } from './nest.ts';
import type { ScalarContext } from './scalars.ts';
import { operandOf, symbolName } from './scalars.ts';

type Load = Extract<Scalar, { kind: 'load' }>;

/** The part of an index that is known inside of the loops that are open so far. */
interface Pointer {
  readonly load: Load;
  readonly terms: readonly Term[];
  sum: Written | null;
}

interface Place {
  readonly pointer: Pointer;
  readonly constant: number;
  /** Elements from one iteration of a group to the next. */
  readonly step: number;
}

const isNumber = ({ of, symbols }: Term): boolean => of === null && symbols.length === 0;

export class Pointers {
  readonly #axes: readonly Axis[];
  readonly #pointers = new Map<string, Pointer>();
  readonly #places = new Map<Scalar, Place>();
  readonly #group: Group | null;
  readonly #ids = new Map<object, number>();

  /** Of the loads in the sum of a nest. */
  constructor({ reduce }: Nest, group: Group | null) {
    this.#axes = reduce.axes;
    this.#group = group;
    const inside = new Set<Var>(reduce.body.filter(isLet).map((statement) => statement.var));
    const isKnown = ({ of, symbols }: Term): boolean => {
      if (of === null) return true;
      if (isAxis(of)) return symbols.length === 0 || of !== group?.axis;
      const isOutside = !reduce.axes.some((axis) => dependsOn(of, axis));
      return isOutside && !variablesOf(of).some((v) => inside.has(v)) && !(group && varies(of, group));
    };
    const visit = (scalar: Scalar): void => {
      const terms = scalar.kind === 'load' ? linearOf(scalar.index, () => null) : null;
      if (scalar.kind === 'load' && terms?.every(isKnown)) this.#note(scalar, terms);
      else operandsOf(scalar).forEach(visit);
    };
    for (const { value } of [...reduce.body.filter(isLet), reduce]) visit(value);
  }

  #note(of: Load, terms: readonly Term[]): void {
    const { rest, constant, step } = parted(terms, this.#group);
    const parts = rest.map((term) => [this.#id(term), term.factor, ...term.symbols].join(' '));
    const key = [this.#number(of.buffer), ...parts.sort()].join(', ');
    const pointer = this.#pointers.get(key) ?? { load: of, terms: rest, sum: null };
    this.#pointers.set(key, pointer);
    this.#places.set(of.index, { pointer, constant, step });
  }

  #id({ of }: Term): number {
    if (of === null) return -1;
    return this.#number(isAxis(of) || of.kind !== 'var' ? of : of.var);
  }

  #number(of: object): number {
    const known = this.#ids.get(of) ?? this.#ids.size;
    this.#ids.set(of, known);
    return known;
  }

  /** Adds what is known inside of so many loops of the sum; what loops inside of these go on from gets a name. */
  open(depth: number, context: ScalarContext): void {
    const axes: readonly unknown[] = this.#axes;
    for (const pointer of this.#pointers.values()) {
      const own = pointer.terms.filter(({ of }) => axes.indexOf(of) === depth - 1);
      if (own.length === 0) continue;
      pointer.sum = added(pointer.sum, own, context);
      if (depth === axes.length || pointer.sum.sign === null) continue;
      const name = Code.name(context.names.fresh(`${slug(storage(pointer.load.buffer).name)}_at`));
      context.lines.add(code`const ${name} = ${pointer.sum.code};`);
      pointer.sum = plain(name);
    }
  }

  /** An index of the sum in an iteration of the group; null where it is not a sum of counters. */
  indexOf(index: Scalar, iteration: number): Written | null {
    const place = this.#places.get(index);
    if (!place) return null;
    const { pointer, constant, step } = place;
    return shifted(pointer.sum, constant + step * iteration);
  }
}

interface Parted {
  readonly rest: readonly Term[];
  readonly constant: number;
  readonly step: number;
}

/** What changes with loops, what never does, and what changes from one iteration of a group to the next. */
function parted(terms: readonly Term[], group: Group | null): Parted {
  const total = (some: (term: Term) => boolean): number =>
    terms.filter(some).reduce((sum, { factor }) => sum + factor, 0);
  const isOfGroup = ({ of }: Term): boolean => group !== null && of === group.axis;
  const rest = terms.filter((term) => !isNumber(term) && !(group?.isWhole && isOfGroup(term)));
  return { rest, constant: total(isNumber), step: total(isOfGroup) };
}

/** An index around a sum in an iteration of a group; null where it is the same in all, or not a sum of counters. */
export function indexIn(
  index: Scalar,
  group: Group,
  iteration: number,
  context: ScalarContext,
): Written | null {
  const terms = linearOf(index, () => null);
  const isKnown = ({ of, symbols }: Term): boolean =>
    of === null || (of === group.axis ? symbols.length === 0 : isAxis(of) || !varies(of, group));
  if (!varies(index, group) || !terms.every(isKnown)) return null;
  const { rest, constant, step } = parted(terms, group);
  const sum = rest.length > 0 ? added(null, rest, context) : null;
  return shifted(sum, constant + step * iteration);
}

/** `sum` and a number. */
export function shifted(sum: Written | null, by: number): Written {
  const size = plain(code`${Math.abs(by)}`);
  if (!sum) return by < 0 ? plain(code`${by}`) : size;
  return by === 0 ? sum : binary(by < 0 ? '-' : '+', sum, size);
}

/** `sum` and the terms. */
function added(sum: Written | null, terms: readonly Term[], context: ScalarContext): Written {
  const rising = [...terms].sort((x, y) => Number(x.factor < 0) - Number(y.factor < 0));
  const total = rising.reduce<Written | null>((left, term) => {
    if (left && term.factor < 0)
      return binary('-', left, termWritten({ ...term, factor: -term.factor }, context));
    const right = termWritten(term, context);
    return left ? binary('+', left, right) : right;
  }, sum);
  return total ?? plain(code`0`);
}

function termWritten({ of, symbols, factor }: Term, context: ScalarContext): Written {
  const factors = [
    ...(of === null ? [] : [isAxis(of) ? must(context.axes.get(of), of.name) : operandOf(of, context)]),
    ...symbols.map((symbol) => plain(symbolName(symbol))),
  ];
  if (factor !== 1 || factors.length === 0) factors.push(plain(code`${factor}`));
  return factors.reduce((left, right) => binary('*', left, right));
}
