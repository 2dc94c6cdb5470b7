/** A nest of loops around one sum of products. */
import type { Axis, Scalar, Statement, Var } from '../../../../src/kernel/language.ts';
import type { Reduce } from '../../loops/order.ts';

type Loop = Extract<Statement, { kind: 'loop' }>;
type Let = Extract<Statement, { kind: 'let' }>;

export interface Nest {
  /** Loops, outermost first. */
  readonly axes: readonly Axis[];
  /** All lets before the sum, in order. */
  readonly lets: readonly Let[];
  readonly reduce: Reduce;
  readonly after: readonly Statement[];
}

const isLet = (statement: Statement): statement is Let => statement.kind === 'let';
const isPlain = ({ kind }: Statement): boolean => kind === 'let' || kind === 'store';

/** The nest that a loop begins; null where it holds anything else. */
export function nestOf(loop: Loop): Nest | null {
  const axes: Axis[] = [];
  const lets: Let[] = [];
  let body: readonly Statement[] = [loop];
  for (;;) {
    const last = body.at(-1);
    if (last?.kind !== 'loop') break;
    const before = body.slice(0, -1);
    if (!before.every(isLet)) return null;
    lets.push(...before);
    axes.push(last.axis);
    body = last.body;
  }
  const at = body.findIndex(({ kind }) => kind === 'reduce');
  const [before, reduce, after] = [body.slice(0, at), body[at], body.slice(at + 1)];
  if (reduce?.kind !== 'reduce' || !before.every(isLet) || !after.every(isPlain)) return null;
  if (!reduce.body.every(isLet)) return null;
  return { axes, lets: [...lets, ...before], reduce, after };
}

/** The definitions of a nest's variables. */
export function definitionsOf({ lets, reduce }: Nest): Map<Var, Scalar> {
  const all = [...lets, ...reduce.body.filter(isLet)];
  return new Map(all.map(({ var: of, value }) => [of, value]));
}

/** Values that axes of known sizes run through together. */
export function stepsOf(axes: readonly Axis[]): number {
  return axes.reduce((total, { size }) => total * Number(size), 1);
}
