import { describe, expect, it } from 'vitest';
import {
  AdjointError,
  all,
  bmm,
  concat,
  cumsum,
  diagonal,
  dot,
  einsum,
  embedding,
  exp,
  flatten,
  gather,
  glu,
  input,
  interpolate,
  jacobian,
  mean,
  narrow,
  oneHot,
  pad,
  permute,
  pixelShuffle,
  reshape,
  roll,
  scatterAdd,
  select,
  slice,
  split,
  squeeze,
  stack,
  sum,
  take,
  tile,
  topK,
  unsqueeze,
  where,
} from 'adjoint';
import type { ErrorCode, Expr, Shape } from 'adjoint';

type Float = Expr<Shape, 'float32'>;
type Int = Expr<Shape, 'int32'>;

const x: Float = input('x', [4, 6]);
const v: Float = input('v', [3]);
const batch: Float = input('batch', ['N', 6]);
const ids: Int = input('ids', [5], 'int32');

/** What must be refused, with which code, and what the message says. */
const rows: readonly (readonly [ErrorCode, RegExp, () => unknown])[] = [
  ['E-SHAPE-RESHAPE', /reshape to \[5, 5\]: the number of elements changes/, () => reshape(x, [5, 5])],
  ['E-SHAPE-RESHAPE', /no size fits at -1/, () => reshape(x, [-1, 5])],
  ['E-SHAPE-AXIS', /sum: there is no axis 2/, () => sum(x, { axis: 2 })],
  ['E-SHAPE-AXIS', /sum: an axis is named twice/, () => sum(x, { axis: [0, -2] })],
  ['E-SHAPE-AXIS', /squeeze: axis 0 has size 4, not 1/, () => squeeze(x, 0)],
  ['E-SHAPE-AXIS', /unsqueeze: there is no place 3/, () => unsqueeze(x, 3)],
  ['E-SHAPE-AXIS', /stack: there is no place 3/, () => stack([x, x], { axis: 3 })],
  ['E-SHAPE-AXIS', /the end lies before the start/, () => flatten(x, { start: 1, end: 0 })],
  ['E-SHAPE-AXIS', /permute: \[0, 0\] is not an order/, () => permute(x, [0, 0])],
  ['E-SHAPE-AXIS', /cumsum: there is no axis 5/, () => cumsum(x, { axis: 5 })],
  ['E-SHAPE-SAME', /concat: operands differ in more than the size of axis 0/, () => concat([x, v])],
  ['E-SHAPE-SAME', /for label i/, () => einsum('ii->i', x)],
  [
    'E-SHAPE-SAME',
    /gather: the shape of the indices does not fit/,
    () => gather(batch, input('i', ['M', 1], 'int32'), { axis: 1 }),
  ],
  ['E-SHAPE-SYMBOLIC', /slice: axis 0 has the named size N/, () => slice(batch, { axis: 0, stop: 3 })],
  ['E-SHAPE-SYMBOLIC', /select: axis 0 has the named size N/, () => select(batch, { axis: 0, index: 0 })],
  [
    'E-SHAPE-SYMBOLIC',
    /pad: axis 0 has the named size N/,
    () =>
      pad(batch, [
        [1, 0],
        [0, 0],
      ]),
  ],
  ['E-SHAPE-SYMBOLIC', /concat: axis 0 has the named size N/, () => concat([batch, x])],
  ['E-SHAPE-SYMBOLIC', /roll: axis 0 has the named size N/, () => roll(batch, { shift: 1, axis: 0 })],
  ['E-SHAPE-SYMBOLIC', /jacobian: axis 0 has the named size N/, () => jacobian(batch, batch)],
  ['E-SHAPE-RANK', /diagonal: not a matrix/, () => diagonal(v)],
  ['E-SHAPE-RANK', /dot: needs vectors/, () => dot(x as unknown as Expr<[3]>, v as unknown as Expr<[3]>)],
  [
    'E-SHAPE-RANK',
    /bmm: needs stacks/,
    () => bmm(x as unknown as Expr<[1, 4, 6]>, x as unknown as Expr<[1, 6, 4]>),
  ],
  ['E-SHAPE-RANK', /embedding: the weight is not a matrix/, () => embedding(ids, v)],
  ['E-SHAPE-RANK', /gather: indices need the rank/, () => gather(x, ids, { axis: 0 })],
  ['E-SHAPE-RANK', /pixelShuffle: needs/, () => pixelShuffle(x, 2)],
  ['E-SHAPE-SIZE', /oneHot|iota/, () => oneHot(ids, -1)],
  ['E-ATTRIBUTE', /slice: the step is -1[\s\S]*flip\(\)/, () => slice(x, { axis: 0, step: -1 })],
  ['E-ATTRIBUTE', /select: axis 0 has no entry 4/, () => select(x, { axis: 0, index: 4 })],
  [
    'E-ATTRIBUTE',
    /slice: 3 elements from 2 by 1 do not lie in axis 0/,
    () => narrow(x, { axis: 0, start: 2, length: 3 }),
  ],
  ['E-ATTRIBUTE', /split: axis 0 does not split into 3 equal pieces/, () => split(x, { into: 3 })],
  ['E-ATTRIBUTE', /pieces of 1, 2 do not make up axis 0/, () => split(x, { into: [1, 2] })],
  ['E-ATTRIBUTE', /concat: there is nothing to join/, () => concat([])],
  ['E-ATTRIBUTE', /pad: needs two whole numbers for each of 2 axes/, () => pad(x, [[1, 1]])],
  [
    'E-ATTRIBUTE',
    /pad reflect: axis 0 of size 4 cannot give 4 elements/,
    () =>
      pad(
        x,
        [
          [4, 0],
          [0, 0],
        ],
        { mode: 'reflect' },
      ),
  ],
  [
    'E-ATTRIBUTE',
    /would have -1 elements/,
    () =>
      pad(x, [
        [-5, 0],
        [0, 0],
      ]),
  ],
  ['E-ATTRIBUTE', /roll: 2 shifts for 1 axes/, () => roll(x, { shift: [1, 2], axis: 0 })],
  ['E-ATTRIBUTE', /tile: -1 are not all counts/, () => tile(v, [-1])],
  ['E-ATTRIBUTE', /topK: axis 1 does not have 7 entries/, () => topK(x, 7)],
  ['E-ATTRIBUTE', /einsum 'ij,jk': 2 terms for 1 operands/, () => einsum('ij,jk', x)],
  ['E-ATTRIBUTE', /'ijk' does not fit rank 2/, () => einsum('ijk->i', x)],
  ['E-ATTRIBUTE', /a label that no operand has/, () => einsum('ij->k', x)],
  ['E-ATTRIBUTE', /glu|split/, () => glu(v)],
  ['E-ATTRIBUTE', /interpolate: size 0 x 2/, () => interpolate(x, { size: [0, 2] })],
  ['E-DTYPE', /gather: indices are int32/, () => take(x, v as unknown as Int)],
  ['E-DTYPE', /exp\(ids\): needs float32 or float64/, () => exp(ids as unknown as Float)],
  ['E-DTYPE', /mean: needs float32 or float64/, () => mean(ids)],
  ['E-DTYPE', /where: the condition is not bool/, () => where(ids as unknown as Expr<Shape, 'bool'>, 1, ids)],
  ['E-DTYPE', /logicalNot|xor/, () => all(x as unknown as Expr<Shape, 'bool'>)],
  [
    'E-DTYPE',
    /scatterAdd: indices are int32|element types/,
    () => scatterAdd(x, x as unknown as Int, x, { axis: 0 }),
  ],
];

describe('operators refuse what does not fit', () => {
  for (const [i, [code, message, build]] of rows.entries()) {
    it(`row ${i}: ${code} where ${message.source}`, () => {
      let thrown: unknown = null;
      try {
        build();
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(AdjointError);
      const { code: actual, message: text } = thrown as AdjointError;
      expect(actual).toBe(code);
      expect(text).toMatch(message);
    });
  }

  it('a message names the tensor, its shape and where it was declared', () => {
    const wrong = (): unknown => select(x, { axis: 0, index: 9 });
    expect(wrong).toThrowError(/x {2}\[4, 6\] float32 {2}declared at .*refusals\.test\.ts:\d+/);
  });
});
