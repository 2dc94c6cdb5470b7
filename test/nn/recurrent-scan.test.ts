import { describe, expect, test } from 'vitest';
import {
  add,
  byMode,
  cast,
  checkpoint,
  constant,
  gradient,
  input,
  matmul,
  mul,
  scan,
  state,
  sum,
  tanh,
  transpose,
  withGradient,
  withUpdate,
} from 'adjoint';
import type { Expr } from 'adjoint';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import { trimScans } from '../../src/ops/scan-trim.ts';
import { scanBody } from '../../src/ops/scan.ts';
import { Streams, resolveModes } from '../../src/resolve.ts';
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

  test.each([false, true])(
    'has first and second derivatives as dual numbers have them (reverse: %s)',
    (reverse) => {
      checkDerivatives(recurrence(reverse), recurrencePoints(), numbersFrom(seed + 1));
    },
  );

  test('gathers the gradients of captured matrices by one product after the loop', () => {
    const points = recurrencePoints();
    const inputs = points.map(({ expr }) => expr) as [Float, Float, Float, Float, Float];
    const { value } = weighted(recurrence(false)(...inputs), numbersFrom(seed));
    const [dw] = trimScans(expandGradients([gradient(value, inputs[2])]));
    const products = postorder([dw as Expr]).filter(
      ({ op, shape }) => op.name === 'matmul' && shape[0] === 3,
    );
    expect(products.map(({ args }) => args.map(({ shape }) => shape))).toEqual([
      [
        [3, 8],
        [8, 3],
      ],
    ]);
  });

  /** Each body with the points that its derivatives are checked at. */
  const bodies: Readonly<Record<string, { shapes: number[][]; build: (...inputs: Float[]) => Float[] }>> = {
    'a captured factor, added up in a carry': {
      shapes: [[5, 3], [3], [3]],
      build: (x, factor, start) => {
        const { carry } = scan(
          ({ state }, { row }) => ({ carry: { state: tanh(add(mul(state, factor), row)) } }),
          { carry: { state: start }, inputs: { row: x } },
        );
        return [carry.state];
      },
    },
    'two carries that exchange places, and a captured function of an outer value': {
      shapes: [[3, 2], [2], [2]],
      build: (x, a, b) => {
        const scale = tanh(a);
        const { carry, outputs } = scan(
          ({ p, q }, { row }) => ({
            carry: { p: q, q: mul(mul(p, row), scale) },
            outputs: { product: mul(p, q) },
          }),
          { carry: { p: a, q: b }, inputs: { row: x } },
        );
        return [carry.p, carry.q, outputs.product];
      },
    },
    'a batch of captured matrices on the left': {
      shapes: [
        [3, 2, 3, 2],
        [2, 3, 3],
        [2, 3, 2],
      ],
      build: (x, m, start) => {
        const { carry } = scan(
          ({ state }, { row }) => ({ carry: { state: tanh(add(matmul(m, state), row)) as Float } }),
          { carry: { state: start }, inputs: { row: x } },
        );
        return [carry.state];
      },
    },
    'a loop inside a loop': {
      shapes: [[2, 3, 2], [2], [2, 2]],
      build: (x, start, w) => {
        const { carry, outputs } = scan(
          ({ outer }, { rows }) => {
            const inside = scan(
              ({ inner }, { row }) => {
                const next = tanh(add(matmul(inner, w), mul(row, outer))) as Float;
                return { carry: { inner: next }, outputs: { next } };
              },
              { carry: { inner: outer }, inputs: { row: rows }, reverse: true },
            );
            return { carry: { outer: inside.carry.inner }, outputs: { all: inside.outputs.next } };
          },
          { carry: { outer: start }, inputs: { rows: x } },
        );
        return [carry.outer, outputs.all];
      },
    },
    'a derivative inside the body, by the carry and by an outer value': {
      shapes: [[3, 2], [2], [2]],
      build: (x, start, w) => {
        const { carry } = scan(
          ({ state }, { row }) => {
            const energy = sum(tanh(mul(mul(state, row), w))) as Expr<[], 'float64'>;
            const [slope, other] = gradient(energy, [state, w]);
            return { carry: { state: add(mul(slope, state), other) } };
          },
          { carry: { state: start }, inputs: { row: x } },
        );
        return [carry.state];
      },
    },
    'a checkpoint, and a derivative given by hand': {
      shapes: [[3, 2], [2], [2]],
      build: (x, start, w) => {
        const { carry } = scan(
          ({ state }, { row }) => {
            const again = checkpoint((value: Float) => tanh(mul(value, w)), state);
            const scaled = withGradient(mul(again, w), [again, w], (g) => [mul(g, w), mul(g, again)]);
            return { carry: { state: add(scaled, row) } };
          },
          { carry: { state: start }, inputs: { row: x } },
        );
        return [carry.state];
      },
    },
    'no inputs, a counted length, and a carry that is an integer': {
      shapes: [[2]],
      build: (start) => {
        const { carry } = scan(
          ({ state, step }) => ({
            carry: { state: tanh(mul(state, cast(add(step, 2), 'float64'))), step: add(step, 1) },
          }),
          { carry: { state: start, step: constant(0, 'int32') as Expr<[], 'int32'> }, length: 3 },
        );
        return [carry.state as Float];
      },
    },
  };
  test.each(Object.entries(bodies))('differentiates twice: %s', (_, { shapes, build }) => {
    const draw = numbersFrom(seed);
    const points = shapes.map((shape, i) => point(`x${i}`, shape, draw));
    checkDerivatives(build, points, draw);
  });

  test('resolves modes outside of the loop', () => {
    const x = given('x', [3], [1, 2, 3], 'float64');
    const { carry } = scan(
      ({ total }, { row }) => ({ carry: { total: add(total, byMode(row, mul(row, 10))) } }),
      {
        carry: { total: constant(0, 'float64') },
        inputs: { row: x.expr },
      },
    );
    const modes = (['train', 'evaluate'] as const).map((mode) => {
      const { exprs } = resolveModes(mode, [{ name: 'total', expr: carry.total }], new Streams());
      return numbersOf(exprs[0] as Expr, [x])[0];
    });
    expect(modes).toEqual([6, 60]);
  });

  test('refuses carries that change, inputs of unlike length, no length, and updates of state', () => {
    const x = input('x', [3, 2], 'float64');
    const y = input('y', [4, 2], 'float64');
    const counter = state('counter', [2], { dtype: 'float64' });
    const start = input('start', [2], 'float64');
    const loop = (body: (carry: Float, row: Float) => Float, inputs: Record<string, Float>) => () =>
      scan(({ h }, rows) => ({ carry: { h: body(h, rows['x'] as Float) } }), {
        carry: { h: start as Float },
        inputs,
      });
    expect(loop((h) => sum(h, { axis: 0 }), { x })).toThrow(/E-SHAPE-SAME.*carry h changes/s);
    expect(loop((h) => h, { x, y })).toThrow(/E-SHAPE-SAME.*leading sizes/s);
    expect(loop((h) => h, {})).toThrow(/E-ATTRIBUTE.*how many iterations/s);
    expect(loop((h, row) => withUpdate(add(h, row), counter, add(h, row)), { x })).toThrow(
      /E-PROGRAM.*state/s,
    );
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
    expect([forward?.carries, forward?.outputs].map((list) => list?.length)).toEqual([1, 3]);
    // Neither the matrices nor the bias are added up in a carry: stacks of what they receive are there.
    expect([back?.carries, back?.inputs, back?.outputs].map((list) => list?.length)).toEqual([1, 3, 1]);
    const [alone] = trimScans([recurrence(false)(...inputs)[0] as Expr]);
    expect(scanBody(alone?.args[0] as Expr).outputs).toEqual([]);
  });
});
