import { describe, expect, test } from 'vitest';
import { add, constant, gradient, matmul, mul, scan, tanh, transpose } from 'adjoint';
import type { Expr } from 'adjoint';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import { trimScans } from '../../src/ops/scan-trim.ts';
import { scanBody } from '../../src/ops/scan.ts';
import { postorder } from '../../src/walk.ts';
import type { Float, Point } from './check.ts';
import { checkDerivatives, evaluate, given, numbersFrom, numbersOf, point, weighted } from './check.ts';

const seed = 20;

/** h' = tanh(x W^T + h U^T + b) over [T, N, I]. */
function recurrence(reverse: boolean) {
  return (x: Float, h: Float, w: Float, u: Float, b: Float): Float[] => {
    const { carry, outputs } = scan(
      ({ hidden }, { row }) => {
        const next = tanh(add(add(matmul(row, transpose(w)), matmul(hidden, transpose(u))), b)) as Float;
        return { carry: { hidden: next }, outputs: { next, before: mul(hidden, 2) } };
      },
      { carry: { hidden: h }, inputs: { row: x }, reverse },
    );
    return [carry.hidden, outputs.next, outputs.before];
  };
}

function recurrencePoints(): Point[] {
  const draw = numbersFrom(seed);
  const shapes = { x: [4, 2, 3], h: [2, 3], w: [3, 3], u: [3, 3], b: [3] };
  return Object.entries(shapes).map(([name, shape]) => point(name, shape, draw));
}

describe('scan', () => {
  test('adds up rows, and outputs what it has so far', () => {
    const x = given('x', [4], [1, 2, 3, 4], 'float64');
    for (const [reverse, expected] of [
      [false, [1, 3, 6, 10]],
      [true, [10, 9, 7, 4]],
    ] as const) {
      const { carry, outputs } = scan(
        ({ total }, { row }) => {
          const next = add(total, row);
          return { carry: { total: next }, outputs: { next } };
        },
        { carry: { total: constant(0, 'float64') }, inputs: { row: x.expr }, reverse },
      );
      expect(numbersOf(outputs.next, [x])).toEqual(expected);
      expect(numbersOf(carry.total, [x])).toEqual([10]);
    }
  });

  test.each([false, true])('has first and second derivatives as dual numbers have them (reverse: %s)', (reverse) => {
    checkDerivatives(recurrence(reverse), recurrencePoints(), numbersFrom(seed + 1));
  });

  test('gathers the gradients of captured matrices by one product after the loop', () => {
    const points = recurrencePoints();
    const inputs = points.map(({ expr }) => expr) as [Float, Float, Float, Float, Float];
    const { value } = weighted(recurrence(false)(...inputs), numbersFrom(seed));
    const [dw] = trimScans(expandGradients([gradient(value, inputs[2])]));
    const products = postorder([dw as Expr]).filter(({ op, shape }) => op.name === 'matmul' && shape[0] === 3);
    expect(products.map(({ args }) => args.map(({ shape }) => shape))).toEqual([[[3, 8], [8, 3]]]);
  });

  test('is trimmed to what is read, with the same values', () => {
    const points = recurrencePoints();
    const inputs = points.map(({ expr }) => expr) as [Float, Float, Float, Float, Float];
    const { value, points: weights } = weighted(recurrence(false)(...inputs), numbersFrom(seed));
    const roots = expandGradients([value, ...gradient(value, inputs.slice(2))]);
    const trim = trimScans(roots);
    const all = [...points, ...weights];
    expect(evaluate(trim, all)).toEqual(evaluate(roots, all));
    const [forward, back] = postorder(trim)
      .filter(({ op }) => op.name === 'scan')
      .map(scanBody);
    expect([forward?.carries, forward?.outputs, back?.inputs].map((list) => list?.length)).toEqual([1, 3, 4]);
    const [alone] = trimScans([recurrence(false)(...inputs)[0] as Expr]);
    expect(scanBody(alone?.args[0] as Expr).outputs).toEqual([]);
  });
});

