/** What layers do to shapes, as types. A rule is a function from `in` to `out`, applied by `Applied`. */
import type { Dim, Same, Shape, ShapeError, Show } from '../shape-types.ts';

/** The last size that a layer takes and the one that it gives; `'same'` where it keeps any; null if unknown. */
export type LastSizes = readonly [takes: Dim, gives: Dim] | 'same' | null;

export interface Rule {
  /** The shape that goes in, once the rule is applied; rules read it by `Input<this>`. */
  readonly in: unknown;
  readonly out: Shape | ShapeError<string>;
  /** What is known of the last axis without an input. */
  readonly last?: LastSizes;
}

/** A layer of which types tell nothing; its shapes are checked when the program is declared. */
export interface OpenRule extends Rule {
  readonly out: Shape;
}

/** The shape that a rule is applied to: wide while it is not. */
export type Input<R extends Rule> = R['in'] extends infer S extends Shape ? S : Shape;

/** The shape that rule `R` makes of `S`, or an error. */
export type ShapeOf<R extends Rule, S extends Shape> = (R & { readonly in: S })['out'];

/** The result shape; a wide one where the rule does not apply. */
export type Applied<R extends Rule, S extends Shape> =
  ShapeOf<R, S> extends infer T extends Shape ? T : Shape;

/** `unknown` where the rule takes `S`, else the error. */
export type Accepts<R extends Rule, S extends Shape> = ShapeOf<R, S> extends Shape ? unknown : ShapeOf<R, S>;

/** The same shape. */
export interface SameRule extends Rule {
  readonly last: 'same';
  readonly out: Input<this>;
}

/** Whether a size of a shape may be the one that a layer takes. */
export type Compatible<A extends Dim, B extends Dim> = number extends A
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
  readonly last: readonly [I, O];
  readonly out: LastChanged<Input<this>, I, O>;
}

/** The last axis at half its size; what is odd is found when the program is declared. */
export interface HalfRule extends Rule {
  readonly out: number extends Input<this>['length']
    ? Shape
    : Input<this> extends readonly [...infer L extends Shape, Dim]
      ? [...L, number]
      : ShapeError<'a scalar has no last axis'>;
}

/** The first axis, and all others joined; their product is worked out when the program is declared. */
export interface FlattenRule extends Rule {
  readonly out: Flattened<Input<this>>;
}
type Flattened<S extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [infer N extends Dim, infer C extends Dim]
    ? [N, C]
    : S extends readonly [infer N extends Dim, ...Shape]
      ? [N, Dim]
      : ShapeError<'a scalar has no axis to keep'>;

/** From one shape to another, as a function between two types of tensors has it. */
export interface ArrowRule<S extends Shape, T extends Shape> extends Rule {
  readonly out: number extends S['length'] ? T : Matched<Input<this>, S, T>;
}
type Matched<Found extends Shape, S extends Shape, T extends Shape> =
  unknown extends Same<Found, S> ? T : ShapeError<`${Show<Found>} is not ${Show<S>}`>;

/** The rule of a layer. */
export type RuleOf<L> = L extends { readonly rule?: infer R }
  ? NonNullable<R> extends Rule
    ? NonNullable<R>
    : OpenRule
  : OpenRule;

type Chain<Layers extends readonly unknown[], S> = Layers extends readonly [infer H, ...infer T]
  ? S extends Shape
    ? Chain<T, ShapeOf<RuleOf<H>, S>>
    : S
  : number extends Layers['length']
    ? Shape
    : S;
type ChainOut<Layers extends readonly unknown[], S extends Shape> =
  Chain<Layers, S> extends infer R extends Shape | ShapeError<string> ? R : Shape;

/** One layer after the other. */
export interface ChainRule<Layers extends readonly unknown[]> extends Rule {
  readonly out: ChainOut<Layers, Input<this>>;
  readonly last: EndsOf<Layers>;
}

/** One layer after the other, added to what goes in: the shape must come back. */
export interface ResidualRule<Layers extends readonly unknown[]> extends Rule {
  readonly out: Returned<ChainOut<Layers, Input<this>>, Input<this>>;
  readonly last: EndsOf<Layers> extends null ? 'same' : EndsOf<Layers>;
}
type Returned<Out, In extends Shape> = Out extends Shape
  ? unknown extends Same<Out, In>
    ? In
    : ShapeError<`a residual block makes ${Show<Out>} of ${Show<In>}, and must keep the shape`>
  : Out;

type Takes<R extends Rule> = R['last'] extends readonly [infer I extends Dim, Dim] ? I : null;
/** The last size after a layer; null where types do not tell. */
type Gives<R extends Rule, Before> = R['last'] extends readonly [Dim, infer O extends Dim]
  ? O
  : R['last'] extends 'same'
    ? Before
    : null;

/** The first size that a chain takes and the last that it gives, where types tell. */
type ChainEnds<
  Layers extends readonly unknown[],
  First = null,
  Known = null,
  Same = true,
> = Layers extends readonly [infer H, ...infer T]
  ? ChainEnds<
      T,
      First extends Dim ? First : Same extends true ? Takes<RuleOf<H>> : null,
      Gives<RuleOf<H>, Known>,
      Same extends true ? (RuleOf<H>['last'] extends 'same' ? true : false) : false
    >
  : number extends Layers['length']
    ? null
    : Same extends true
      ? 'same'
      : First extends Dim
        ? Known extends Dim
          ? readonly [First, Known]
          : null
        : null;

type EndsOf<Layers extends readonly unknown[]> =
  ChainEnds<Layers> extends infer E extends LastSizes ? E : null;

/** The layers as they are, or an error in place of the first that cannot follow the one before it. */
export type Adjoining<
  Layers extends readonly unknown[],
  Known = null,
  Done extends readonly unknown[] = [],
> = Layers extends readonly [infer H, ...infer T]
  ? [Known, Takes<RuleOf<H>>] extends [infer A extends Dim, infer B extends Dim]
    ? Compatible<A, B> extends true
      ? Adjoining<T, Gives<RuleOf<H>, Known>, [...Done, H]>
      : [...Done, ShapeError<`layer ${Done['length']} takes ${B} features and is given ${A}`>, ...T]
    : Adjoining<T, Gives<RuleOf<H>, Known>, [...Done, H]>
  : number extends Layers['length']
    ? Layers
    : Done;
