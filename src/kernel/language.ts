/**
 * The kernel language: what operators lower into and what every target emits. A kernel is a loop nest of
 * statements over scalar expressions; the order of its floating-point operations is part of its meaning.
 * `interpret.ts` runs it and says which bits are right.
 */
import type { DType } from '../dtype.ts';
import type { Size } from '../size.ts';
import type { Prim } from './prims.ts';

/** A loop counter: an int32 from 0 up to `size`, exclusive. Identity is the object. */
export interface Axis {
  readonly name: string;
  readonly size: Size;
}

/** A scalar value named by a `let`, a reduction or a carried loop. Identity is the object. */
export interface Var {
  readonly name: string;
  readonly dtype: DType;
}

/** A dense block of memory that kernels read and write: a tensor of the step, or scratch. */
export interface Buffer {
  readonly name: string;
  readonly dtype: DType;
  /** Elements. */
  readonly size: Size;
  /** The buffer whose memory this one takes over: the next value of a slot, written in place. */
  readonly over?: Buffer;
}

/** The buffer that stands for a piece of memory: that which was there first. */
export function storage(buffer: Buffer): Buffer {
  return buffer.over ? storage(buffer.over) : buffer;
}

/** A scalar expression. Integer arithmetic on axes is how indices are written: there is one language for both. */
export type Scalar =
  | { readonly kind: 'const'; readonly dtype: DType; readonly value: number }
  | { readonly kind: 'axis'; readonly dtype: 'int32'; readonly axis: Axis }
  | { readonly kind: 'size'; readonly dtype: 'int32'; readonly size: Size }
  | { readonly kind: 'var'; readonly dtype: DType; readonly var: Var }
  | { readonly kind: 'load'; readonly dtype: DType; readonly buffer: Buffer; readonly index: Scalar }
  | { readonly kind: 'prim'; readonly dtype: DType; readonly prim: Prim; readonly args: readonly Scalar[] }
  /** Evaluates only the branch taken, so that a guarded load never leaves its buffer. */
  | {
      readonly kind: 'cond';
      readonly dtype: DType;
      readonly test: Scalar;
      readonly then: Scalar;
      readonly else: Scalar;
    };

/** How a reduction combines; each starts from its neutral element: +0, 1, -Infinity, Infinity. */
export type Combine = 'sum' | 'prod' | 'max' | 'min';

/**
 * `sequential`: one accumulator, in the order of the flattened reduced index.
 * `lanes`: 16 partial results, number i taking the flattened reduced indices i mod 16 in order, combined by a
 * halving tree (partial i with partial i + 8, then + 4, + 2, + 1).
 */
export type Order = 'sequential' | 'lanes';

export type Statement =
  | { readonly kind: 'let'; readonly var: Var; readonly value: Scalar }
  | { readonly kind: 'store'; readonly buffer: Buffer; readonly index: Scalar; readonly value: Scalar }
  /** Iterations are independent: any order, or several at once, gives the same memory. */
  | { readonly kind: 'loop'; readonly axis: Axis; readonly body: readonly Statement[] }
  /** Declares `var` as the reduction of `value` over `axes` (outermost first); `body` holds lets inside them. */
  | {
      readonly kind: 'reduce';
      readonly var: Var;
      readonly combine: Combine;
      readonly order: Order;
      readonly axes: readonly Axis[];
      readonly body: readonly Statement[];
      readonly value: Scalar;
    }
  /** A loop in order, carrying variables: each starts at `init`; after an iteration all take `next` at once. */
  | {
      readonly kind: 'carry';
      readonly axis: Axis;
      readonly vars: readonly { readonly var: Var; readonly init: Scalar; readonly next: Scalar }[];
      readonly body: readonly Statement[];
    }
  /** `buffer[index] += value`, in the order in which the enclosing `ordered` loops run. */
  | { readonly kind: 'accumulate'; readonly buffer: Buffer; readonly index: Scalar; readonly value: Scalar }
  /** A loop whose iterations run in order, because they accumulate into memory or read what earlier ones wrote. */
  | { readonly kind: 'ordered'; readonly axis: Axis; readonly body: readonly Statement[] };

/** A kernel written as loops. Reads `inputs`, writes `outputs`; an output may also be an input (in place). */
export interface LoopKernel {
  readonly kind: 'loops';
  readonly name: string;
  /** Axes of loops around the calls of this kernel, whose values each call passes. */
  readonly outer: readonly Axis[];
  readonly inputs: readonly Buffer[];
  readonly outputs: readonly Buffer[];
  readonly body: readonly Statement[];
}
