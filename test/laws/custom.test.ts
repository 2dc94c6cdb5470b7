import { describe, expect, it } from 'vitest';
import { checkpoint, gradient, jvp, mul, neg, sin, square, sum, tanh, withGradient } from 'adjoint';
import type { Expr, Shape } from 'adjoint';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import { postorder } from '../../src/walk.ts';
import { close, numbers, v, values, w, x } from './variables.ts';
import type { Vector } from './variables.ts';

type Loose = Expr<Shape, 'float64'>;

describe('derivatives by hand', () => {
  const reversed = (z: Vector): Vector => withGradient(z, [z], (g) => [neg(g)]);

  it('the rule replaces the derivative of the value, which stays', () => {
    const [value, turned] = values(reversed(square(x)), gradient(sum(reversed(square(x))), x));
    close(
      value,
      numbers.x.map((z) => z * z),
    );
    close(
      turned,
      numbers.x.map((z) => -2 * z),
    );
  });

  it('rules inside rules keep their cotangents apart', () => {
    const outer = withGradient(x, [x], (g) => [withGradient(mul(g, 3), [g], (h) => [mul(h, 5)])]);
    const [once] = values(gradient(sum(mul(outer, w)), x));
    close(
      once,
      numbers.w.map((z) => 3 * z),
    );
    const [twice] = values(gradient(sum(gradient(sum(mul(outer, w)), x)), w));
    close(twice, [5, 5, 5]);
  });

  it('null lets nothing flow', () => {
    const [byX, byW] = values(
      ...gradient(sum(withGradient(mul(x, w), [x, w], (g) => [g, null])), [x, w] as const),
    );
    close(byX, [1, 1, 1]);
    close(byW, [0, 0, 0]);
  });

  it('a rule must name one cotangent for each input', () => {
    expect(() => withGradient(x, [x, w], (g) => [g])).toThrowError(/E-ATTRIBUTE.*1 cotangents for 2 inputs/s);
  });

  it('none of the marks is left after expansion', () => {
    const roots = expandGradients([gradient(sum(reversed(checkpoint((z) => tanh(z), x))), x), reversed(x)]);
    const left = postorder(roots).filter(({ op }) => op.lowering.kind === 'expanded');
    expect(left.map(({ op }) => op.name)).toEqual([]);
  });
});

describe('recomputation', () => {
  const block = (z: Vector): Vector => tanh(mul(w, sin(mul(z, w))));
  const below = mul(x, 1.5);
  const kept = block(block(below));
  const recomputed = checkpoint((z: Vector) => checkpoint(block, checkpoint(block, z)), below);
  const everything = (value: Vector): Expr[] => {
    const total = sum(square(value));
    return [
      value,
      gradient(total, x),
      gradient(total, w),
      gradient(total, below),
      gradient(sum(square(gradient(total, w))), x),
      jvp(total, w, v),
    ];
  };

  it('gives the same values and derivatives, of any order, nested or not', () => {
    const [plain, again] = [values(...everything(kept)), values(...everything(recomputed))];
    plain.forEach((expected, i) => close(again[i], expected));
  });

  it('a node inside has its own derivative', () => {
    let inside: Loose | null = null;
    const value = checkpoint((z: Vector) => {
      const half = sin(z);
      inside = half;
      return mul(half, half);
    }, x);
    if (!inside) throw new Error('the block was not built');
    const [byInside, byX] = values(gradient(sum(value), inside), gradient(sum(value), x));
    close(
      byInside,
      numbers.x.map((z) => 2 * Math.sin(z)),
    );
    close(
      byX,
      numbers.x.map((z) => 2 * Math.sin(z) * Math.cos(z)),
    );
  });

  it('the derivative reads its inputs through a barrier and computes the block twice', () => {
    const count = (f: (z: Vector) => Vector): Record<string, number> => {
      const total = sum(square(f(below)));
      const names = postorder(expandGradients([total, gradient(total, x)])).map(({ op }) => op.name);
      const times = (name: string): number => names.filter((each) => each === name).length;
      return { tanh: times('tanh'), barrier: times('barrier') };
    };
    expect(count(tanh)).toEqual({ tanh: 1, barrier: 0 });
    expect(count((z) => checkpoint(tanh, z))).toEqual({ tanh: 2, barrier: 1 });
  });
});
