/** Rows too short for vectors of their own: vectors across rows give the bits of the scalar interpreter. */
import { describe, test } from 'vitest';
import {
  axisOf,
  cond,
  constant,
  indexAdd,
  int32,
  letVar,
  load,
  prim,
  variable,
} from '../../src/kernel/build.ts';
import type { Axis, Combine, Statement, Var } from '../../src/kernel/language.ts';
import type { Sizes } from './emitted-kernel.ts';
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
import { awkwardNumbers } from './numbers.ts';

const i: Axis = { name: 'i', size: 'N' };
const widths = [1, 2, 3, 4, 5, 7, 8, 9];
const lengths: readonly Sizes[] = [1, 3, 4, 5, 8, 11, 16].map((N) => ({ N }));
const floats = ['float32', 'float64'] as const;

/** Softmax of rows of `width`, with the row's largest value kept: a maximum, a loop, a sum of partials, a loop. */
function softmaxRows(dtype: (typeof floats)[number], width: number) {
  const r: Axis = { name: 'r', size: width };
  const c: Axis = { name: 'c', size: width };
  const d: Axis = { name: 'd', size: width };
  const x = buffer('x', dtype, `${width}*N`);
  const bias = buffer('bias', dtype, width);
  const [out, most] = [buffer('out', dtype, `${width}*N`), buffer('most', dtype, 'N')];
  const element = (axis: Axis) =>
    prim('add', load(x, at(axisOf(i), width, axisOf(axis))), load(bias, axisOf(axis)));
  const [largest, max] = reduce(dtype, 'max', 'lanes', [r], element(r));
  const exp: Var = { name: 'exp', dtype };
  const place = at(axisOf(i), width, axisOf(c));
  const [total, sum] = reduce(dtype, 'sum', 'lanes', [d], load(out, at(axisOf(i), width, axisOf(d))));
  const body: Statement[] = [
    largest,
    store(most, axisOf(i), max),
    loop(c, letVar(exp, prim('exp', prim('sub', element(c), max))), store(out, place, variable(exp))),
    total,
    loop(c, store(out, place, prim('div', load(out, place), sum))),
  ];
  return kernel([x, bias], [out, most], loop(i, ...body));
}

describe('vectors across short rows have the bits of the scalar interpreter', () => {
  for (const dtype of floats) {
    for (const width of widths) {
      test(`softmax of rows of ${width} ${dtype}`, () => {
        const of = softmaxRows(dtype, width);
        for (const numbers of [plain, awkwardNumbers])
          expectSameBits(of, lengths, numbersFor(of.inputs, numbers));
      });

      const combines: readonly Combine[] = ['sum', 'prod', 'max', 'min'];
      test.each(combines)(`%s of rows of ${width} ${dtype} inside an outer loop`, (combine) => {
        const [o, r]: Axis[] = [
          { name: 'o', size: 3 },
          { name: 'r', size: width },
        ] as [Axis, Axis];
        const x = buffer('x', dtype, `${3 * width}*N`);
        const out = buffer('out', dtype, '3*N');
        const row = at(axisOf(o), 'N', axisOf(i));
        const [total, value] = reduce(dtype, combine, 'lanes', [r], load(x, at(row, width, axisOf(r))));
        const of = kernel([x], [out], loop(o, loop(i, total, store(out, row, value))));
        for (const numbers of [plain, awkwardNumbers]) expectSameBits(of, lengths, numbersFor([x], numbers));
      });
    }

    test(`sums over two short axes of ${dtype}, with a guarded place and a label`, () => {
      const [r, c]: Axis[] = [
        { name: 'r', size: 2 },
        { name: 'c', size: 3 },
      ] as [Axis, Axis];
      const x = buffer('x', dtype, '6*N');
      const label = buffer('label', 'int32', 'N');
      const out = buffer('out', dtype, 'N');
      const hit = buffer('hit', 'bool', 'N');
      const place = at(axisOf(i), 6, at(axisOf(r), 3, axisOf(c)));
      const left = prim('sub', axisOf(c), int32(1));
      const guarded = cond(
        prim('le', int32(0), left),
        load(x, indexAdd(place, int32(-1))),
        constant(dtype, 2),
      );
      const chosen = prim('select', prim('eq', axisOf(c), load(label, axisOf(i))), guarded, load(x, place));
      const [total, value] = reduce(dtype, 'sum', 'lanes', [r, c], chosen);
      const of = kernel(
        [x, label],
        [out, hit],
        loop(
          i,
          total,
          store(out, axisOf(i), value),
          store(hit, axisOf(i), prim('lt', constant(dtype, 0), value)),
        ),
      );
      expectSameBits(of, lengths, numbersFor([x, label], plain));
    });
  }

  test('rows are overwritten where they are', () => {
    const c: Axis = { name: 'c', size: 3 };
    const x = buffer('x', 'float32', '3*N');
    const r: Axis = { name: 'r', size: 3 };
    const [total, value] = reduce('float32', 'sum', 'lanes', [r], load(x, at(axisOf(i), 3, axisOf(r))));
    const place = at(axisOf(i), 3, axisOf(c));
    const of = kernel([x], [x], loop(i, total, loop(c, store(x, place, prim('sub', load(x, place), value)))));
    expectSameBits(of, lengths, numbersFor([x], plain));
  });
});
