import { describe, test } from 'vitest';
import type { DType } from '../../src/dtype.ts';
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
  sizeOf,
  variable,
} from '../../src/kernel/build.ts';
import type { Axis, Buffer, Combine, LoopKernel, Scalar, Statement, Var } from '../../src/kernel/language.ts';
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
import { awkwardNumbers, plainNumbers } from './numbers.ts';

const i: Axis = { name: 'i', size: 'N' };
const floats = ['float32', 'float64'] as const;
const lengths: readonly Sizes[] = [1, 2, 3, 4, 5, 8, 15, 16, 17, 31, 32, 50, 100].map((N) => ({ N }));
describe('reductions in WebAssembly have the bits of the scalar interpreter', () => {
  const combines: readonly Combine[] = ['sum', 'prod', 'max', 'min'];
  for (const dtype of [...floats, 'int32'] as const) {
    for (const combine of combines) {
      for (const order of ['lanes', 'sequential'] as const) {
        const x = buffer('x', dtype, 'N');
        const out = buffer('out', dtype, 1);
        const [total, value] = reduce(dtype, combine, order, [i], load(x, axisOf(i)));
        test(`${combine} of ${dtype}, ${order}, over any number of elements`, () => {
          for (const numbers of [plain, awkwardNumbers])
            expectSameBits(
              kernel([x], [out], total, store(out, int32(0), value)),
              lengths,
              numbersFor([x], numbers),
            );
        });
      }
    }
  }

  for (const dtype of floats) {
    for (const width of [1, 3, 10, 16, 20, 48, 'M'] as const) {
      const j: Axis = { name: 'j', size: width };
      const x = buffer('x', dtype, width === 'M' ? 'M*N' : `${width}*N`);
      const sizes = [1, 3, 4, 9, 17, 64].map((N) => (width === 'M' ? { N, M: N + 2 } : { N }));
      const element = load(x, at(axisOf(i), width, axisOf(j)));
      test(`sums of rows of ${width} ${dtype} keep 16 partial results`, () => {
        const out = buffer('out', dtype, 'N');
        const [total, value] = reduce(dtype, 'sum', 'lanes', [j], element);
        const rows = kernel([x], [out], loop(i, total, store(out, axisOf(i), value)));
        expectSameBits(rows, sizes, numbersFor([x], plain));
      });
      test(`sums of columns of ${width} ${dtype} go from row to row`, () => {
        const out = buffer('out', dtype, width);
        const [total, value] = reduce(dtype, 'sum', 'sequential', [i], element);
        const columns = kernel([x], [out], loop(j, total, store(out, axisOf(j), value)));
        expectSameBits(columns, sizes, numbersFor([x], plain));
      });
      test(`sums of everything in rows of ${width} ${dtype} count their partial results through`, () => {
        const out = buffer('out', dtype, 1);
        const named: Var = { name: 'square', dtype };
        const square = letVar(named, prim('mul', element, element));
        const [total, value] = reduce(dtype, 'sum', 'lanes', [i, j], prim('exp', variable(named)), [square]);
        expectSameBits(kernel([x], [out], total, store(out, int32(0), value)), sizes, numbersFor([x], plain));
      });
    }
  }

  test('a sum inside each term of another sum is right', () => {
    const x = buffer('x', 'float32', '7*N');
    const out = buffer('out', 'float32', 1);
    const j: Axis = { name: 'j', size: 7 };
    const [row, rowTotal] = reduce('float32', 'sum', 'lanes', [j], load(x, at(axisOf(i), 7, axisOf(j))));
    const [total, value] = reduce('float32', 'sum', 'lanes', [i], prim('exp', rowTotal), [row]);
    expectSameBits(kernel([x], [out], total, store(out, int32(0), value)), lengths, numbersFor([x], plain));
  });
});

/** Kernels over [N, M] and what they show; `x` is [N, M], `places` holds int32 in [0, N). */
function movements(dtype: DType): Readonly<Record<string, LoopKernel>> {
  const j: Axis = { name: 'j', size: 'M' };
  const x = buffer('x', dtype, 'M*N');
  const out = buffer('out', dtype, 'M*N');
  const places = buffer('places', 'int32', 'M*N');
  const row = buffer('row', dtype, 'M');
  const double = buffer('double', dtype, '3*M');
  const [r, c] = [axisOf(i), axisOf(j)];
  const whole = (value: Scalar): LoopKernel =>
    kernel([x, places, row, double], [out], loop(i, loop(j, store(out, at(r, 'M', c), value))));
  const flipped = prim('sub', prim('sub', sizeOf('M'), c), int32(1));
  const left = prim('sub', c, int32(2));
  const flat = at(r, 'M', c);
  return {
    'a copy with its columns reversed': whole(load(x, at(r, 'M', flipped))),
    'a column spread over a row': whole(load(x, at(r, 'M', int32(0)))),
    'a row added to all rows': whole(prim('mul', load(x, flat), load(row, c))),
    'rows chosen by an index': whole(load(x, at(load(places, r), 'M', c))),
    'elements chosen by an index': whole(
      load(row, prim('irem', prim('abs', load(places, flat)), sizeOf('M'))),
    ),
    'a transposed place': whole(load(x, at(prim('irem', c, sizeOf('N')), 'M', prim('irem', r, sizeOf('M'))))),
    'each element twice': whole(load(row, prim('idiv', c, int32(2)))),
    'each element four times, at the end of a longer place': whole(
      load(x, indexAdd(prim('idiv', c, int32(4)), prim('irem', flat, int32(4)))),
    ),
    'every other element': whole(load(double, at(int32(1), 1, indexMul(c, 2)))),
    'the remainder of a place': whole(load(row, prim('irem', c, int32(3)))),
    'a place found by division': whole(load(row, prim('idiv', flat, sizeOf('N')))),
    'a guarded place to the left': whole(
      cond(prim('le', int32(0), left), load(x, at(r, 'M', left)), constant(dtype, 7)),
    ),
    'a guard that is the same for a row': whole(
      cond(prim('lt', r, int32(2)), load(x, flat), prim('add', load(row, c), constant(dtype, 1))),
    ),
    'two guards, one inside the other': whole(
      cond(
        prim('lt', c, int32(5)),
        load(row, c),
        cond(prim('eq', prim('irem', c, int32(3)), int32(0)), load(x, flat), constant(dtype, -0)),
      ),
    ),
    'the places themselves': whole(
      prim(dtype === 'float64' ? 'toFloat64' : 'toFloat32', prim('mul', flat, int32(3))),
    ),
    'a store to every other element': kernel(
      [row],
      [out],
      loop(j, store(out, indexMul(c, 'N'), prim('neg', load(row, c)))),
    ),
    'a store in place': {
      ...kernel([x], [x], loop(i, loop(j, store(x, flat, prim('mul', load(x, flat), load(x, flat)))))),
    },
  };
}

describe('loops in WebAssembly have the bits of the scalar interpreter', () => {
  const sizes = [
    { N: 4, M: 3 },
    { N: 3, M: 5 },
    { N: 4, M: 16 },
    { N: 7, M: 23 },
  ];
  for (const dtype of floats) {
    for (const [what, of] of Object.entries(movements(dtype))) {
      test(`${what}, of ${dtype}`, () => {
        expectSameBits(of, sizes, ({ N, M }) => {
          const numbers = (to: Buffer, turn: number): number[] =>
            to.dtype === 'int32'
              ? Array.from({ length: 200 }, (_, k) => (k * 5 + 1) % Math.min(must(N, 'N'), must(M, 'M')))
              : awkwardNumbers(to.dtype, 200, turn);
          return new Map(of.inputs.map((to, turn) => [to, numbers(to, turn + 1)]));
        });
      });
    }

    test(`carried values of ${dtype} run side by side`, () => {
      const x = buffer('x', dtype, '9*N');
      const out = buffer('out', dtype, 'N');
      const t: Axis = { name: 't', size: 9 };
      const [a, b]: [Var, Var] = [
        { name: 'a', dtype },
        { name: 'b', dtype },
      ];
      const term = load(x, at(axisOf(t), 'N', axisOf(i)));
      const carry: Statement = {
        kind: 'carry',
        axis: t,
        vars: [
          { var: a, init: constant(dtype, 0), next: variable(b) },
          { var: b, init: load(x, axisOf(i)), next: prim('add', variable(a), term) },
        ],
        body: [],
      };
      const value = prim('sub', variable(a), variable(b));
      expectSameBits(
        kernel([x], [out], loop(i, carry, store(out, axisOf(i), value))),
        lengths,
        numbersFor([x], plain),
      );
    });

    test(`rows of ${dtype} are added to the places that an index names, in order`, () => {
      const x = buffer('x', dtype, '6*N');
      const places = buffer('places', 'int32', 'N');
      const out = buffer('out', dtype, 18);
      const j: Axis = { name: 'j', size: 6 };
      const clear: Axis = { name: 'z', size: 18 };
      const index = at(load(places, axisOf(i)), 6, axisOf(j));
      const add: Statement = {
        kind: 'accumulate',
        buffer: out,
        index,
        value: load(x, at(axisOf(i), 6, axisOf(j))),
      };
      const scatter = kernel([x, places], [out], loop(clear, store(out, axisOf(clear), constant(dtype, 0))), {
        kind: 'ordered',
        axis: i,
        body: [loop(j, add)],
      });
      expectSameBits(scatter, lengths, ({ N }) => {
        const numbers = Array.from({ length: must(N, 'N') }, (_, k) => (k * 7) % 3);
        return new Map([
          [x, plainNumbers(600, 1)],
          [places, numbers],
        ]);
      });
    });

    test(`a loop of ${dtype} after a sum and a maximum of its row`, () => {
      const x = buffer('x', dtype, 'M*N');
      const out = buffer('out', dtype, 'M*N');
      const axes = [0, 1, 2].map((k): Axis => ({ name: `j${k}`, size: 'M' }));
      const [first, second, third] = axes.map((axis) => load(x, at(axisOf(i), 'M', axisOf(axis))));
      const [top, topValue] = reduce(dtype, 'max', 'lanes', axes.slice(0, 1), must(first, 'first'));
      const exponential = (of: Scalar | undefined): Scalar =>
        prim('exp', prim('sub', must(of, 'element'), topValue));
      const [sum, sumValue] = reduce(dtype, 'sum', 'lanes', axes.slice(1, 2), exponential(second));
      const j = must(axes[2], 'axis');
      const body = loop(
        j,
        store(out, at(axisOf(i), 'M', axisOf(j)), prim('div', exponential(third), sumValue)),
      );
      const rows = [1, 2, 5, 16, 21].map((M) => ({ N: 3, M }));
      expectSameBits(kernel([x], [out], loop(i, top, sum, body)), rows, numbersFor([x], plain));
    });
  }
});
