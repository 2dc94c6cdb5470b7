/** What layers over images do to shapes, as types. `P` has one entry for each axis of places. */
import type { Dim, Shape, ShapeError, Show } from '../shape-types.ts';
import type { Compatible, Input, Rule } from './rules.ts';

/** Axes of places: one, two or three. */
export type Places1 = readonly [Dim];
export type Places2 = readonly [Dim, Dim];
export type Places3 = readonly [Dim, Dim, Dim];

/** Sizes that types do not work out. */
type Unknown<P extends Shape> = { [I in keyof P]: number };

/** `[N, I, ...P]` to `[N, O, ...]`, or without the rows. */
export interface ConvolutionRule<I extends Dim, O extends Dim, P extends Shape> extends Rule {
  readonly out: Convolved<Input<this>, I, O, P>;
}

type Convolved<S extends Shape, I extends Dim, O extends Dim, P extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [infer N extends Dim, infer C extends Dim, ...P]
    ? Compatible<C, I> extends true
      ? [N, O, ...Unknown<P>]
      : ShapeError<`axis 1 of ${Show<S>} is not ${I}`>
    : S extends readonly [infer C extends Dim, ...P]
      ? Compatible<C, I> extends true
        ? [O, ...Unknown<P>]
        : ShapeError<`axis 0 of ${Show<S>} is not ${I}`>
      : ShapeError<`${Show<S>} has not the axes of an image`>;

/** `[..., ...P]` to `[..., ...]`: the last axes get other sizes. */
export interface PoolRule<P extends Shape> extends Rule {
  readonly out: PooledOr<Input<this>, P>;
}

type PooledOr<S extends Shape, P extends Shape> = number extends S['length']
  ? Shape
  : S extends readonly [...infer L extends Shape, ...P]
    ? [...L, ...Unknown<P>]
    : ShapeError<`${Show<S>} has too few axes`>;

/** The same shape, with `C` channels on axis 1. */
export interface ChannelsRule<C extends Dim> extends Rule {
  readonly last: 'same';
  readonly out: WithChannels<Input<this>, C>;
}

type WithChannels<S extends Shape, C extends Dim> = number extends S['length']
  ? Shape
  : S extends readonly [Dim, infer Found extends Dim, ...Shape]
    ? Compatible<Found, C> extends true
      ? S
      : ShapeError<`axis 1 of ${Show<S>} is not ${C}`>
    : ShapeError<`${Show<S>} has no axis of channels`>;
