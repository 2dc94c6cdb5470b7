/**
 * What an operator is. One literal holds its name, documentation, domain, shape rule, meaning, derivative and
 * lowering; the builder, the printer, the interpreter, the gradient, the law tests and the generated reference
 * all read it.
 */
import type { Algebra } from '../algebra/algebra.ts';
import type { DType } from '../dtype.ts';
import type { Attrs, Expr } from '../expr.ts';
import { declare } from '../expr.ts';
import type { Axis, Buffer, Combine, Scalar, Statement, Var } from '../kernel/language.ts';
import type { Size } from '../size.ts';
import type { Slot } from '../slot.ts';

/** What a shape rule says of the result. */
export interface Signature {
  readonly shape: readonly Size[];
  readonly dtype: DType;
}

/** A tensor of the reference interpreter: row-major, over any scalar algebra. */
export interface Tensor<T> {
  readonly shape: readonly number[];
  readonly data: readonly T[];
}

/** What a meaning may know besides its arguments: the node's attributes and its result's actual shape. */
export interface MeaningContext<A> {
  readonly attrs: A;
  readonly shape: readonly number[];
  readonly dtype: DType;
  /** The actual value of a size. */
  readonly size: (size: Size) => number;
  /** The values that a leaf's slot has in this run. */
  readonly slot: () => readonly number[];
}

/** Reads element `index` of argument number `arg` in the kernel language. */
export type Read = (arg: number, index: readonly Scalar[]) => Scalar;

/** What a `loops` lowering writes with: materialized operands, the result's buffer, and fresh axes and variables. */
export interface LoopsContext {
  readonly read: Read;
  readonly output: Buffer;
  axis(name: string, size: Size): Axis;
  variable(name: string, dtype: DType): Var;
}

/** How an operator becomes kernel code. */
export type Lowering<A extends Attrs> =
  /** Comes from outside, or is known before the step: has a buffer, or is a number. */
  | { readonly kind: 'leaf' }
  /** One scalar from the scalars at the same place of the arguments. */
  | { readonly kind: 'elementwise'; scalar(args: readonly Scalar[], attrs: A, dtype: DType): Scalar }
  /** Reads its arguments at other places: movement, selection, generation. Costs nothing when fused. */
  | { readonly kind: 'view'; read(node: Expr, index: readonly Scalar[], read: Read): Scalar }
  /** Combines over `attrs.axes`. */
  | { readonly kind: 'reduce'; readonly combine: Combine }
  /**
   * Each element is a sum from +0, in order over the flattened index of `axes(node)`, of `value`. Targets may have
   * a faster kernel for an operator of this kind, with the same order.
   */
  | {
      readonly kind: 'contraction';
      axes(node: Expr): readonly Size[];
      value(node: Expr, index: readonly Scalar[], inner: readonly Scalar[], read: Read): Scalar;
    }
  /** Statements that write the whole result; operands are in memory. For what is not a function of one place. */
  | { readonly kind: 'loops'; build(node: Expr, context: LoopsContext): readonly Statement[] }
  /** Runs a body graph in a loop. */
  | { readonly kind: 'scan' }
  /** Is gone before lowering: derivatives, modes, effects, randomness without a number. */
  | { readonly kind: 'expanded' };

/** Cotangents of the arguments, null where none flows. `node` is the result, whose args are the operands. */
export type Vjp = (g: Expr, node: Expr) => readonly (Expr | null)[];

export type Family =
  | 'leaf'
  | 'movement'
  | 'arithmetic'
  | 'comparison'
  | 'exponential'
  | 'trigonometric'
  | 'rounding'
  | 'reduction'
  | 'contraction'
  | 'indexing'
  | 'random'
  | 'control';

export interface ExampleOperand {
  readonly shape: readonly number[];
  /** Default float64. */
  readonly dtype?: DType;
  /** Where the elements lie: [low, high), whole numbers for int32 and bool. */
  readonly range?: readonly [low: number, high: number];
}

/** Operands and attributes that an operator accepts. */
export interface Example<A extends Attrs = Attrs> {
  readonly operands: readonly ExampleOperand[];
  readonly attrs: A;
}

/** An example with float64 operands of the shapes given. */
export function example<A extends Attrs>(attrs: A, ...shapes: readonly (readonly number[])[]): Example<A> {
  return { operands: shapes.map((shape) => ({ shape })), attrs };
}

export interface Op<A extends Attrs = Attrs> {
  readonly name: string;
  readonly family: Family;
  /** One or two sentences for the reference. */
  readonly doc: string;
  /** Where laws and examples draw the elements of each argument. */
  readonly domain?: readonly [low: number, high: number] | readonly (readonly [number, number])[];
  /** Operands and attributes that the laws try. They draw the elements from `domain`, unless an operand says otherwise. */
  readonly examples?: readonly Example<A>[];
  /** Whether `vjp` or the value changes abruptly near a point: laws keep away from such points. */
  readonly kinks?: readonly number[] | 'ties' | 'integers';
  infer(args: readonly Expr[], attrs: A, slot: Slot | null): Signature;
  meaning<T>(k: Algebra<T>, args: readonly Tensor<T>[], context: MeaningContext<A>): readonly T[];
  /** Null: not differentiable, and a gradient that reaches it is an error. `'zero'`: constant almost everywhere. */
  readonly vjp: Vjp | null | 'zero';
  readonly lowering: Lowering<A>;
}

/** Applies an operator to expressions. */
export function apply<A extends Attrs>(
  op: Op<A>,
  args: readonly Expr[],
  attrs: A,
  slot: Slot | null = null,
): Expr {
  return declare(op as unknown as Op, args, attrs, slot);
}

/** Checks an operator literal's type and returns it. */
export function defineOp<A extends Attrs>(op: Op<A>): Op<A> {
  return Object.freeze(op);
}
