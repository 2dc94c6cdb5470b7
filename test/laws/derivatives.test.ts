import { describe, expect, it } from 'vitest';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import {
  AdjointError,
  add,
  argmax,
  checkpoint,
  constant,
  exp,
  gradient,
  hessian,
  hvp,
  input,
  jacobian,
  jvp,
  mul,
  neg,
  parameter,
  sin,
  square,
  stopGradient,
  sum,
  tanh,
  vjp,
  withGradient,
} from 'adjoint';
import type { Expr } from 'adjoint';
import type { Shape } from '../../src/shape-types.ts';
import { operators } from '../../src/ops/registry.ts';
import { postorder } from '../../src/walk.ts';
import type { Operand } from './draw.ts';
import { evaluate } from './measure.ts';

type Vector = Expr<readonly [3], 'float64'>;
type Loose = Expr<Shape, 'float64'>;

const numbers = { x: [0.5, -1.25, 2], w: [0.3, 0.8, -0.6], v: [1, -2, 0.5] } as const;
const x = input('x', [3], 'float64');
const w = parameter('w', [3], { dtype: 'float64' });
const v = input('v', [3], 'float64');
const operands: readonly Operand[] = [x, w, v].flatMap((leaf, i): Operand[] =>
  leaf.slot ? [{ leaf, slot: leaf.slot, data: Object.values(numbers)[i] ?? [] }] : [],
);
const values = (...roots: readonly Expr[]): readonly (readonly number[])[] => evaluate(roots, operands);

/** Elementwise (x^2 sin x)' and its derivatives, by hand. */
const curve = (z: Vector): Vector => mul(square(z), sin(z));
const slope = (z: number): number => 2 * z * Math.sin(z) + z * z * Math.cos(z);
const bend = (z: number): number => 2 * Math.sin(z) + 4 * z * Math.cos(z) - z * z * Math.sin(z);
const close = (actual: readonly number[] | undefined, expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(actual?.[i]).toBeCloseTo(value, 12));
};
const diagonalOf = (entries: readonly number[]): number[] =>
  entries.flatMap((entry, i) => entries.map((_, j) => (i === j ? entry : 0)));

describe('derivatives as expressions', () => {
  it('vjp weights the derivative of each element; jvp moves along a direction', () => {
    const [pulled, pushed] = values(vjp(curve(x), x, v), jvp(curve(x), x, v));
    const expected = numbers.x.map((z, i) => slope(z) * (numbers.v[i] ?? 0));
    close(pulled, expected);
    close(pushed, expected);
  });

  it('jvp moves along several variables at once', () => {
    const [moved] = values(jvp(mul(x, w), [x, w], [v, x]));
    close(
      moved,
      numbers.x.map((z, i) => (numbers.v[i] ?? 0) * (numbers.w[i] ?? 0) + z * z),
    );
  });

  it('jvp of jvp is the second derivative along both directions', () => {
    const [second] = values(jvp(jvp(curve(x), x, v), x, v));
    close(
      second,
      numbers.x.map((z, i) => bend(z) * (numbers.v[i] ?? 0) ** 2),
    );
  });

  it('the weights of vjp count as constants', () => {
    const [twice] = values(vjp(square(x), x, x));
    close(
      twice,
      numbers.x.map((z) => 2 * z * z),
    );
  });

  it('hvp multiplies the Hessian with a direction, across variables', () => {
    const value = sum(mul(square(x), w));
    const [byX, byW] = values(...hvp(value, [x, w], [v, v]));
    close(
      byX,
      numbers.x.map((z, i) => 2 * (numbers.v[i] ?? 0) * ((numbers.w[i] ?? 0) + z)),
    );
    close(
      byW,
      numbers.x.map((z, i) => 2 * z * (numbers.v[i] ?? 0)),
    );
  });

  it('jacobian and hessian have the axes of the value, then those of the variable', () => {
    const [first, second] = [jacobian(curve(x), x), hessian(sum(curve(x)), x)];
    expect([first.shape, second.shape]).toEqual([
      [3, 3],
      [3, 3],
    ]);
    const [slopes, bends] = values(first, second);
    close(slopes, diagonalOf(numbers.x.map(slope)));
    close(bends, diagonalOf(numbers.x.map(bend)));
  });

  it('what a value does not depend on has a zero derivative', () => {
    const [none, stopped] = values(gradient(sum(x), w), gradient(sum(stopGradient(square(x))), x));
    close(none, [0, 0, 0]);
    close(stopped, [0, 0, 0]);
  });

  it('a variable may be any node', () => {
    const inner = square(x);
    const [outer] = values(gradient(sum(exp(inner)), inner));
    close(
      outer,
      numbers.x.map((z) => Math.exp(z * z)),
    );
  });

  it('a variable that is declared after the value is differentiated too', () => {
    const value = sum(mul(x, w));
    const [first, second] = values(gradient(value, w), gradient(value, x));
    close(first, numbers.x);
    close(second, numbers.w);
  });
});

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

describe('what has no derivative', () => {
  it('these operators alone, because differentiation removes them or looks at them itself', () => {
    const without = operators.filter(({ vjp: rule }) => rule === null).map(({ name }) => name);
    expect(without.toSorted()).toEqual(['byMode', 'checkpoint', 'gradient', 'scanCotangent', 'withUpdate']);
  });

  it('a gradient that meets an operator without derivative names it', () => {
    const [anyOperator] = operators;
    if (!anyOperator) throw new Error('there are no operators');
    const stubborn = { ...sin.op, name: 'stubborn', vjp: null };
    const value = add(sum(sin(x)), constant(0, 'float64'));
    const replaced = postorder([value]).reduce<Map<Expr, Expr>>((made, node) => {
      const args = node.args.map((arg) => made.get(arg) ?? arg);
      return made.set(
        node,
        Object.assign(Object.create(Object.getPrototypeOf(node)), node, {
          args,
          op: node.op.name === 'sin' ? stubborn : node.op,
        }) as Expr,
      );
    }, new Map());
    const root = replaced.get(value) as Expr<[], 'float64'>;
    const leaf = replaced.get(x) as Loose;
    expect(() => expandGradients([gradient(root, leaf)])).toThrowError(AdjointError);
    expect(() => expandGradients([gradient(root, leaf)])).toThrowError(
      /^E-DERIVATIVE {2}stubborn has no derivative/,
    );
  });

  it('whole numbers pass no derivative', () => {
    const [none] = values(gradient(sum(mul(x, argmax(x).cast('float64'))), x));
    close(none, [2, 2, 2]);
  });

  it('a gradient needs a scalar and floats', () => {
    expect(() => gradient(x as unknown as Expr<[], 'float64'>, x)).toThrowError(/E-LOSS-SCALAR/);
    expect(() => vjp(x, argmax(x) as unknown as Loose, v)).toThrowError(/E-DTYPE-FLOAT/);
  });
});
