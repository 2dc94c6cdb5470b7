import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, input, mul, sub } from 'adjoint';
import type { Expr, Shape } from 'adjoint';
import { compositions, elementwiseCompositions } from './compositions.ts';
import { Draw, lawSeed, operand } from './draw.ts';
import { compositionLaws } from './laws.ts';
import { evaluate, pointAt } from './measure.ts';

type Float = Expr<Shape, 'float64'>;

/** Three shapes that broadcast to one, and that one. */
const broadcastable = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }).chain((full) =>
  fc
    .array(
      fc.tuple(
        fc.integer({ min: 0, max: full.length }),
        fc.array(fc.boolean(), { minLength: full.length, maxLength: full.length }),
      ),
      { minLength: 3, maxLength: 3 },
    )
    .map((cuts) => ({
      full,
      shapes: cuts.map(([from, ones]) => full.map((size, i) => (ones[i] ? 1 : size)).slice(from)),
    })),
);

/** The element of a broadcast tensor at a place of the whole. */
function elementAt(data: readonly number[], shape: readonly number[], place: readonly number[]): number {
  const own = place.slice(place.length - shape.length);
  const flat = shape.reduce((at, size, i) => at * size + (size === 1 ? 0 : (own[i] ?? 0)), 0);
  return data[flat] ?? Number.NaN;
}

function placesOf(shape: readonly number[]): number[][] {
  return shape.reduce<number[][]>(
    (places, size) => places.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i])),
    [[]],
  );
}

describe(`shapes, with operands drawn from seed ${lawSeed}`, () => {
  it('chains of operators broadcast as NumPy does, and gradients come back in the shapes of the operands', () => {
    fc.assert(
      fc.property(broadcastable, ({ shapes }) => {
        const draw = new Draw(lawSeed);
        const operands = shapes.map((shape, i) =>
          operand(`x${i}`, { shape }, draw.directions(shape.reduce((a, b) => a * b, 1))),
        );
        const [x, y, z] = operands.map(({ leaf }) => leaf as Float);
        if (!x || !y || !z) throw new Error('there are three operands');
        const value = sub(mul(add(x, y), z), y) as Float;
        const whole = placesOf(value.shape as readonly number[]);
        const expected = whole.map((place) => {
          const [a = 0, b = 0, c = 0] = operands.map(({ data }, i) =>
            elementAt(data, shapes[i] ?? [], place),
          );
          return (a + b) * c - b;
        });
        expect(evaluate([value], operands)[0]).toEqual(expected);
        const point = pointAt(value, operands, draw);
        expect(compositionLaws.map(({ fault }) => fault(point))).toEqual(compositionLaws.map(() => null));
      }),
      { seed: lawSeed, numRuns: 60 },
    );
  });

  for (const [i, { name, operands, build }] of elementwiseCompositions.entries()) {
    it(`${name}, row ${i}: takes scalars, single elements and empty tensors`, () => {
      const [spec] = operands;
      for (const shape of [[], [1], [0, 2], [2, 1, 2]]) {
        const draw = Draw.of(name);
        const [low, high] = spec?.range ?? [-2, 2];
        const size = shape.reduce((a, b) => a * b, 1);
        const data = Array.from({ length: size }, () => draw.between(low, high));
        const x = operand('x', { shape }, data);
        const value = build(x.leaf);
        expect(value.shape).toEqual(shape);
        const point = pointAt(value, [x], draw);
        expect(compositionLaws.map(({ fault }) => fault(point))).toEqual(compositionLaws.map(() => null));
      }
    });

    it(`${name}, row ${i}: keeps named sizes`, () => {
      expect(build(input('x', ['N', 3], 'float64')).shape).toEqual(['N', 3]);
    });
  }

  it('float32 operands give float32 results', () => {
    const wrong = compositions.flatMap(({ name, operands, build }) => {
      const leaves = operands.map(({ shape, dtype = 'float64' }, i) =>
        input(`x${i}`, shape, dtype === 'float64' ? 'float32' : dtype),
      );
      return build(...leaves).dtype === 'float64' ? [name] : [];
    });
    expect(wrong).toEqual([]);
  });
});
