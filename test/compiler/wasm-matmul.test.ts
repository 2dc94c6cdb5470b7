import { describe, expect, test } from 'vitest';
import type { FloatDType } from '../../src/dtype.ts';
import { must } from '../../src/errors.ts';
import {
  axisOf,
  constant,
  indexAdd,
  indexMul,
  letVar,
  load,
  prim,
  variable,
} from '../../src/kernel/build.ts';
import type { Axis, Buffer, LoopKernel, Scalar, Statement, Var } from '../../src/kernel/language.ts';
import { evaluateSize, product } from '../../src/size.ts';
import type { Size } from '../../src/size.ts';
import { emitKernel, sameBits } from './emitted-kernel.ts';
import type { Sizes } from './emitted-kernel.ts';
import { awkwardNumbers, plainNumbers } from './numbers.ts';

/** Which factor is stored with its axes exchanged. */
const forms = ['nn', 'nt', 'tn', 'tt'] as const;
type Form = (typeof forms)[number];

interface Case {
  readonly batch?: Size;
  readonly rows: Size;
  readonly inner: Size;
  readonly columns: Size;
  readonly form: Form;
  readonly dtype: FloatDType;
  /** Adds a row of numbers, and takes the greater of the result and 0. */
  readonly finish?: boolean;
  /** Takes a function of the result, and of the place of its row. */
  readonly activate?: boolean;
}

interface Built {
  readonly kernel: LoopKernel;
  readonly symbols: readonly string[];
}

const place = (row: Scalar, width: Size, column: Scalar): Scalar => indexAdd(indexMul(row, width), column);

function build({
  batch = 1,
  rows,
  inner,
  columns,
  form,
  dtype,
  finish = false,
  activate = false,
}: Case): Built {
  const buffer = (name: string, ...sizes: Size[]): Buffer => ({ name, dtype, size: product(sizes) });
  const x = buffer('x', batch, rows, inner);
  const y = buffer('y', batch, inner, columns);
  const bias = buffer('bias', columns);
  const out = buffer('out', batch, rows, columns);
  const [b, i, j, k] = ['b', 'i', 'j', 'k'].map((name, n): Axis => ({
    name,
    size: must([batch, rows, columns, inner][n], 'size'),
  })) as [Axis, Axis, Axis, Axis];
  const inBatch = (index: Scalar, size: Size): Scalar =>
    batch === 1 ? index : indexAdd(indexMul(axisOf(b), size), index);
  const left = form.startsWith('t') ? place(axisOf(k), rows, axisOf(i)) : place(axisOf(i), inner, axisOf(k));
  const right = form.endsWith('t')
    ? place(axisOf(j), inner, axisOf(k))
    : place(axisOf(k), columns, axisOf(j));
  const total: Var = { name: 'total', dtype };
  const sum: Statement = {
    kind: 'reduce',
    var: total,
    combine: 'sum',
    order: 'sequential',
    axes: [k],
    body: [],
    value: prim(
      'mul',
      load(x, inBatch(left, product([rows, inner]))),
      load(y, inBatch(right, product([inner, columns]))),
    ),
  };
  const sure: Var = { name: 'with_bias', dtype };
  const lets = finish ? [letVar(sure, prim('add', variable(total), load(bias, axisOf(j))))] : [];
  const toFloat = dtype === 'float32' ? 'toFloat32' : 'toFloat64';
  const activated = prim('mul', prim('tanh', variable(total)), prim(toFloat, axisOf(i)));
  const value = activate
    ? activated
    : finish
      ? prim('select', prim('lt', variable(sure), constant(dtype, 0)), constant(dtype, 0), variable(sure))
      : variable(total);
  const index = inBatch(place(axisOf(i), columns, axisOf(j)), product([rows, columns]));
  const store: Statement = { kind: 'store', buffer: out, index, value };
  const columnsLoop: Statement = { kind: 'loop', axis: j, body: [sum, ...lets, store] };
  const rowsLoop: Statement = { kind: 'loop', axis: i, body: [columnsLoop] };
  const body: Statement[] = batch === 1 ? [rowsLoop] : [{ kind: 'loop', axis: b, body: [rowsLoop] }];
  const inputs = finish ? [x, y, bias] : [x, y];
  const symbols = [batch, rows, inner, columns].filter((size): size is string => typeof size === 'string');
  return { kernel: { kind: 'loops', name: 'product', outer: [], inputs, outputs: [out], body }, symbols };
}

function expectSameBits(of: Case, sizes: Sizes = {}, awkward = false): void {
  const { kernel, symbols } = build(of);
  const { run } = emitKernel(kernel, symbols);
  const numbers = (buffer: Buffer, turn: number): number[] => {
    const count = evaluateSize(buffer.size, sizes);
    return awkward ? awkwardNumbers(of.dtype, count, turn) : plainNumbers(count, turn);
  };
  const data = kernel.inputs.map((buffer, turn) => [buffer, numbers(buffer, turn + 1)] as const);
  const { emitted, right } = run(sizes, new Map(data));
  expect(emitted[0]?.length).toBe(right[0]?.length);
  expect(sameBits(must(emitted[0], 'emitted'), must(right[0], 'right'))).toBe(true);
}

describe('matrix products in WebAssembly have the bits of the scalar interpreter', () => {
  for (const dtype of ['float32', 'float64'] as const) {
    for (const form of forms) {
      for (const columns of [2, 3, 4, 8, 10, 13, 20]) {
        test(`${form}, ${columns} columns of ${dtype}, any number of rows and steps`, () => {
          for (const rows of [1, 4, 7])
            for (const inner of [1, 8, 13]) expectSameBits({ rows, inner, columns, form, dtype });
        });
      }
      test(`${form} of ${dtype} with named sizes`, () => {
        for (const N of [1, 4, 9, 18]) {
          expectSameBits({ rows: 'N', inner: 9, columns: 11, form, dtype, finish: true }, { N });
          expectSameBits({ rows: 5, inner: 'N', columns: 11, form, dtype, finish: true }, { N });
          expectSameBits({ rows: 6, inner: 9, columns: 'N', form, dtype, finish: true }, { N });
          expectSameBits({ batch: 2, rows: 'N', inner: 'M', columns: 'N', form, dtype }, { N, M: 5 });
        }
      });
      test(`${form} of ${dtype} where rows are a power of two apart`, () => {
        expectSameBits({ rows: 16, inner: 16, columns: 512, form, dtype });
        expectSameBits({ rows: 512, inner: 24, columns: 12, form, dtype });
      });
      test(`${form} of ${dtype} where both factors are copied first, the inner axis in blocks`, () => {
        for (const columns of [16, 21])
          expectSameBits({ rows: 18, inner: 40, columns, form, dtype, finish: true });
        for (const N of [1, 20, 256, 257, 600])
          expectSameBits({ rows: 17, inner: 'N', columns: 18, form, dtype, finish: true }, { N });
      });
      test(`${form} of ${dtype} with a function of each element`, () => {
        for (const columns of [6, 8, 19])
          expectSameBits({ rows: 7, inner: 5, columns, form, dtype, activate: true });
        for (const N of [2, 11])
          expectSameBits({ rows: 'N', inner: 5, columns: 'N', form, dtype, activate: true }, { N });
      });
      test(`${form} of ${dtype} for each matrix of a batch`, () => {
        expectSameBits({ batch: 3, rows: 5, inner: 8, columns: 9, form, dtype });
      });
      test(`${form} of ${dtype} of zeros, infinities and NaN, with a bias and a choice`, () => {
        expectSameBits({ rows: 7, inner: 2, columns: 14, form, dtype, finish: true }, {}, true);
      });
    }
  }
});
