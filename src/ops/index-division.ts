/** Quotients and remainders of indices. What is a multiple of the divisor, and what is less than it, is not divided. */
import { indexAdd, indexMul, int32, prim, sizeOf } from '../kernel/build.ts';
import type { Scalar } from '../kernel/language.ts';
import { canonicalSize, divide } from '../size.ts';
import type { Size } from '../size.ts';

/** What a scalar is as a size; null where it is none. */
export function asSize(scalar: Scalar | undefined): Size | null {
  if (scalar?.kind === 'const') return scalar.value;
  return scalar?.kind === 'size' ? scalar.size : null;
}

/** `index / size`, rounded down; `index` is not negative. */
export function quotient(index: Scalar, size: Size): Scalar {
  return parted(index, size)?.whole ?? prim('idiv', index, sizeOf(size));
}

/** What is left of `index` divided by `size`; `index` is not negative. */
export function remainder(index: Scalar, size: Size): Scalar {
  return parted(index, size)?.rest ?? prim('irem', index, sizeOf(size));
}

interface Parted {
  readonly whole: Scalar;
  readonly rest: Scalar;
}

const sum = (terms: readonly Scalar[]): Scalar => terms.reduce(indexAdd, int32(0));

const summands = (index: Scalar): readonly Scalar[] =>
  index.kind === 'prim' && index.prim === 'add' ? index.args.flatMap(summands) : [index];

/** `index` as `whole` times `size` plus `rest`, which is less than `size`; null where that cannot be seen. */
function parted(index: Scalar, size: Size): Parted | null {
  const wholes: Scalar[] = [];
  const rests: Scalar[] = [];
  for (const term of summands(index)) {
    const times = timesOf(term, size);
    if (times) wholes.push(times);
    else rests.push(term);
  }
  return isLess(rests, size) ? { whole: sum(wholes), rest: sum(rests) } : null;
}

/** How many times `size` a term is; null where it is no multiple, or may be negative. */
function timesOf(term: Scalar, size: Size): Scalar | null {
  const [x, by] = term.kind === 'prim' && term.prim === 'mul' ? term.args : [int32(1), term];
  const factor = asSize(by);
  if (!x || factor === null || factor === 0 || size === 0 || !isNatural(x)) return null;
  const times = divide(factor, size);
  return times === null ? null : indexMul(x, times);
}

const natural: ReadonlySet<string> = new Set(['add', 'mul', 'idiv', 'irem']);

/** Whether a scalar is made of counters and sizes so that it is never negative. */
function isNatural(scalar: Scalar): boolean {
  if (scalar.kind === 'prim') return natural.has(scalar.prim) && scalar.args.every(isNatural);
  if (scalar.kind === 'const') return scalar.value >= 0;
  return scalar.kind === 'axis' || scalar.kind === 'size';
}

/** Whether the sum of terms is from 0 up to `size`, exclusive. */
function isLess(terms: readonly Scalar[], size: Size): boolean {
  const [first, ...more] = terms;
  if (first?.kind === 'axis' && more.length === 0 && canonicalSize(first.axis.size) === canonicalSize(size))
    return true;
  if (terms.length === 0) return true;
  return typeof size === 'number' && terms.reduce((total, term) => total + most(term), 0) < size;
}

/** The largest value of a term that is not negative; infinite where that is not known. */
function most(term: Scalar): number {
  const [x, by] = term.kind === 'prim' && term.prim === 'mul' ? term.args : [term, int32(1)];
  if (by?.kind !== 'const' || by.value < 0) return Infinity;
  if (x?.kind === 'const') return x.value < 0 ? Infinity : x.value * by.value;
  return x?.kind === 'axis' && typeof x.axis.size === 'number' ? (x.axis.size - 1) * by.value : Infinity;
}
