/** A nest of loops around one sum in one order. */
import type { Axis, Scalar, Statement, Var } from '../../../src/kernel/language.ts';
import type { Prim } from '../../../src/kernel/prims.ts';
import { needsLanes } from '../loops/order.ts';
import type { Reduce } from '../loops/order.ts';
import { expanded, replaced, variablesOf } from '../loops/scalar-tree.ts';

type Loop = Extract<Statement, { kind: 'loop' }>;
export type Let = Extract<Statement, { kind: 'let' }>;
type Finish = Let | Extract<Statement, { kind: 'store' }>;

export interface Nest {
  /** Indices among the variables of the nest: what each is the sum of. */
  readonly indices: ReadonlyMap<Var, Scalar>;
  /** Loops, outermost first. */
  readonly axes: readonly Axis[];
  /** What comes first inside of 0, 1, ... of the loops. */
  readonly before: readonly (readonly Statement[])[];
  readonly reduce: Reduce;
  readonly after: readonly Finish[];
}

export const isLet = (statement: Statement): statement is Let => statement.kind === 'let';
const isFinish = (statement: Statement): statement is Finish =>
  statement.kind === 'let' || statement.kind === 'store';

/** The nest that a loop begins; null where it holds anything else. `known` are indices among the variables around. */
export function nestOf(loop: Loop, known: ReadonlySet<Var>): Nest | null {
  const axes: Axis[] = [];
  const before: Let[][] = [];
  let body: readonly Statement[] = [loop];
  for (let last = body.at(-1); last?.kind === 'loop'; last = body.at(-1)) {
    const lets = body.slice(0, -1);
    if (!lets.every(isLet)) return null;
    before.push(lets);
    axes.push(last.axis);
    body = last.body;
  }
  const at = body.findIndex(({ kind }) => kind === 'reduce');
  const [lets, reduce, after] = [body.slice(0, at), body[at], body.slice(at + 1)];
  if (reduce?.kind !== 'reduce' || needsLanes(reduce) || !reduce.body.every(isLet)) return null;
  if (!lets.every(isLet) || !after.every(isFinish)) return null;
  return withIndices({ axes, before: [...before, lets], reduce, after }, known);
}

/** A nest of no loops. */
export const sumOf = (reduce: Reduce, known: ReadonlySet<Var>): Nest =>
  withIndices({ axes: [], before: [[]], reduce, after: [] }, known);

/** Whether a scalar is a sum or product of counters, sizes, and variables that are the same. */
export function isIndex(scalar: Scalar, known: ReadonlySet<Var>): boolean {
  if (scalar.kind === 'var') return known.has(scalar.var);
  if (scalar.kind !== 'prim') return scalar.dtype === 'int32' && leaves.has(scalar.kind);
  return sums.has(scalar.prim) && scalar.args.every((arg) => isIndex(arg, known));
}

const leaves: ReadonlySet<Scalar['kind']> = new Set<Scalar['kind']>(['axis', 'size', 'const']);
const sums: ReadonlySet<Prim> = new Set<Prim>(['add', 'sub', 'mul', 'neg']);

/** A nest in which the loads of the sum have their indices written out. */
function withIndices(nest: Omit<Nest, 'indices'>, known: ReadonlySet<Var>): Nest {
  const { before, reduce } = nest;
  const indices = new Map<Var, Scalar>();
  const all = new Set(known);
  for (const { var: of, value } of [...before.flat(), ...reduce.body].filter(isLet)) {
    if (!isIndex(value, all)) continue;
    indices.set(of, value);
    all.add(of);
  }
  const written = writtenOut(indices);
  const body = reduce.body.filter(isLet).map(written);
  return withoutUnused({ ...nest, indices, reduce: { ...reduce, body, value: written(reduce).value } });
}

/** What surrounds the sum with all indices written out that name variables of `own`. */
export function withOwnIndices(nest: Nest, own: ReadonlySet<Var>): Nest {
  const written = writtenOut(new Map([...nest.indices].filter(([of]) => own.has(of))));
  const before = nest.before.map((lets) => lets.map((of) => (isLet(of) ? written(of) : of)));
  return withoutUnused({ ...nest, before, after: nest.after.map(written) });
}

/** A statement in whose indices variables are replaced by their definitions. */
function writtenOut(
  definitions: ReadonlyMap<Var, Scalar>,
): <S extends { readonly value: Scalar; readonly index?: Scalar }>(of: S) => S {
  const inLoads = (part: Scalar): Scalar | null =>
    part.kind === 'load' ? { ...part, index: expanded(part.index, definitions) } : null;
  return (of) => ({
    ...of,
    value: replaced(of.value, inLoads),
    ...(of.index ? { index: expanded(of.index, definitions) } : {}),
  });
}

function withoutUnused(nest: Nest): Nest {
  const used = new Set<Var>();
  const use = (scalar: Scalar): void => variablesOf(scalar).forEach((of) => used.add(of));
  for (const statement of nest.after) {
    use(statement.value);
    if (statement.kind === 'store') use(statement.index);
  }
  use(nest.reduce.value);
  const kept = (statements: readonly Statement[]): Statement[] =>
    statements.toReversed().filter((statement) => {
      if (!isLet(statement)) return true;
      if (used.has(statement.var)) use(statement.value);
      return used.has(statement.var);
    });
  const body = kept(nest.reduce.body).reverse();
  const before = nest.before.toReversed().map((statements) => kept(statements).reverse());
  return { ...nest, reduce: { ...nest.reduce, body }, before: before.reverse() };
}
