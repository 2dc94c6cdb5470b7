import { describe, expect, it } from 'vitest';
import { isFloat } from '../../src/dtype.ts';
import type { Expr } from '../../src/expr.ts';
import { operators } from '../../src/ops/registry.ts';
import { vjp } from '../../src/ops/derivatives.ts';
import type { Shape } from '../../src/shape-types.ts';
import { compositions } from './compositions.ts';
import type { Operand } from './draw.ts';
import { Draw, applyExample, drawOperands, lawCases, operand } from './draw.ts';
import { runLowering } from './lowering.ts';
import { countOf, evaluate, relative } from './measure.ts';

type Float = Expr<Shape, 'float64'>;

const specials: readonly number[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1,
  -1,
  0.5,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  Number.MIN_VALUE,
  -1e-310,
  1e300,
  -745.5,
];

/** The same operands with special values in place of every float; round by round each place sees other ones. */
function withSpecials(operands: readonly Operand[], round: number): Operand[] {
  return operands.map(({ leaf, data }, i) => {
    const shape = leaf.shape as readonly number[];
    const at = (j: number): number => specials[(j * 3 + i * 5 + round * (2 * i + 1)) % specials.length] ?? 0;
    const elements = isFloat(leaf.dtype) ? data.map((_, j) => at(j)) : data;
    return operand(`x${i}`, { shape, dtype: leaf.dtype }, elements);
  });
}

/** Where both sides keep their digits: the kernels promise no more, and the meaning of fmod subtracts a product. */
const limits: Readonly<Record<string, (x: number, y: number) => boolean>> = {
  sin: (x) => !(Math.abs(x) > 2 ** 30),
  cos: (x) => !(Math.abs(x) > 2 ** 30),
  tan: (x) => !(Math.abs(x) > 2 ** 30),
  fmod: (x, y) => !(Math.abs(x / y) > 2 ** 20),
};

const rounds = specials.map((_, round) => round);

describe('NaN, infinities, signed zeros and the ends of the range', () => {
  for (const { op, example, label } of lawCases(operators)) {
    it(`${label}: the kernel computes what the meaning says`, () => {
      for (const round of rounds) {
        const operands = withSpecials(drawOperands(op, example, Draw.of(label)), round);
        const node = applyExample(op, example, operands);
        const elements = operands.map(({ data }) => data);
        const computed = runLowering(node, elements) ?? [];
        const [expected = []] = evaluate([node], operands);
        const holds = limits[op.name] ?? (() => true);
        computed.forEach((actual, i) => {
          if (!holds(elements[0]?.[i] ?? 0, elements[1]?.[i] ?? 1)) return;
          const message = `element ${i} for ${JSON.stringify(elements.map((data) => data.map(String)))}: ${actual}`;
          expect(relative(actual, expected[i] ?? Number.NaN), message).toBeLessThan(1e-13);
        });
      }
    });
  }

  for (const [i, { name, operands: specs, build }] of compositions.entries()) {
    it(`${name}, row ${i}: values and gradients are computed`, () => {
      const drawn = drawOperands(
        { ...operators[0] } as (typeof operators)[number],
        { operands: specs, attrs: {} },
        Draw.of(name),
      );
      for (const round of rounds) {
        const operands = withSpecials(drawn, round);
        const value = build(...operands.map(({ leaf }) => leaf));
        const floats = operands.map(({ leaf }) => leaf).filter(({ dtype }) => isFloat(dtype));
        const gradients = isFloat(value.dtype) ? vjp(value as Float, floats, value as Float) : [];
        const results = evaluate([value, ...gradients], operands);
        expect(results.map((data) => data.length)).toEqual([value, ...gradients].map(countOf));
      }
    });
  }
});
