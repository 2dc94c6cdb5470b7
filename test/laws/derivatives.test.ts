import { describe, expect, it } from 'vitest';
import { expandGradients } from '../../compiler/differentiate/expand.ts';
import {
  AdjointError,
  add,
  argmax,
  constant,
  exp,
  gradient,
  hessian,
  hvp,
  jacobian,
  jvp,
  mul,
  sin,
  square,
  stopGradient,
  sum,
  vjp,
} from 'adjoint';
import type { Expr } from 'adjoint';
import type { Shape } from '../../src/shape-types.ts';
import { operators } from '../../src/ops/registry.ts';
import { postorder } from '../../src/walk.ts';
import { close, numbers, v, values, w, x } from './variables.ts';
import type { Vector } from './variables.ts';

type Loose = Expr<Shape, 'float64'>;

/** Elementwise (x^2 sin x)' and its derivatives, by hand. */
const curve = (z: Vector): Vector => mul(square(z), sin(z));
const slope = (z: number): number => 2 * z * Math.sin(z) + z * z * Math.cos(z);
const bend = (z: number): number => 2 * Math.sin(z) + 4 * z * Math.cos(z) - z * z * Math.sin(z);
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
