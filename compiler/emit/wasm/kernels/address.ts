/** Addresses of elements. Each part that does not change in the inner loops is computed before them. */
import { bytesPerElement } from '../../../../src/dtype.ts';
import { must } from '../../../../src/errors.ts';
import { storage } from '../../../../src/kernel/language.ts';
import type { Axis, Buffer, Scalar, Var } from '../../../../src/kernel/language.ts';
import type { Local } from '../locals.ts';
import type { Context } from './context.ts';
import { counterOf, depthOf, held, hoist, idOf } from './context.ts';
import { isAxis, linearOf } from '../../loops/linear.ts';
import type { Term } from '../../loops/linear.ts';
import { varies } from './varying.ts';

/** The terms of an index, with the definitions of index variables put in. */
export function termsOf(context: Context, index: Scalar): readonly Term[] {
  const known = context.terms.get(index);
  if (known) return known;
  const terms = linearOf(index, (of: Var) => {
    const place = held(context, of);
    return place.kind === 'index' ? place.value : null;
  });
  context.terms.set(index, terms);
  return terms;
}

/** Writes the address of `buffer[index]` but for the bytes returned, which belong into the instruction. */
export function pushAddress(context: Context, buffer: Buffer, index: Scalar): number {
  return pushPlace(context, buffer, atLane(context, termsOf(context, index)));
}

/** The same for an index that is given by its terms. */
export function pushPlace(context: Context, buffer: Buffer, terms: readonly Term[]): number {
  const bytes = bytesPerElement[buffer.dtype];
  const constant = terms.find(({ of, symbols }) => of === null && symbols.length === 0);
  const others = terms.filter((term) => term !== constant);
  const ascending = others.every(({ of, factor }) => factor > 0 && (of === null || isAxis(of)));
  const separate = constant && constant.factor > 0 && ascending;
  pushLevels(context, storage(buffer), byDepth(context, separate ? others : terms), bytes);
  return separate ? constant.factor * bytes : 0;
}

/** In one lane of a vector loop the axis stands for the counter plus the lane. */
function atLane({ vector, lane }: Context, terms: readonly Term[]): readonly Term[] {
  return vector?.axis && lane ? shifted(terms, vector.axis, lane) : terms;
}

/** The terms of the place where `axis` is larger by `by`. */
export function shifted(terms: readonly Term[], axis: Axis, by: number): readonly Term[] {
  const moved = terms.filter(({ of }) => of === axis);
  if (moved.length === 0) return terms;
  const all = [...terms, ...moved.map((term): Term => ({ ...term, of: null, factor: term.factor * by }))];
  const constants = all.filter(({ of, symbols }) => of === null && symbols.length === 0);
  const rest = all.filter((term) => !constants.includes(term));
  const constant = constants.reduce((total, { factor }) => total + factor, 0);
  return constant === 0 ? rest : [...rest, { of: null, symbols: [], factor: constant }];
}

interface Level {
  readonly depth: number;
  readonly terms: readonly Term[];
}

/** The terms by the loop that they change in, outermost first. */
function byDepth(context: Context, terms: readonly Term[]): Level[] {
  const levels = new Map<number, Term[]>([[0, []]]);
  for (const term of terms) {
    const depth = termDepth(context, term);
    const level = levels.get(depth) ?? [];
    level.push(term);
    levels.set(depth, level);
  }
  return [...levels].map(([depth, of]) => ({ depth, terms: of })).sort((a, b) => a.depth - b.depth);
}

function termDepth(context: Context, { of }: Term): number {
  if (of === null) return 0;
  if (isAxis(of)) return counterOf(context, of).depth;
  // One lane of a vector is taken where it is needed.
  return context.lane !== null && varies(context, of) ? context.depth : depthOf(context, of);
}

function pushLevels(context: Context, buffer: Buffer, levels: readonly Level[], bytes: number): void {
  const last = must(levels.at(-1), 'level');
  const write = (): void => {
    if (levels.length === 1) pushStart(context, buffer);
    else pushLevels(context, buffer, levels.slice(0, -1), bytes);
    for (const term of last.terms) pushTerm(context, term, bytes);
  };
  if (last.depth >= context.depth) return write();
  context.f.localGet(hoist(context, keyOf(context, buffer, levels), last.depth, 'i32', write));
}

function keyOf(context: Context, buffer: Buffer, levels: readonly Level[]): string {
  const terms = levels.flatMap(({ terms: of }) => of);
  const texts = terms.map(
    ({ of, symbols, factor }) => `${of ? idOf(context, of) : ''}*${symbols.join('*')}*${factor}`,
  );
  return `address ${idOf(context, buffer)} ${texts.join(' ')}`;
}

/** The address of a buffer's first element. */
export function pushStart({ f, module }: Context, buffer: Buffer): void {
  const { base, offset, unit } = module.place(buffer);
  f.globalGet(base);
  if (offset === 0) return;
  f.i32Const(offset);
  if (unit) f.globalGet(unit).op('i32.mul');
  f.op('i32.add');
}

/** Adds a term, in bytes, to the address on the stack. */
function pushTerm(context: Context, term: Term, bytes: number): void {
  pushScaled(context, { ...term, factor: Math.abs(term.factor) }, bytes);
  context.f.op(term.factor < 0 ? 'i32.sub' : 'i32.add');
}

/** Leaves a term with a positive factor, times `bytes`. */
export function pushScaled(context: Context, { of, symbols, factor }: Term, bytes: number): void {
  const { f } = context;
  const scale = factor * bytes;
  const locals = symbols.map((symbol) => must(context.symbols.get(symbol), `size ${symbol}`));
  if (of === null && locals.length === 0) {
    f.i32Const(scale);
    return;
  }
  pushProduct(context, of, locals);
  if (scale === 1) return;
  const shift = Math.log2(scale);
  if (Number.isInteger(shift)) f.i32Const(shift).op('i32.shl');
  else f.i32Const(scale).op('i32.mul');
}

function pushProduct(context: Context, of: Term['of'], locals: readonly Local[]): void {
  const { f } = context;
  let count = 0;
  const next = (): void => {
    if (count++ > 0) f.op('i32.mul');
  };
  if (of !== null) {
    if (isAxis(of)) f.localGet(counterOf(context, of).local);
    else context.writers.push(context, of);
    next();
  }
  for (const local of locals) {
    f.localGet(local);
    next();
  }
}
