import { describe, expect, test } from 'vitest';
import { input } from '../../src/index.ts';
import type { Expr } from '../../src/index.ts';
import type { DType } from '../../src/dtype.ts';
import { AdjointError } from '../../src/errors.ts';
import { constant } from '../../src/ops/leaves.ts';
import { broadcastTo } from '../../src/ops/broadcast.ts';
import { Merging } from '../../compiler/rewrite/policy.ts';
import type { HoleKind, Law } from '../../compiler/rewrite/rule.ts';
import { allRules } from '../../compiler/rewrite/stages.ts';
import { totalWork } from '../../compiler/rewrite/work.ts';
import { mapGraph, postorder, rebuild } from '../../src/walk.ts';
import { drawFrom } from '../../compiler/verify/draw.ts';
import { must } from '../../src/errors.ts';
import { compiled, meaning, sameBits } from './run.ts';
import { element, tame } from './values.ts';

const seed = 20261;
const rounds = 4;
const constants = [2, -3, 0.5, -0];
const shapes: readonly (readonly number[])[] = [[], [5], [2, 3, 2]];
const numbers: readonly DType[] = ['float32', 'float64', 'int32'];

/** Both sides of a law over inputs, and the inputs. */
interface Instance {
  readonly left: Expr;
  readonly right: Expr;
  readonly inputs: readonly Expr[];
}

function hole(kind: HoleKind, name: string, shape: readonly number[], dtype: DType, value: number): Expr {
  if (kind === 'constant') return broadcastTo(constant(value, dtype), shape) as Expr;
  return input(name, [...shape], kind === 'bool' ? 'bool' : dtype) as Expr;
}

/** The law over tensors of `shape` and `dtype`, or null where an operator or a hole refuses the dtype. */
function instance(law: Law, shape: readonly number[], dtype: DType, value: number): Instance | null {
  const tag = `${dtype}_${shape.join('x')}_${constants.indexOf(value)}`;
  if (law.holes.includes('float') && dtype === 'int32') return null;
  const holes = law.holes.map((kind, i) => hole(kind, `h${i}_${tag}`, shape, dtype, value));
  try {
    const [left, right] = law.sides(...holes);
    return { left, right, inputs: holes.filter(({ slot }) => slot !== null) };
  } catch (error) {
    if (error instanceof AdjointError && error.code === 'E-DTYPE') return null;
    throw error;
  }
}

function instances(law: Law): Instance[] {
  const values = law.holes.includes('constant') ? constants : [2];
  return values.flatMap((value) =>
    numbers.flatMap((dtype) => shapes.flatMap((shape) => instance(law, shape, dtype, value) ?? [])),
  );
}

function dataFor(all: readonly Instance[], draw: (dtype: DType) => number): Record<string, number[]> {
  const data: Record<string, number[]> = {};
  for (const { slot, shape, dtype } of all.flatMap(({ inputs }) => inputs)) {
    const count = shape.reduce<number>((total, size) => total * Number(size), 1);
    if (slot?.kind === 'input') data[slot.name] = Array.from({ length: count }, () => draw(dtype));
  }
  return data;
}

/** The meaning of max and min halves a tie, which rounds subnormal numbers. */
function withoutSubnormals(data: Readonly<Record<string, readonly number[]>>): Record<string, number[]> {
  const normal = (x: number): number => (Math.abs(x) < 2 ** -1022 ? 0 : x);
  return Object.fromEntries(Object.entries(data).map(([name, values]) => [name, values.map(normal)]));
}

const tolerance: Readonly<Record<DType, number>> = { float32: 1e-6, float64: 1e-14, int32: 0, bool: 0 };

const close = (x: number, y: number | undefined, dtype: DType): boolean =>
  y !== undefined && (Object.is(x, y) || Math.abs(x - y) <= tolerance[dtype] * (1 + Math.abs(x)));

const laws = allRules.flatMap(({ law, ...rule }) => (law ? [{ ...rule, law }] : []));

describe.each(laws)('$name', ({ law, exact, apply }) => {
  const all = instances(law);

  test('has two sides of one shape and element type, and the right one costs no more', () => {
    expect(all.length).toBeGreaterThan(0);
    for (const { left, right } of all) {
      expect([right.shape, right.dtype]).toEqual([left.shape, left.dtype]);
      expect(totalWork(postorder([right]))).toBeLessThanOrEqual(totalWork(postorder([left])));
    }
  });

  test('makes the right side of the left one', () => {
    for (const { left, right } of all) {
      const policy = new Merging([left]);
      const one = (root: Expr): Expr =>
        mapGraph([root], (node, args) => policy.stands(rebuild(node, args)))(root);
      const made = apply(one(left), policy);
      expect(made && one(made)).toBe(one(right));
    }
  });

  test(`has ${exact ? 'the same bits' : 'nearly the same values'} on both sides (seed ${seed})`, () => {
    const draw = drawFrom(seed);
    const sides = [...all.map(({ left }) => left), ...all.map(({ right }) => right)];
    const inJavaScript = compiled(sides);
    for (let round = 0; round < rounds; round++) {
      const data = dataFor(all, (dtype) => (exact ? element : tame)(draw, dtype));
      for (const values of [inJavaScript(data), meaning(sides, withoutSubnormals(data))]) {
        all.forEach(({ left: { dtype, shape } }, i) => {
          const [x, y] = [must(values[i], 'left'), must(values[all.length + i], 'right')];
          const equal = exact ? sameBits(x, y) : x.every((value, j) => close(value, y[j], dtype));
          expect(equal, `${dtype} [${shape.join(', ')}]: ${x.join(' ')} and ${y.join(' ')}`).toBe(true);
        });
      }
    }
  });
});
