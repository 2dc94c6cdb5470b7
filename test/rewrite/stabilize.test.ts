import { describe, expect, test } from 'vitest';
import {
  add,
  constant,
  div,
  exp,
  gradient,
  input,
  log,
  log1p,
  mean,
  mul,
  neg,
  sigmoid,
  softmax,
  sqrt,
  square,
  sub,
  sum,
} from '../../src/index.ts';
import type { Expr } from '../../src/index.ts';
import { doubleDoubleAlgebra, toNumber } from '../../src/algebra/double-double.ts';
import type { DoubleDouble } from '../../src/algebra/double-double.ts';
import { float64Algebra } from '../../src/algebra/float64.ts';
import type { Algebra } from '../../src/algebra/algebra.ts';
import { must } from '../../src/errors.ts';
import { interpret } from '../../src/interpret.ts';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import type { Firing } from '../../compiler/rewrite/rewrite.ts';
import type { Float } from '../../compiler/rewrite/rule.ts';
import { stable } from '../../compiler/stabilize/rules.ts';
import { stabilize } from '../../compiler/stabilize/stabilize.ts';
import { drawFrom, uniformIn } from '../../compiler/verify/draw.ts';

const seed = 3;
const x = input('x', [4], 'float64') as unknown as Float;
const one = constant(1, 'float64') as unknown as Float;

/** Spellings that a user may choose, by the rule that makes them safe first. */
const spellings: Readonly<Record<string, (x: Float) => Float>> = {
  'log-one-plus': (z) => log(add(1, z)),
  'log-one-minus': (z) => log(sub(1, z)),
  'exp-minus-one': (z) => sub(exp(z), 1),
  'exp-plus-minus-one': (z) => add(-1, exp(z)),
  sigmoid: (z) => div(1, add(1, exp(neg(z)))),
  'sigmoid-neg': (z) => div(one, add(exp(z), 1)) as Float,
  'sigmoid-quotient': (z) => div(exp(z), add(exp(z), 1)),
  'one-minus-sigmoid': (z) => sub(1, sigmoid(z)),
  'log-sigmoid': (z) => log(sigmoid(z)),
  'log-one-minus-sigmoid': (z) => log1p(neg(sigmoid(z))),
  'log1p-exp': (z) => log(add(exp(z), 1)),
  'sqrt-square': (z) => sqrt(mul(z, z)),
  'log-softmax': (z) => log(softmax(z)),
  'log-sum-exp': (z) => log(sum(exp(z)) as Float),
  'variance-in-two-passes': (z) => sub(mean(mul(z, z)), square(mean(z))) as Float,
};

/** Where elements are drawn: near 0, where digits cancel; at everyday sizes; and where exponentials overflow. */
const ranges: readonly (readonly [number, number])[] = [
  [-1e-6, 1e-6],
  [-3, 3],
  [-40, 40],
  [-800, 800],
  [1e5, 1e5 + 1],
];
const everyday = 1;

/** What the error may exceed that of the spelling by, in units of 2^-53: a few roundings of the result or the operands. */
const roundings = 8;
/** Results that are differences of operands of this size are only that accurate, however they are spelled. */
const differences: ReadonlySet<string> = new Set(['log-softmax', 'log-sum-exp']);

function evaluate<T>(k: Algebra<T>, root: Expr, elements: readonly number[]): readonly T[] {
  const slots = new Map([[must(x.slot, 'slot'), elements.map((value) => k.constant(value))]]);
  const [result] = interpret(k, expandGradients([root]), { slots, sizes: {} });
  return must(result, 'result').data;
}

function stabilized(root: Expr): { readonly root: Expr; readonly firings: readonly Firing[] } {
  const firings: Firing[] = [];
  const [result] = stabilize([root], (firing) => firings.push(firing));
  return { root: must(result, 'root'), firings };
}

const error = (value: number, truth: DoubleDouble): number => Math.abs(value - truth.high - truth.low);

/** The elements where `safe` is less accurate than `plain`, by more than a few roundings of numbers of size `scale`. */
function lessAccurate(plain: Expr, safe: Expr, elements: readonly number[], scale: number): string[] {
  const truth = evaluate(doubleDoubleAlgebra, safe, elements);
  const before = evaluate(float64Algebra, plain, elements);
  const after = evaluate(float64Algebra, safe, elements);
  return truth.flatMap((exact, i) => {
    const [was, is] = [must(before[i], 'element'), must(after[i], 'element')];
    if (Number.isNaN(exact.high) || Object.is(is, exact.high)) return [];
    const rounding = roundings * 2 ** -53 * Math.max(Math.abs(exact.high), scale);
    const allowed = (Number.isFinite(was) ? error(was, exact) : 0) + rounding;
    if (error(is, exact) <= allowed) return [];
    return [`${is}, was ${was}, is truly ${toNumber(exact)} at ${elements.join(' ')}`];
  });
}

test('every equation of the stabilizer has a spelling here', () => {
  expect(Object.keys(spellings).toSorted()).toEqual(stable.map(({ name }) => name).toSorted());
});

describe.each(Object.entries(spellings))('%s', (name, spell) => {
  const plain = spell(x) as Expr;
  const { root: safe, firings } = stabilized(plain);

  test('fires, and tells the line of the user', () => {
    const used = firings.find(({ rule }) => rule === name);
    expect(used?.node.origin?.site()).toMatch(/stabilize\.test\.ts:\d+$/);
    expect(safe.origin?.site()).toBe(plain.origin?.site());
    expect([safe.shape, safe.dtype]).toEqual([plain.shape, plain.dtype]);
  });

  test(`is the same function (seed ${seed})`, () => {
    const draw = drawFrom(seed);
    for (let round = 0; round < 20; round++) {
      const elements = Array.from({ length: 4 }, () => uniformIn(draw, ...must(ranges[everyday], 'range')));
      const [before, after] = [plain, safe].map((root) => evaluate(doubleDoubleAlgebra, root, elements));
      before?.forEach((value, i) => {
        const other = must(after?.[i], 'element');
        if (!Number.isNaN(value.high))
          expect(toNumber(doubleDoubleAlgebra.sub(value, other))).toBeCloseTo(0, 25);
      });
    }
  });

  test(`is never less accurate, and finite where the function is (seed ${seed})`, () => {
    const draw = drawFrom(seed);
    for (const [low, high] of ranges) {
      for (let round = 0; round < 40; round++) {
        const elements = Array.from({ length: 4 }, () => uniformIn(draw, low, high));
        const scale = differences.has(name) ? Math.max(...elements.map(Math.abs)) : 0;
        expect(lessAccurate(plain, safe, elements, scale)).toEqual([]);
      }
    }
  });

  test(`has derivatives as accurate, to a few roundings of 1 (seed ${seed})`, () => {
    const draw = drawFrom(seed);
    const [before, after] = [plain, safe].map((root) => gradient(sum(root as Float) as never, x) as Expr);
    for (const [low, high] of ranges) {
      const elements = Array.from({ length: 4 }, () => uniformIn(draw, low, high));
      const scale = Math.max(1, ...elements.map(Math.abs));
      const wrong = lessAccurate(must(before, 'gradient'), must(after, 'gradient'), elements, scale);
      expect(wrong).toEqual([]);
    }
  });
});
