/** What operators make of shapes, as types. Where literals cannot tell, the result is wide. */
import type { Expr } from '../expr.ts';
import type { AtAxis, Dim, Reduce, ReplaceAxis, Shape, ShapeError, Show } from '../shape-types.ts';
import type { Plus, Product } from './size-types.ts';

/** `S` without the first occurrence of `D`; null where it does not occur. */
type Without<S extends Shape, D extends Dim, Seen extends Shape = []> = S extends readonly [
  infer H extends Dim,
  ...infer T extends Shape,
]
  ? [H, D] extends [D, H]
    ? [...Seen, ...T]
    : Without<T, D, [...Seen, H]>
  : null;

/** The sizes of `S` and of `T` that the other does not have; the open size of `T` is left out. */
type Uncommon<S extends Shape, T extends Shape, Left extends Shape = []> = T extends readonly [
  infer H extends Dim,
  ...infer R extends Shape,
]
  ? H extends -1
    ? Uncommon<S, R, Left>
    : Without<S, H> extends infer U extends Shape
      ? Uncommon<U, R, Left>
      : Uncommon<S, R, [...Left, H]>
  : [S, Left];

/** The size at -1: what the other sizes of `T` leave of `S`. */
type OpenSize<S extends Shape, T extends Shape> = number extends S['length']
  ? Dim
  : Uncommon<S, T> extends readonly [infer U extends Shape, []]
    ? Product<U>
    : Dim;

/** The shape after reshaping `S` to `T`, which may have one -1. */
export type Reshaped<S extends Shape, T extends Shape> = {
  [I in keyof T]: [T[I]] extends [-1] ? OpenSize<S, T> : T[I];
};

type AllNumbers<S extends Shape> = S extends readonly [infer H, ...infer T extends Shape]
  ? H extends number
    ? number extends H
      ? false
      : AllNumbers<T>
    : false
  : true;

type HasOpen<T extends Shape> = T extends readonly [infer H, ...infer R extends Shape]
  ? [H] extends [-1]
    ? true
    : HasOpen<R>
  : false;

type SameProduct<S extends Shape, T extends Shape> = [Product<S>] extends [Product<T>] ? true : false;

/** `unknown` where `S` may be reshaped to `T`, as far as literal sizes tell, else the error. */
export type FitsReshape<S extends Shape, T extends Shape> = number extends S['length']
  ? unknown
  : number extends T['length']
    ? unknown
    : HasOpen<T> extends true
      ? unknown
      : Uncommon<S, T> extends readonly [infer U extends Shape, infer V extends Shape]
        ? [AllNumbers<U>, AllNumbers<V>, SameProduct<U, V>] extends [true, true, false]
          ? ShapeError<`${Show<S>} does not have as many elements as ${Show<T>}`>
          : unknown
        : unknown;

type ShapeOf<E> = E extends Expr<infer S> ? S : Shape;

type SumAlong<P extends readonly Expr[], A extends number, Total extends Dim = 0> = P extends readonly [
  infer H,
  ...infer T extends readonly Expr[],
]
  ? SumAlong<T, A, Plus<Total, AtAxis<ShapeOf<H>, A>>>
  : Total;

/** The shape of `P` joined along axis `A`. */
export type Concatenated<P extends readonly Expr[], A extends number> = number extends P['length']
  ? Shape
  : ReplaceAxis<ShapeOf<P[0]>, A, SumAlong<P, A>>;

/** `S` with the sizes `I` in place of axis `A`. */
export type Spliced<
  S extends Shape,
  A extends number,
  I extends Shape,
  Before extends Shape = [],
> = number extends S['length']
  ? Shape
  : `${A}` extends `-${string}`
    ? Shape
    : S extends readonly [infer H extends Dim, ...infer T extends Shape]
      ? Before['length'] extends A
        ? [...Before, ...I, ...T]
        : Spliced<T, A, I, [...Before, H]>
      : Shape;

/** Rows of a table of shape `W` in the places of `I`. */
export type RowsAt<I extends Shape, W extends Shape> = W extends readonly [Dim, infer C extends Dim]
  ? [...I, C]
  : Shape;

/** `S` with an axis of size `D` before axis `A`; -1 appends it. */
export type Inserted<
  S extends Shape,
  A extends number,
  D extends Dim,
  Before extends Shape = [],
> = number extends S['length']
  ? Shape
  : A extends -1
    ? [...Before, ...S, D]
    : `${A}` extends `-${string}`
      ? Shape
      : Before['length'] extends A
        ? [...Before, D, ...S]
        : S extends readonly [infer H extends Dim, ...infer T extends Shape]
          ? Inserted<T, A, D, [...Before, H]>
          : Shape;

/** The shape of `P` stacked before axis `A`. */
export type Stacked<P extends readonly Expr[], A extends number> = Inserted<ShapeOf<P[0]>, A, P['length']>;

/** The axes from `A` on joined to one. */
export type FlattenedFrom<
  S extends Shape,
  A extends number,
  Before extends Shape = [],
> = number extends S['length']
  ? Shape
  : `${A}` extends `-${string}`
    ? Shape
    : Before['length'] extends A
      ? [...Before, Product<S>]
      : S extends readonly [infer H extends Dim, ...infer T extends Shape]
        ? FlattenedFrom<T, A, [...Before, H]>
        : Shape;

type Repeat<E, N extends number, Made extends readonly E[] = []> = Made['length'] extends N
  ? Made
  : Made['length'] extends 64
    ? E[]
    : Repeat<E, N, [...Made, E]>;

/** What `split` gives: a tuple where the number of pieces is literal. */
export type Pieces<
  S extends Shape,
  D extends Expr['dtype'],
  A extends number,
  I,
> = I extends readonly number[]
  ? { [K in keyof I]: Expr<ReplaceAxis<S, A, I[K] & number>, D> }
  : I extends number
    ? number extends I
      ? Expr<ReplaceAxis<S, A, Dim>, D>[]
      : Repeat<Expr<ReplaceAxis<S, A, Dim>, D>, I>
    : never;

/** `S` without axis `A`. */
export type Dropped<S extends Shape, A extends number> = Reduce<S, A, false>;

/** Axes with a literal [0, 0] keep their size. */
export type Padded<S extends Shape, W extends readonly unknown[]> = number extends S['length']
  ? Shape
  : {
        [I in keyof S]: I extends keyof W ? (W[I] extends readonly [0, 0] ? S[I] : number) : S[I];
      } extends infer R extends Shape
    ? R
    : Shape;

type Labels<T extends string, S> = T extends `${infer L}${infer R}`
  ? S extends readonly [infer D extends Dim, ...infer U]
    ? readonly [L, D] | Labels<R, U>
    : never
  : never;
type AllLabels<T extends string, P extends readonly Expr[]> = P extends readonly [
  infer H,
  ...infer R extends readonly Expr[],
]
  ? T extends `${infer First},${infer Rest}`
    ? Labels<First, ShapeOf<H>> | AllLabels<Rest, R>
    : Labels<T, ShapeOf<H>>
  : never;
type Labeled<O extends string, L extends readonly [string, Dim]> = O extends `${infer H}${infer T}`
  ? [Extract<L, readonly [H, Dim]>[1], ...Labeled<T, L>]
  : [];

/** The shape of an equation with an arrow and without ellipsis; wide for others. */
export type EinsumShape<E extends string, P extends readonly Expr[]> = E extends
  `${string}...${string}` | `${string} ${string}`
  ? Shape
  : number extends P[number]['shape']['length']
    ? Shape
    : E extends `${infer In}->${infer Out}`
      ? Labeled<Out, AllLabels<In, P>>
      : Shape;
