/**
 * Arithmetic on literal sizes, as types: decimal digits with carries. What is not literal gives `number`, and what
 * the canonical text of a named size would need sorting for gives `Dim`.
 */
import type { Dim, Shape } from '../shape-types.ts';

type Digit = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';

/** As many elements as the digit says. */
interface Units {
  '0': [];
  '1': [1];
  '2': [1, 1];
  '3': [1, 1, 1];
  '4': [1, 1, 1, 1];
  '5': [1, 1, 1, 1, 1];
  '6': [1, 1, 1, 1, 1, 1];
  '7': [1, 1, 1, 1, 1, 1, 1];
  '8': [1, 1, 1, 1, 1, 1, 1, 1];
  '9': [1, 1, 1, 1, 1, 1, 1, 1, 1];
}

type Reversed<T extends string> = T extends `${infer H}${infer R}` ? `${Reversed<R>}${H}` : '';

/** The sum of two digits and a carry, as text of one or two digits. */
type DigitSum<A extends Digit, B extends Digit, C extends '0' | '1'> = [
  ...Units[A],
  ...Units[B],
  ...Units[C],
]['length'] extends infer N extends number
  ? `${N}`
  : never;

/** Adds numbers whose digits stand last first. */
type AddReversed<
  A extends string,
  B extends string,
  C extends '0' | '1' = '0',
> = A extends `${infer X extends Digit}${infer AR}`
  ? B extends `${infer Y extends Digit}${infer BR}`
    ? DigitSum<X, Y, C> extends infer S extends string
      ? S extends `1${infer Unit extends Digit}`
        ? `${Unit}${AddReversed<AR, BR, '1'>}`
        : `${S}${AddReversed<AR, BR, '0'>}`
      : never
    : C extends '0'
      ? A
      : AddReversed<A, '1'>
  : C extends '0'
    ? B
    : B extends ''
      ? '1'
      : AddReversed<B, '1'>;

/** Digit times number, last digit first, by repeated addition. */
type TimesDigit<A extends string, N extends readonly unknown[]> = N extends readonly [unknown, ...infer R]
  ? AddReversed<A, TimesDigit<A, R>>
  : '';

type TimesReversed<A extends string, B extends string> = B extends `${infer D extends Digit}${infer R}`
  ? AddReversed<TimesDigit<A, Units[D]>, R extends '' ? '' : `0${TimesReversed<A, R>}`>
  : '';

/** Without zeros in front, which stand last here. */
type Trimmed<T extends string> = T extends '0' ? T : T extends `${infer R}0` ? Trimmed<R> : T;
type ToNumber<T extends string> = Reversed<Trimmed<T>> extends `${infer N extends number}` ? N : number;

type IsLiteral<N> = N extends number
  ? number extends N
    ? false
    : `${N}` extends `${bigint}`
      ? true
      : false
  : false;

/** A + B of literal sizes. */
export type Plus<A extends Dim, B extends Dim> =
  IsLiteral<A> extends true
    ? IsLiteral<B> extends true
      ? ToNumber<AddReversed<Reversed<`${A}`>, Reversed<`${B}`>>>
      : Dim
    : Dim;

/** A B of literal sizes. */
type TimesNumbers<A extends Dim, B extends Dim> = `${A}` extends '0'
  ? 0
  : `${B}` extends '0'
    ? 0
    : ToNumber<TimesReversed<Reversed<`${A}`>, Reversed<`${B}`>>>;

/** A literal number times a name with its factor; `Dim` for two names, which would have to be sorted. */
type TimesName<A extends Dim, B extends string> = string extends B
  ? Dim
  : B extends `${infer F extends number}*${infer Name}`
    ? Named<TimesNumbers<A, F>, Name>
    : Named<A, B>;

type Named<A extends Dim, Name extends string> = Name extends `${string}*${string}`
  ? Dim
  : A extends 1
    ? Name
    : A extends 0
      ? 0
      : `${A}*${Name}`;

/** A B of sizes. */
export type Times<A extends Dim, B extends Dim> =
  IsLiteral<A> extends true
    ? IsLiteral<B> extends true
      ? TimesNumbers<A, B>
      : B extends string
        ? TimesName<A, B>
        : number
    : A extends 1
      ? B
      : IsLiteral<B> extends true
        ? A extends string
          ? TimesName<B, A>
          : number
        : Dim;

/** The product of all sizes. */
export type Product<S extends Shape, P extends Dim = 1> = number extends S['length']
  ? Dim
  : S extends readonly [infer H extends Dim, ...infer T extends Shape]
    ? Product<T, Times<P, H>>
    : P;
