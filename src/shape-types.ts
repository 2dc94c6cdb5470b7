/**
 * Shapes as types. A literal size is checked when the program is type-checked; plain `number` and `string` are
 * wide and fall back to the check at declaration.
 */
import type { Size } from './size.ts';

export type Dim = Size;
export type Shape = readonly Dim[];

/** A mismatch, written so that the compiler's message reads as a sentence. */
export interface ShapeError<Message extends string> {
  readonly 'shapes do not fit': Message;
}

type Wide<D extends Dim> = number extends D ? true : string extends D ? true : false;
type Equal<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

type ShowDims<S extends Shape> = S extends readonly [infer H extends Dim, ...infer T extends Shape]
  ? T extends readonly []
    ? `${H}`
    : `${H}, ${ShowDims<T>}`
  : S extends readonly []
    ? ''
    : '...';
/** A shape as text in messages: `[N, 10]`. */
export type Show<S extends Shape> = `[${ShowDims<S>}]`;

/** One size that both broadcast to, or never. */
type BroadcastDim<A extends Dim, B extends Dim> =
  Equal<A, B> extends true
    ? A
    : A extends 1
      ? B
      : B extends 1
        ? A
        : Wide<A> extends true
          ? B
          : Wide<B> extends true
            ? A
            : never;

type BroadcastTuples<A extends Shape, B extends Shape> = A extends readonly [
  ...infer AL extends Shape,
  infer AD extends Dim,
]
  ? B extends readonly [...infer BL extends Shape, infer BD extends Dim]
    ? [...BroadcastTuples<AL, BL>, BroadcastDim<AD, BD>]
    : A
  : B;

/** The shape that two operands broadcast to; a size that does not fit is `never`. */
export type Broadcast<A extends Shape, B extends Shape> = number extends A['length']
  ? Shape
  : number extends B['length']
    ? Shape
    : BroadcastTuples<A, B>;

type HasNever<S extends Shape> = S extends readonly [infer H, ...infer T extends Shape]
  ? [H] extends [never]
    ? true
    : HasNever<T>
  : false;

/** `unknown` where two shapes broadcast, else the error. */
export type Fits<A extends Shape, B extends Shape> =
  HasNever<Broadcast<A, B>> extends true
    ? ShapeError<`${Show<A>} does not broadcast with ${Show<B>}`>
    : unknown;

type SameDim<A extends Dim, B extends Dim> =
  Equal<A, B> extends true ? true : Wide<A> extends true ? true : Wide<B>;

type SameTuples<A extends Shape, B extends Shape> = A extends readonly [
  infer AD extends Dim,
  ...infer AT extends Shape,
]
  ? B extends readonly [infer BD extends Dim, ...infer BT extends Shape]
    ? SameDim<AD, BD> extends true
      ? SameTuples<AT, BT>
      : false
    : false
  : B extends readonly []
    ? true
    : false;

/** `unknown` where two shapes are the same, as far as their types tell, else the error. */
export type Same<A extends Shape, B extends Shape> = number extends A['length']
  ? unknown
  : number extends B['length']
    ? unknown
    : SameTuples<A, B> extends true
      ? unknown
      : ShapeError<`${Show<A>} is not ${Show<B>}`>;

/** The last size of a shape, as a rank-1 shape. */
export type LastOf<S extends Shape> = S extends readonly [...Shape, infer D extends Dim] ? [D] : never;

/** The shape of a matrix product, `never` inside where the inner sizes differ. */
export type MatMul<A extends Shape, B extends Shape> = number extends A['length']
  ? Shape
  : number extends B['length']
    ? Shape
    : A extends readonly [...infer AL extends Shape, infer M extends Dim, infer K extends Dim]
      ? B extends readonly [...infer BL extends Shape, infer K2 extends Dim, infer N extends Dim]
        ? SameDim<K, K2> extends true
          ? [...BroadcastTuples<AL, BL>, M, N]
          : [never]
        : B extends readonly [infer K2 extends Dim]
          ? SameDim<K, K2> extends true
            ? [...AL, M]
            : [never]
          : [never]
      : A extends readonly [infer K extends Dim]
        ? B extends readonly [...infer BL extends Shape, infer K2 extends Dim, infer N extends Dim]
          ? SameDim<K, K2> extends true
            ? [...BL, N]
            : [never]
          : B extends readonly [infer K2 extends Dim]
            ? SameDim<K, K2> extends true
              ? []
              : [never]
            : [never]
        : [never];

export type FitsMatMul<A extends Shape, B extends Shape> =
  HasNever<MatMul<A, B>> extends true
    ? ShapeError<`${Show<A>} cannot be multiplied with ${Show<B>}`>
    : unknown;

type Indices = readonly number[];
type Reverse<S extends readonly unknown[]> = S extends readonly [infer H, ...infer T]
  ? [...Reverse<T>, H]
  : [];
type FromEnd<S extends Shape, P extends string> =
  Reverse<S> extends infer R extends readonly unknown[]
    ? {
        [I in keyof R]: I extends Predecessor[P & keyof Predecessor] ? true : false;
      } extends infer Marks extends readonly unknown[]
      ? Reverse<Marks>
      : never
    : never;
interface Predecessor {
  '1': '0';
  '2': '1';
  '3': '2';
  '4': '3';
  '5': '4';
  '6': '5';
}
/** For each axis, whether `A` names it. */
type Marks<S extends Shape, A extends number> = `${A}` extends `-${infer P}`
  ? FromEnd<S, P>
  : { [I in keyof S]: I extends `${A}` ? true : false };

type Drop<S extends readonly unknown[], M> = S extends readonly [infer H, ...infer T]
  ? M extends readonly [infer MH, ...infer MT]
    ? MH extends true
      ? Drop<T, MT>
      : [H, ...Drop<T, MT>]
    : S
  : [];
type Ones<S extends Shape, M> = { [I in keyof S]: I extends keyof M ? (M[I] extends true ? 1 : S[I]) : S[I] };

type ReduceOne<S extends Shape, A extends number, Keep extends boolean> = Keep extends true
  ? Ones<S, Marks<S, A>>
  : Drop<S, Marks<S, A>>;

/** `S` with size `D` at axis `A`; wide where the axis is not literal. */
export type ReplaceAxis<S extends Shape, A extends number, D extends Dim> = number extends S['length']
  ? Shape
  : number extends A
    ? Shape
    : Marks<S, A> extends infer M
      ? { [I in keyof S]: I extends keyof M ? (M[I] extends true ? D : S[I]) : S[I] } extends infer R extends
          Shape
        ? R
        : Shape
      : Shape;

/** The size at axis `A`. */
export type AtAxis<S extends Shape, A extends number> = number extends S['length']
  ? Dim
  : Marks<S, A> extends infer M
    ? {
        [I in keyof S]: I extends keyof M ? (M[I] extends true ? S[I] : never) : never;
      }[number] extends infer D extends Dim
      ? D
      : Dim
    : Dim;

type AllOnes<S extends Shape> = { [I in keyof S]: 1 };

type ReduceEach<S extends Shape, A extends Indices> = A extends readonly [
  infer H extends number,
  ...infer T extends Indices,
]
  ? ReduceOne<S, H, true> extends infer R extends Shape
    ? ReduceEach<R, T>
    : never
  : S;

/** Marks where `R` became 1 by reducing `S`; needs the axes to tell a 1 that was there before. */
type EachMark<S extends Shape, A extends Indices, M = { [I in keyof S]: false }> = A extends readonly [
  infer H extends number,
  ...infer T extends Indices,
]
  ? EachMark<
      S,
      T,
      { [I in keyof M]: M[I] extends true ? true : I extends keyof Marks<S, H> ? Marks<S, H>[I] : false }
    >
  : M;

/** The shape after reducing `A` (undefined: all axes). Falls back to a wide shape where types cannot tell. */
export type Reduce<S extends Shape, A, Keep extends boolean> = number extends S['length']
  ? A extends undefined
    ? Keep extends true
      ? Shape
      : []
    : Shape
  : boolean extends Keep
    ? Shape
    : A extends undefined
      ? Keep extends true
        ? AllOnes<S>
        : []
      : A extends number
        ? number extends A
          ? Shape
          : ReduceOne<S, A, Keep> extends infer R extends Shape
            ? R
            : Shape
        : A extends Indices
          ? number extends A['length']
            ? Shape
            : number extends A[number]
              ? Shape
              : Keep extends true
                ? ReduceEach<S, A>
                : Drop<S, EachMark<S, A>> extends infer R extends Shape
                  ? R
                  : Shape
          : Shape;

/** The last two axes exchanged. */
export type TransposeLast<S extends Shape> = S extends readonly [
  ...infer L extends Shape,
  infer A extends Dim,
  infer B extends Dim,
]
  ? [...L, B, A]
  : Shape;

/** Axes reordered by literal positions. */
export type Permuted<S extends Shape, P extends Indices> = number extends S['length']
  ? Shape
  : number extends P['length']
    ? Shape
    : {
          [I in keyof P]: P[I] extends keyof S
            ? S[P[I]]
            : `${P[I]}` extends keyof S
              ? S[`${P[I]}` & keyof S]
              : Dim;
        } extends infer R extends Shape
      ? R
      : Shape;
