/** Loops around a sum, whose iterations are written in groups: the bits are those of the scalar interpreter. */
import { describe, expect, test } from 'vitest';
import { groupOf } from '../../compiler/emit/js/group.ts';
import { nestOf } from '../../compiler/emit/js/nest.ts';
import { must } from '../../src/errors.ts';
import {
  axisOf,
  cond,
  constant,
  indexAdd,
  indexMul,
  int32,
  letVar,
  load,
  prim,
  variable,
} from '../../src/kernel/build.ts';
import type { Axis, LoopKernel, Scalar, Var } from '../../src/kernel/language.ts';
import {
  at,
  buffer,
  expectSameBits,
  kernel,
  loop,
  numbersFor,
  plain,
  reduce,
  store,
} from './kernel-parts.ts';

const lengths = [1, 2, 3, 4, 5, 8, 11].map((N) => ({ N }));
const widths = [1, 2, 3, 4, 5, 6, 7, 9, 11, 14];
const add = (x: Scalar, y: Scalar): Scalar => prim('add', x, y);
const mul = (x: Scalar, y: Scalar): Scalar => prim('mul', x, y);
const row: Axis = { name: 'i', size: 'N' };
const k: Axis = { name: 'k', size: 6 };

/** A product with a bias, and twice its result, through variables for places: [N, 6] times [6, width]. */
function product(width: number): LoopKernel {
  const column: Axis = { name: 'j', size: width };
  const [x, w] = [buffer('x', 'float32', '6*N'), buffer('w', 'float32', 6 * width)];
  const bias = buffer('bias', 'float32', width);
  const outs = ['y', 'z'].map((name) => buffer(name, 'float32', `${width}*N`));
  const start: Var = { name: 't', dtype: 'int32' };
  const place: Var = { name: 'u', dtype: 'int32' };
  const value = mul(
    load(x, indexAdd(indexMul(axisOf(row), 6), axisOf(k))),
    load(w, at(axisOf(k), width, axisOf(column))),
  );
  const [sum, total] = reduce('float32', 'sum', 'sequential', [k], value);
  const result = add(total, load(bias, axisOf(column)));
  const body = loop(
    row,
    letVar(start, indexMul(axisOf(row), width)),
    loop(
      column,
      letVar(place, add(variable(start), axisOf(column))),
      sum,
      ...outs.map((of, i) => store(of, variable(place), i === 0 ? result : add(result, result))),
    ),
  );
  return kernel([x, w, bias], outs, body);
}

/** Sums under windows of 3 that reach out of each of `width` columns, per filter. */
function windows(width: number, filters: number, guarded: readonly ('low' | 'high')[]): LoopKernel {
  const [filter, column]: [Axis, Axis] = [
    { name: 'f', size: filters },
    { name: 'j', size: width },
  ];
  const tap: Axis = { name: 'k', size: 3 };
  const [x, w] = [buffer('x', 'float32', `${width}*N`), buffer('w', 'float32', 3 * filters)];
  const out = buffer('y', 'float32', `${width * filters}*N`);
  const position = add(add(axisOf(column), axisOf(tap)), int32(-1));
  const tests = { low: prim('le', int32(0), position), high: prim('lt', position, int32(width)) };
  const test = guarded.map((name) => tests[name]).reduce((p, q) => prim('and', p, q));
  const element = cond(test, load(x, at(axisOf(row), width, position)), constant('float32', 0));
  const weight = load(w, at(axisOf(filter), 3, prim('sub', int32(2), axisOf(tap))));
  const [sum, total] = reduce('float32', 'sum', 'sequential', [tap], mul(element, weight));
  const place = at(at(axisOf(row), filters, axisOf(filter)), width, axisOf(column));
  return kernel([x, w], [out], loop(row, loop(filter, loop(column, sum, store(out, place, total)))));
}

/** Rows of a table, chosen by numbers in memory, and every second element of them. */
function lookup(width: number): LoopKernel {
  const column: Axis = { name: 'j', size: width };
  const [table, w] = [buffer('table', 'float32', 12 * 8), buffer('w', 'float32', width * 6)];
  const chosen = buffer('chosen', 'int32', 'N');
  const out = buffer('y', 'float32', `${width}*N`);
  const which: Var = { name: 't', dtype: 'int32' };
  const half = prim('idiv', axisOf(k), int32(2));
  const value = mul(load(table, at(variable(which), 8, half)), load(w, at(axisOf(column), 6, axisOf(k))));
  const [sum, total] = reduce('float32', 'sum', 'sequential', [k], value);
  const clamped = prim('min', prim('max', load(chosen, axisOf(row)), int32(0)), int32(11));
  const place = at(axisOf(row), width, axisOf(column));
  return kernel(
    [table, w, chosen],
    [out],
    loop(row, letVar(which, clamped), loop(column, sum, store(out, place, total))),
  );
}

describe('nests in JavaScript', () => {
  test.each(widths)('add up products of %i columns', (width) => {
    const of = product(width);
    expectSameBits(of, lengths, numbersFor(of.inputs, plain), 'js');
  });

  test.each(widths)('read rows of a table for %i columns', (width) => {
    const of = lookup(width);
    expectSameBits(of, lengths, numbersFor(of.inputs, plain), 'js');
  });

  for (const filters of [1, 3, 8])
    test.each(widths)(`move ${filters} windows over %i columns`, (width) => {
      const of = windows(width, filters, ['low', 'high']);
      expectSameBits(of, lengths, numbersFor(of.inputs, plain), 'js');
    });
});

/** The loop that is grouped, and how many of its iterations are. */
function grouped({ body }: LoopKernel): [name: string, size: number] | null {
  const [first] = body;
  const nest = first?.kind === 'loop' ? nestOf(first, new Set()) : null;
  const group = groupOf(must(nest, 'nest'));
  return group && [group.axis.name, group.size];
}

describe('groups', () => {
  test('share what is guarded before anything else', () => {
    expect(grouped(windows(12, 8, ['low', 'high']))).toEqual(['f', 4]);
    expect(grouped(windows(12, 1, ['low', 'high']))).toEqual(['i', 4]);
  });

  test('leave nothing over where they can', () => {
    expect(grouped(product(10))).toEqual(['j', 5]);
    expect(grouped(product(12))).toEqual(['j', 4]);
    expect(grouped(product(13))).toEqual(['j', 4]);
    expect(grouped(product(3))).toEqual(['i', 4]);
  });
});
