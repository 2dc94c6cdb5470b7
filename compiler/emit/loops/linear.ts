/** Indices as sums of products: a number, times symbols, times a counter or another scalar. */
import type { Axis, Scalar, Var } from '../../../src/kernel/language.ts';
import { factors } from '../../../src/size.ts';

/** `factor` times `symbols` times `of`; null stands for 1. */
export interface Term {
  readonly of: Axis | Scalar | null;
  readonly symbols: readonly string[];
  readonly factor: number;
}

/** The definition of a variable that is an index, or null. */
export type Definition = (of: Var) => Scalar | null;

const isConstant = ({ of }: Term): boolean => of === null;

export function isAxis(of: Axis | Scalar): of is Axis {
  return !('kind' in of);
}

/** The terms of an index, each counter or scalar once for each product of symbols. */
export function linearOf(index: Scalar, definition: Definition): Term[] {
  const merged = new Map<object | null, Map<string, Term>>();
  for (const term of expand(index, definition)) {
    const bySymbols = merged.get(term.of) ?? new Map<string, Term>();
    merged.set(term.of, bySymbols);
    const key = term.symbols.join('*');
    bySymbols.set(key, { ...term, factor: term.factor + (bySymbols.get(key)?.factor ?? 0) });
  }
  return [...merged.values()].flatMap((terms) => [...terms.values()]).filter(({ factor }) => factor !== 0);
}

function expand(index: Scalar, definition: Definition): Term[] {
  switch (index.kind) {
    case 'const':
      return [{ of: null, symbols: [], factor: index.value }];
    case 'axis':
      return [{ of: index.axis, symbols: [], factor: 1 }];
    case 'size': {
      const { coefficient, symbols } = factors(index.size);
      return [{ of: null, symbols, factor: coefficient }];
    }
    case 'var': {
      const value = definition(index.var);
      return value ? expand(value, definition) : opaque(index);
    }
    case 'prim':
      return expandPrim(index, definition) ?? opaque(index);
    default:
      return opaque(index);
  }
}

const opaque = (of: Scalar): Term[] => [{ of, symbols: [], factor: 1 }];

function expandPrim(index: Extract<Scalar, { kind: 'prim' }>, definition: Definition): Term[] | null {
  const [x, y] = index.args;
  if (!x) return null;
  if (index.prim === 'neg') return times(expand(x, definition), -1);
  if (!y) return null;
  if (index.prim === 'add') return [...expand(x, definition), ...expand(y, definition)];
  if (index.prim === 'sub') return [...expand(x, definition), ...times(expand(y, definition), -1)];
  if (index.prim !== 'mul') return null;
  const [left, right] = [expand(x, definition), expand(y, definition)];
  const constant = [left, right].find((terms) => terms.every(isConstant));
  return constant ? product(constant === left ? right : left, constant) : null;
}

const times = (terms: readonly Term[], by: number): Term[] =>
  terms.map((term) => ({ ...term, factor: term.factor * by }));

function product(terms: readonly Term[], constants: readonly Term[]): Term[] {
  return terms.flatMap((term) =>
    constants.map(({ symbols, factor }) => ({
      of: term.of,
      symbols: [...term.symbols, ...symbols].sort(),
      factor: term.factor * factor,
    })),
  );
}

/** Elements from one value of `axis` to the next, where that is a number; `varies` tells of other scalars. */
export function strideAlong(
  terms: readonly Term[],
  axis: Axis,
  varies: (scalar: Scalar) => boolean,
): number | null {
  let stride = 0;
  for (const { of, symbols, factor } of terms) {
    if (of === axis && symbols.length > 0) return null;
    if (of === axis) stride += factor;
    else if (of && !isAxis(of) && varies(of)) return null;
  }
  return stride;
}
