/** What layers do to shapes, as types. A rule is a function from `in` to `out`, applied by `Applied`. */
import type { Dim, Shape, ShapeError, Show } from '../shape-types.ts';

export interface Rule {
  readonly in: Shape;
  readonly out: Shape | ShapeError<string>;
}

/** The shape that rule `R` makes of `S`, or an error. */
export type ShapeOf<R extends Rule, S extends Shape> = (R & { readonly in: S })['out'];

/** The result shape; a wide one where the rule does not apply. */
export type Applied<R extends Rule, S extends Shape> =
  ShapeOf<R, S> extends infer T extends Shape ? T : Shape;

/** `unknown` where the rule takes `S`, else the error. */
export type Accepts<R extends Rule, S extends Shape> = ShapeOf<R, S> extends Shape ? unknown : ShapeOf<R, S>;

/** The same shape. */
export interface SameRule extends Rule {
  readonly out: this['in'];
}

type Compatible<A extends Dim, B extends Dim> = number extends A
  ? true
  : string extends A
    ? true
    : A extends B
      ? true
      : number extends B
        ? true
        : false;

type LastChanged<S extends Shape, I extends Dim, O extends Dim> = number extends S['length']
  ? Shape
  : S extends readonly [...infer L extends Shape, infer C extends Dim]
    ? Compatible<C, I> extends true
      ? [...L, O]
      : ShapeError<`the last size of ${Show<S>} is not ${I}`>
    : ShapeError<'a scalar has no last axis'>;

/** The last size from `I` to `O`. */
export interface LastRule<I extends Dim, O extends Dim> extends Rule {
  readonly out: LastChanged<this['in'], I, O>;
}

/** The rule of a layer. */
export type RuleOf<L> = L extends { readonly rule?: infer R }
  ? NonNullable<R> extends Rule
    ? NonNullable<R>
    : never
  : never;

type Chain<Layers extends readonly unknown[], S> = Layers extends readonly [infer H, ...infer T]
  ? S extends Shape
    ? Chain<T, ShapeOf<RuleOf<H>, S>>
    : S
  : S;
type ChainOut<Layers extends readonly unknown[], S extends Shape> =
  Chain<Layers, S> extends infer R extends Shape | ShapeError<string> ? R : Shape;

/** One layer after the other. */
export interface ChainRule<Layers extends readonly unknown[]> extends Rule {
  readonly out: ChainOut<Layers, this['in']>;
}
